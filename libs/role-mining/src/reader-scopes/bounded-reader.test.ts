import { randomUUID } from 'node:crypto'
import {
  combineReaderScopes,
  commitImport,
  createImport,
  identityNamedBy,
  putReaderScope,
  removeReaderScope,
  uploadImportFile,
} from '@assay/directory'
import { CohortQuestions } from '@assay/mining'
import { accessProfileExists, isProfileHidden, untouchedProfile } from '@assay/profiles'
import { askLast, inTenant, type Reader } from '@assay/store'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decideSuggestion } from '../decide-suggestion.ts'
import { readinessWithin } from '../readiness/readiness-within.ts'
import { SnapshotCache } from '../snapshot-cache.ts'

let db: TestDatabase
let tenantId: number
let cache: SnapshotCache

const people = `id,department,manager_id,skills[]
boss,Sales,,
ann,Sales,boss,go;sql
bob,Sales,boss,
cem,IT,ann,go
dia,IT,,
`

beforeAll(async () => {
  db = await createTestDatabase()
  tenantId = await db.tenantId()
  cache = new SnapshotCache(db.database.sql)
  await load(people)
})
afterAll(() => db.drop())

async function load(identities: string): Promise<void> {
  const { sql } = db.database
  const { id } = await createImport(sql, tenantId, { createdBy: 'tester', skipInvalid: false })
  const files = {
    'identities.csv': identities,
    'applications.csv': 'id\ncrm\ngit\n',
    'entitlements.csv': 'id,application_id\nsell,crm\nread,git\n',
    'grants.csv': 'identity_id,entitlement_id\nann,sell\nann,read\nbob,sell\ncem,read\ndia,read\n',
  }
  for (const [name, text] of Object.entries(files)) await uploadImportFile(sql, tenantId, id, name, bytesOf(text))
  await commitImport(sql, tenantId, id)
}

async function* bytesOf(text: string) {
  yield new TextEncoder().encode(text)
}

const put = (conditions: Partial<Parameters<typeof putReaderScope>[3]>, id?: string) =>
  inTenant(db.owner.sql, tenantId, (sql) =>
    putReaderScope(sql, tenantId, id, { filters: [], applicationIds: [], ...conditions }),
  )

async function readerOf(conditions: Parameters<typeof put>[0]): Promise<Reader> {
  return { tenantId, readerScope: (await put(conditions)).id }
}

type Within = Parameters<typeof readinessWithin>[0]['within']

/** The people in rows, the people in the snapshot, and the number of grants in each. */
async function seenBy(reader: Reader) {
  return cache.use(reader, async (sql, loaded) => {
    const rows = await sql<{ id: string; key: number }[]>`select id, key from identities order by key`
    const { grants } = (
      await sql<{ grants: number }[]>`
      select count(*)::integer as grants from grants where import_id = (select import_id from snapshots)`
    )[0]!
    return {
      rows: rows.map(({ id }) => id),
      snapshot: rows.filter(({ key }) => loaded?.snapshot.identityKey.includes(key)).map(({ id }) => id),
      grants: [grants, loaded?.snapshot.grantCount],
    }
  })
}

const sales = { filters: [{ attribute: 'department', values: ['Sales'] }] }

test.each([
  ['a filter', sales, ['boss', 'ann', 'bob'], 3],
  ['a list attribute', { filters: [{ attribute: 'skills', values: [' go '] }] }, ['ann', 'cem'], 3],
  ['a manager, with everybody below', { managerId: 'ann' }, ['ann', 'cem'], 3],
  ['a filter and a manager', { ...sales, managerId: 'ann' }, ['ann'], 2],
  ['an application', { applicationIds: ['crm'] }, ['boss', 'ann', 'bob', 'cem', 'dia'], 2],
  ['a filter and an application', { ...sales, applicationIds: ['git'] }, ['boss', 'ann', 'bob'], 1],
] as const)('%s bounds rows and snapshot alike', async (_, conditions, expected, grants) => {
  const seen = await seenBy(await readerOf(conditions as Parameters<typeof put>[0]))
  expect(seen).toEqual({ rows: expected, snapshot: expected, grants: [grants, grants] })
})

const it = { filters: [{ attribute: 'department', values: ['IT'] }] }

/** Scopes of the groups of a user who signs in. */
test.each([
  ['people of two departments', [sales, it], ['boss', 'ann', 'bob', 'cem', 'dia'], 5],
  ['a department and a manager', [it, { managerId: 'ann' }], ['ann', 'cem', 'dia'], 4],
  [
    'two departments in one application',
    [
      { ...sales, applicationIds: ['crm'] },
      { ...it, applicationIds: ['crm'] },
    ],
    ['boss', 'ann', 'bob', 'cem', 'dia'],
    2,
  ],
  [
    'a department in two applications',
    [
      { ...sales, applicationIds: ['crm'] },
      { ...sales, applicationIds: ['git'] },
    ],
    ['boss', 'ann', 'bob'],
    3,
  ],
  [
    'a department in one and in all applications',
    [{ ...sales, applicationIds: ['git'] }, sales],
    ['boss', 'ann', 'bob'],
    3,
  ],
  ['the same twice', [sales, sales], ['boss', 'ann', 'bob'], 3],
])('scopes of %s are one, which the same ones give again', async (_, some, expected, grants) => {
  const ids = await Promise.all(some.map(async (conditions) => (await put(conditions)).id))
  const combined = await combineReaderScopes(db.owner.sql, tenantId, ids)
  const again = await combineReaderScopes(db.owner.sql, tenantId, [...ids].reverse())
  expect(again).toBe(combined)
  expect(await seenBy({ tenantId, readerScope: combined })).toEqual({
    rows: expected,
    snapshot: expected,
    grants: [grants, grants],
  })
})

test('scopes of different people in different applications cannot be combined, and neither can scopes of another tenant', async () => {
  const one = (await put({ ...sales, applicationIds: ['crm'] })).id
  const two = (await put({ ...it, applicationIds: ['git'] })).id
  expect(await combineReaderScopes(db.owner.sql, tenantId, [one, two])).toBeUndefined()
  expect(await combineReaderScopes(db.owner.sql, tenantId + 1, [one])).toBeUndefined()
})

test('a user who signs in is the identity with that id, or the only one with that mail address', async () => {
  await load(
    people
      .replace('id,department', 'id,email,department')
      .replaceAll(/^(boss|ann|bob|cem|dia),/gm, '$1,$1@x.org,')
      .replace('cem@x.org', 'dia@x.org'),
  )
  const named = (by: 'id' | 'mail', value: string, tenant = tenantId) =>
    identityNamedBy(db.owner.sql, tenant, by, value)
  expect(await named('id', 'ann')).toBe('ann')
  expect(await named('id', 'ANN')).toBeUndefined()
  expect(await named('mail', 'Ann@X.org')).toBe('ann')
  expect(await named('mail', 'dia@x.org')).toBeUndefined()
  expect(await named('mail', '')).toBeUndefined()
  expect(await named('id', 'ann', tenantId + 1)).toBeUndefined()
  await load(people)
})

test.each([
  [{}, 'has no condition'],
  [{ filters: [{ attribute: 'mood', values: ['good'] }] }, 'unknown attribute "mood"; known are'],
  [{ filters: [...sales.filters, { attribute: 'department', values: ['IT'] }] }, 'a second time'],
  [{ filters: [{ attribute: 'department', values: ['Legal'] }] }, 'in force: nobody meets all its conditions'],
  [{ ...sales, managerId: 'dia' }, 'matches no person in the data in force'],
  [{ managerId: 'eve' }, 'nobody has the id "eve"'],
  [{ applicationIds: ['crm', 'erp'] }, 'no application has the id "erp"'],
] as const)('the scope %j is refused in words', async (conditions, words) => {
  await expect(put(conditions as Parameters<typeof put>[0])).rejects.toThrow(words)
})

test('a scope follows the data and its own changes at once, and a removed scope shows nobody', async () => {
  const reader = await readerOf(sales)
  expect((await seenBy(reader)).rows).toEqual(['boss', 'ann', 'bob'])
  await load(people.replace('ann,Sales', 'ann,Legal'))
  expect(await seenBy(reader)).toEqual({ rows: ['boss', 'bob'], snapshot: ['boss', 'bob'], grants: [1, 1] })
  await put({ managerId: 'dia' }, reader.readerScope)
  expect((await seenBy(reader)).snapshot).toEqual(['dia'])
  const [versionBefore, versionAfter] = [
    await cache.use(reader, async (_, loaded) => loaded?.version),
    await cache.use(tenantId, async (_, loaded) => loaded?.version),
  ]
  expect(versionBefore).not.toBe(versionAfter)
  await inTenant(db.owner.sql, tenantId, (sql) => removeReaderScope(sql, tenantId, reader.readerScope ?? ''))
  await expect(seenBy(reader)).rejects.toThrow('was taken away a moment ago')
  await expect(cache.asReader(reader, async () => 'seen')).rejects.toThrow('was taken away a moment ago')
  await load(people)
})

test('scopes that overlap show their own people each, and what is in both scopes to both readers', async () => {
  const [first, second] = [await readerOf(sales), await readerOf({ managerId: 'ann' })]
  const both = await Promise.all([seenBy(first), seenBy(second)])
  expect(both.map(({ rows, snapshot }) => [rows, snapshot])).toEqual([
    [
      ['boss', 'ann', 'bob'],
      ['boss', 'ann', 'bob'],
    ],
    [
      ['ann', 'cem'],
      ['ann', 'cem'],
    ],
  ])
  // A change of one scope does not change the other.
  await put({ managerId: 'dia' }, first.readerScope)
  expect([(await seenBy(first)).rows, (await seenBy(second)).rows]).toEqual([['dia'], ['ann', 'cem']])
})

test('a scope of another tenant shows nothing', async () => {
  const { readerScope } = await readerOf(sales)
  const other = await db.tenantId()
  await expect(seenBy({ tenantId: other, readerScope })).rejects.toThrow('was taken away a moment ago')
})

test('rows about other people are neither read nor written within a scope', async () => {
  const reader = await readerOf(sales)
  await cache.asReader(reader, async (sql) => {
    const { key } = (await sql<{ key: number }[]>`select key from identities where id = 'ann'`)[0]!
    const { profile } = (
      await sql<{ profile: string }[]>`
      insert into access_profiles (tenant_id, id, display_name, created_by, name_order)
      values (${tenantId}, gen_random_uuid(), 'Inside', 'tester', 'inside') returning id as profile`
    )[0]!
    await sql`insert into access_profile_members (tenant_id, profile_id, identity_key) values (${tenantId}, ${profile}, ${key})`
    await expect(
      sql.savepoint(
        (inner) =>
          inner`insert into access_profile_members (tenant_id, profile_id, identity_key) values (${tenantId}, ${profile}, ${key + 3})`,
      ),
    ).rejects.toThrow('row-level security')
  })
  const members = (who: Reader) =>
    cache.asReader(who, async (sql) => (await sql`select from access_profile_members`).length)
  const profiles = (who: Reader) => cache.asReader(who, async (sql) => (await sql`select from access_profiles`).length)
  expect([await profiles(reader), await members(reader)]).toEqual([1, 1])
  // A reader who sees only a part of the members does not see the profile.
  await inTenant(
    db.owner.sql,
    tenantId,
    (sql) => sql`
    insert into access_profile_members (tenant_id, profile_id, identity_key)
    select tenant_id, profile_id, (select key from identities where id = 'dia' and tenant_id = ${tenantId}) from access_profile_members`,
  )
  expect([await profiles(reader), await members(reader)]).toEqual([0, 0])
  expect([await profiles({ tenantId }), await members({ tenantId })]).toEqual([1, 2])
  // The profile still exists: suggestions that became this profile stay accepted.
  const { id } = (
    await cache.asReader({ tenantId }, (sql) => sql<{ id: string }[]>`select id from access_profiles`)
  )[0]!
  const isHidden = (who: Reader, of = id) => cache.asReader(who, (sql) => isProfileHidden(sql, of))
  const isUntouched = (who: Reader) => cache.asReader(who, (sql) => untouchedProfile(sql, id))
  expect([await isHidden(reader), await isUntouched(reader)]).toEqual([true, false])
  expect([await isHidden({ tenantId }), await isUntouched({ tenantId })]).toEqual([false, true])
  expect(await isHidden(reader, randomUUID())).toBe(false)
  const [run, suggestionId] = [randomUUID(), randomUUID()]
  await inTenant(db.owner.sql, tenantId, async (sql) => {
    await sql`insert into role_mining_runs (tenant_id, id, status, trigger_type, trigger_detail)
      values (${tenantId}, ${run}, 'completed', 'manual', 'tester')`
    await sql`
      insert into role_mining_suggestions (tenant_id, id, run_id, state, created_profile_id, suggested_name, description, search_text,
        cohort_filters, cohort_size, entitlements, users_with_all, avg_coverage, confidence, insights, profile_matches, left_out)
      values (${tenantId}, ${suggestionId}, ${run}, 'accepted', ${id}, 'Sells', '', '', ${sql.json(sales.filters)}, 3,
        jsonb_build_array(jsonb_build_object('key', (select key from entitlements where tenant_id = ${tenantId} and id = 'sell'))),
        1, 1, 1, '[]', '[]', '[]')`
  })
  const reopened = cache.asReader(reader, (sql) =>
    decideSuggestion(
      sql,
      { suggestionId, state: 'new' },
      { tenantId, snapshot: undefined, profileExists: (of) => accessProfileExists(sql, of) },
    ),
  )
  await expect(reopened).rejects.toThrow('delete that profile first')
  await db.owner.sql`delete from role_mining_suggestions where id = ${suggestionId}`
})

test('a request of a bounded reader during the commit of a load gets the new data, and nothing is cached twice', async () => {
  const reader = await readerOf(sales)
  await load(people)
  let attempts = 0
  const seen = await cache.asReader(reader, async (sql) => {
    attempts++
    await sql`insert into access_profiles (tenant_id, id, display_name, created_by, name_order)
      values (${tenantId}, gen_random_uuid(), 'Made in between', 'tester', 'made')`
    if (attempts === 1) await load(people.replace('ann,Sales', 'ann,Legal'))
    // By the scope on the data of a moment ago, Ann would be one of its people.
    return askLast(sql, sql<{ id: string; department: string }[]>`select id, department from identities order by key`)
  })
  expect(attempts).toBe(2)
  expect(seen.map(({ id, department }) => [id, department])).toEqual([
    ['boss', 'Sales'],
    ['bob', 'Sales'],
  ])
  const made = await cache.asReader(
    { tenantId },
    (sql) => sql`select from access_profiles where display_name = 'Made in between'`,
  )
  expect(made).toHaveLength(1)
  await load(people)
})

test.each(['', 'no uuid'])('the reader scope %j contains nothing, and is refused', async (readerScope) => {
  await expect(inTenant(db.database.sql, { tenantId, readerScope }, async () => 'seen')).rejects.toThrow('is a uuid')
})

test('a scope in which nobody is left shows nobody', async () => {
  const reader = await readerOf(sales)
  await load(people.replaceAll('Sales', 'Legal'))
  expect(await seenBy(reader)).toEqual({ rows: [], snapshot: [], grants: [0, 0] })
  await load(people)
})

test('reviews, drafts and changed suggestions are visible when everything that they name is inside the scope', async () => {
  const reader = await readerOf({ ...sales, applicationIds: ['crm'] })
  const ids = { inside: randomUUID(), outside: randomUUID(), review: randomUUID(), other: randomUUID() }
  await cache.asReader({ tenantId }, async (sql) => {
    const [keys] = await sql<{ ann: number; sell: number; read: number }[]>`
      select (select key from identities where id = 'ann') as ann, (select key from entitlements where id = 'sell') as sell,
        (select key from entitlements where id = 'read') as read`
    const run = randomUUID()
    await sql`insert into role_mining_runs (tenant_id, id, status, trigger_type, trigger_detail)
      values (${tenantId}, ${run}, 'completed', 'manual', 'tester')`
    const filters = [{ attribute: 'department', values: ['Sales'] }]
    for (const [id, key] of [
      [ids.inside, keys!.sell],
      [ids.outside, keys!.read],
    ] as const)
      await sql`
        insert into role_mining_suggestions (tenant_id, id, run_id, state, suggested_name, description, search_text, cohort_filters,
          cohort_size, entitlements, users_with_all, avg_coverage, confidence, insights, profile_matches, left_out)
        values (${tenantId}, ${id}, ${run}, 'new', 'Sells', '', '', ${sql.json(filters)}, 3, ${sql.json([{ key }])}, 1, 1, 1, '[]',
          '[]', '[]')`
    for (const [review, candidate] of [
      [ids.review, ids.inside],
      [ids.other, ids.outside],
    ] as const) {
      await sql`insert into reviews (tenant_id, id, display_name, note, owner_id, created_at, closes_when_decided)
        values (${tenantId}, ${review}, 'Review', '', 'owner', now(), true)`
      const item = randomUUID()
      await sql`
        insert into review_items (tenant_id, id, review_id, number, candidate_kind, candidate_id, given_etag, given_import_id, candidate)
        values (${tenantId}, ${item}, ${review}, 1, 'suggestion', ${candidate}, '', '', '{}')`
      await sql`insert into review_assignments (tenant_id, reviewer_id, item_id) values (${tenantId}, 'reviewer', ${item})`
    }
    for (const [name, removed] of [
      ['Inside', 'bob'],
      ['Without Dia', 'dia'],
    ] as const)
      await sql`
        insert into candidate_drafts (tenant_id, id, display_name, definition, leaf_count, entitlement_keys, identity_keys, import_id,
          created_by, updated_by)
        values (${tenantId}, gen_random_uuid(), ${name}, ${sql.json({ edits: { removedIdentityIds: [removed] } })}, 1,
          ${[keys!.sell]}, ${[keys!.ann]}, 1, 'owner', 'owner')`
  })
  const names = (who: Reader) =>
    cache.asReader(who, async (sql) => ({
      suggestions: (await sql<{ id: string }[]>`select id from role_mining_suggestions`).map(({ id }) => id).sort(),
      reviews: (await sql<{ id: string }[]>`select id from reviews`).map(({ id }) => id).sort(),
      items: (await sql`select from review_items`).length,
      assignments: (await sql`select from review_assignments`).length,
      drafts: (await sql<{ name: string }[]>`select display_name as name from candidate_drafts order by 1`).map(
        ({ name }) => name,
      ),
      counted: (await sql`select * from counts_of_review_items(${[ids.review, ids.other]}::uuid[])`).length,
    }))
  expect(await names(reader)).toEqual({
    suggestions: [ids.inside],
    reviews: [ids.review],
    items: 1,
    assignments: 1,
    drafts: ['Inside'],
    counted: 2,
  })
  // The next run returns other entitlements for the same people.
  await cache.asReader(
    { tenantId },
    (sql) => sql`
      update role_mining_suggestions set entitlements = (select entitlements from role_mining_suggestions where id = ${ids.outside})
      where id = ${ids.inside}`,
  )
  expect(await names(reader)).toMatchObject({ suggestions: [], reviews: [], items: 0, assignments: 0 })
  expect((await names({ tenantId })).reviews).toEqual([ids.review, ids.other].sort())
})

test('readiness of a scope does not judge entitlements by their holders, whom other people may be', async () => {
  const reader = await readerOf({ filters: [{ attribute: 'department', values: ['IT'] }] })
  const questions = new CohortQuestions()
  const { report } = await readinessWithin({ tenantId, questions, within: (work) => cache.use(reader, work) }, '')
  expect(report?.figures.people).toBe(2)
  expect(report?.findings.map(({ kind }) => kind).filter((kind) => /held_by|same_holders/.test(kind))).toEqual([])
  await questions.close()
})

test('readiness is measured for a second caller when the first has left meanwhile', async () => {
  const reader = await readerOf(sales)
  const questions = new CohortQuestions()
  const within: Within = (work) => cache.use(reader, work)
  let second: ReturnType<typeof readinessWithin> | undefined
  let calls = 0
  const first = readinessWithin(
    {
      tenantId,
      questions,
      within: async (work) => {
        if (++calls === 1) return within(work)
        await new Promise<void>((resolve) => {
          const asked: Within = (inside) => within(inside).finally(resolve)
          second = readinessWithin({ tenantId, questions, within: asked }, '')
        })
        // Until the second caller waits for the same measurement.
        await new Promise((resolve) => setTimeout(resolve, 50))
        throw new Error('gone')
      },
    },
    '',
  )
  await expect(first).rejects.toThrow('gone')
  expect((await second)?.state).toBe('measured')
  await questions.close()
})
