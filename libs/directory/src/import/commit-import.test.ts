import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { inTenant, type TenantSql } from '@assay/store'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { sharedFile } from '../../../../test/shared-data.ts'
import { listApplications } from '../read/applications.ts'
import { type CommitParticipant, type CommittingImport, commitImport } from './commit-import.ts'
import { beginCommit, createImport, getImport } from './imports.ts'
import { bytesOf, importFiles, smallSet, snapshotByIds } from './testing-imports.ts'
import { uploadImportFile } from './upload-file.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.drop())

test('the whole native CSV set becomes tables, a snapshot, and facts for participants', async () => {
  const { sql } = db.database
  const tenant = await db.tenantId()
  const seen: CommittingImport[] = []
  const done = await importFiles(sql, tenant, smallSet, {
    participants: [
      async (_, committing) => {
        seen.push(committing)
      },
    ],
  })
  expect(done).toMatchObject({
    state: 'committed',
    errorCount: 0,
    counts: {
      identities: 5,
      applications: 2,
      entitlements: 4,
      grants: 5,
      repeatedGrants: 1,
      usageRows: 6,
      accessProfiles: 2,
    },
  })
  const view = await snapshotByIds(sql, tenant)
  expect(view?.importId).toBe(done.id)
  expect(view?.held).toEqual({
    u1: ['crm/read', 'git/read'],
    u2: ['git/read'],
    u3: ['crm/export'],
    u4: [],
    s1: ['git/admin'],
  })
  expect(view?.attributes.u2).toEqual({
    department: 'Engineering',
    job_title: 'Engineer',
    manager: 'u3',
    directory_status: 'enabled',
    cost_center: 'CC 2',
  })
  expect([...(view?.snapshot.identityStatus ?? [])]).toEqual([0, 0, 0, 1, 0])
  expect([...(view?.snapshot.identityType ?? [])]).toEqual([0, 0, 0, 0, 1])
  const rows = await inTenant(sql, tenant, async (scoped) => ({
    grants: await scoped`
      select i.id, e.id as entitlement, granted_at, last_used_at from grants g
      join identities i on i.key = g.identity_key join entitlements e on e.key = g.entitlement_key order by i.id, e.key`,
    usage: await scoped`select identity_key, days_used, last_day::text from usage`,
    person: await scoped`select * from identities where id = 'u2'`,
  }))
  expect(rows.grants.map((row) => Object.values(row))).toEqual([
    ['s1', 'admin', null, new Date('2025-01-01')],
    ['u1', 'read', new Date('2024-01-01'), new Date('2025-03-05')],
    ['u1', 'read', null, null],
    ['u2', 'read', new Date('2024-01-01'), new Date('2025-03-02T10:00:00Z')],
    ['u3', 'export', null, null],
  ])
  expect([...rows.usage]).toEqual([{ identity_key: 1, days_used: 3, last_day: '2025-03-05' }])
  expect(rows.person[0]).toMatchObject({
    display_name: 'Hopper, Grace',
    department: 'Engineering',
    attributes: { cost_center: 'CC 2' },
    name_order: 'hopper, grace',
  })
  expect(seen[0]?.accessProfiles).toMatchObject([
    { id: 'p1', displayName: 'Basics', isCommonAccess: true, entitlementKeys: [1, 4], line: 2 },
    { id: 'p2', displayName: 'Dev', isCommonAccess: false, celExpression: 'subject.department == "Engineering"' },
  ])
})

describe('usage counts the 90 days that end with its newest day, at the latest today', () => {
  const now = new Date('2025-03-06T12:00:00Z')
  const usageOf = async (rows: string[]) => {
    const own = await db.tenantId()
    const files = { ...smallSet, 'usage.csv': ['identity_id,application_id,day', ...rows].join('\n') }
    const done = await importFiles(db.database.sql, own, files, { now, skipInvalid: true })
    const days = await inTenant(
      db.database.sql,
      own,
      (sql) => sql`
        select i.id || ' ' || a.id as pair, days_used, last_day::text from usage
        join identities i on i.key = identity_key join applications a on a.key = application_key order by pair`,
    )
    const { applications } = await inTenant(db.database.sql, own, (sql) => listApplications(sql, {}, { size: 10 }))
    return {
      errors: done.errors.map(({ line, column }) => [line, column]),
      through: done.usageThrough,
      ofEach: Object.fromEntries(applications.map(({ id, usageThrough }) => [id, usageThrough])),
      days: days.map((row) => Object.values(row)),
    }
  }

  test('a row of a far year is left out as faulty, and changes nothing for the others', async () => {
    expect(await usageOf(['u1,git,2025-03-05', 'u1,git,2099-01-01', 'u2,crm,2025-03-01'])).toEqual({
      errors: [[3, 8]],
      through: '2025-03-05',
      ofEach: { git: '2025-03-05', crm: '2025-03-01' },
      days: [
        ['u1 git', 1, '2025-03-05'],
        ['u2 crm', 1, '2025-03-01'],
      ],
    })
  })

  test('tomorrow is no fault, for clocks differ, and moves the window no further than today', async () => {
    expect(await usageOf(['u1,git,2025-03-07', 'u1,git,2024-12-07', 'u2,git,2024-12-06', 'u3,git,2025-03-08'])).toEqual(
      {
        errors: [[5, 8]],
        through: '2025-03-06',
        ofEach: { git: '2025-03-06', crm: null },
        days: [['u1 git', 1, '2024-12-07']],
      },
    )
  })

  test('an application whose feed stopped before the window says until when its usage reaches', async () => {
    expect(await usageOf(['u1,git,2025-03-05', 'u2,crm,2024-06-30'])).toMatchObject({
      through: '2025-03-05',
      ofEach: { git: '2025-03-05', crm: '2024-06-30' },
      days: [['u1 git', 1, '2025-03-05']],
    })
  })

  test('an import of the same content says the same; one without usage says that none is known', async () => {
    const own = await db.tenantId()
    const { sql } = db.database
    await importFiles(sql, own, smallSet)
    expect(await importFiles(sql, own, smallSet)).toMatchObject({ usageThrough: '2025-03-05' })
    const { 'usage.csv': _, ...without } = smallSet
    expect(await importFiles(sql, own, without)).toMatchObject({ usageThrough: undefined })
    const empty = { ...without, 'usage.csv': 'identity_id,application_id,day\n' }
    expect(await importFiles(sql, own, empty)).toMatchObject({ usageThrough: undefined, counts: { usageRows: 0 } })
    const { applications } = await inTenant(sql, own, (scoped) => listApplications(scoped, {}, { size: 10 }))
    expect(applications.map(({ usageThrough }) => usageThrough)).toEqual([null, null])
  })
})

test('files may come as gzip, in any order and form, with a byte order mark and columns in any order', async () => {
  const { sql } = db.database
  const plain = await db.tenantId()
  const packed = await db.tenantId()
  await importFiles(sql, plain, smallSet)
  const files = Object.entries(smallSet).map(([name, text]) => [`${name}.gz`, gzipSync(`\uFEFF${text}`)] as const)
  await importFiles(sql, packed, Object.fromEntries(files.toReversed()))
  const [a, b] = [await snapshotByIds(sql, plain), await snapshotByIds(sql, packed)]
  expect(b?.held).toEqual(a?.held)
  expect(b?.attributes).toEqual(a?.attributes)
})

test('the same file again changes nothing, and another content replaces it', async () => {
  const { sql } = db.database
  const tenant = await db.tenantId()
  const { id } = await createImport(sql, tenant, { createdBy: 'tester', skipInvalid: false })
  const first = await uploadImportFile(sql, tenant, id, 'identities.csv', bytesOf('id\n', 'u1\n'))
  expect(first).toEqual({
    name: 'identities.csv',
    sizeBytes: 6,
    sha256: createHash('sha256').update('id\nu1\n').digest('hex'),
  })
  expect(await uploadImportFile(sql, tenant, id, 'identities.csv.gz', bytesOf(gzipSync('id\nu1\n')))).toEqual(first)
  await uploadImportFile(sql, tenant, id, 'identities.csv', bytesOf('id\nu1\nu2\n'))
  await uploadImportFile(sql, tenant, id, 'grants.csv', bytesOf('identity_id,entitlement_id\nu2,e1\n'))
  expect((await commitImport(sql, tenant, id)).counts).toMatchObject({ identities: 2, grants: 1 })
})

test('an import is the whole truth: what it lacks becomes deleted and keeps its key, what comes back comes back', async () => {
  const { sql } = db.database
  const tenant = await db.tenantId()
  const rows = (table: string) =>
    inTenant(sql, tenant, async (scoped) => [...(await scoped`select * from ${scoped(table)} order by key`)])
  const set = (...people: string[]) => ({
    'identities.csv': `id,department\n${people.map((id) => `${id},D ${id}`).join('\n')}\n`,
    'grants.csv': `identity_id,application_id,entitlement_id\n${people.map((id) => `${id},app ${id},right`).join('\n')}\n`,
  })
  await importFiles(sql, tenant, set('b', 'a'))
  const before = await rows('identities')
  await importFiles(sql, tenant, set('c', 'a'))
  expect((await rows('identities')).map(({ key, id, status }) => [key, id, status])).toEqual([
    [1, 'b', 'deleted'],
    [2, 'a', 'enabled'],
    [3, 'c', 'enabled'],
  ])
  expect((await rows('entitlements')).map(({ deleted }) => deleted)).toEqual([true, false, false])
  expect((await rows('applications')).map(({ deleted }) => deleted)).toEqual([true, false, false])
  const view = await snapshotByIds(sql, tenant)
  expect([...(view?.snapshot.identityKey ?? [])]).toEqual([2, 3])
  expect(view?.held).toEqual({ a: ['app a/right'], c: ['app c/right'] })
  await importFiles(sql, tenant, set('a', 'b'))
  expect((await rows('identities')).slice(0, 2)).toEqual(before)
})

test('committing the content that is in force already is a cheap no-op and says so', async () => {
  const { sql } = db.database
  const tenant = await db.tenantId()
  const first = await importFiles(sql, tenant, smallSet)
  const participant = vi.fn()
  const second = await importFiles(sql, tenant, smallSet, { participants: [participant] })
  expect(second).toMatchObject({ state: 'committed', sameContentAs: first.id, counts: first.counts })
  expect(participant).not.toHaveBeenCalled()
  expect((await snapshotByIds(sql, tenant))?.importId).toBe(first.id)
  // The option to skip rows is part of the content of an import.
  expect((await importFiles(sql, tenant, smallSet, { skipInvalid: true })).sameContentAs).toBeUndefined()
})

test('without applications.csv and entitlements.csv both are what the grants name', async () => {
  const { sql } = db.database
  const identities = { 'identities.csv': 'id\nu1\nu2\n' }
  const bare = await db.tenantId()
  await importFiles(sql, bare, { ...identities, 'grants.csv': 'identity_id,entitlement_id\nu1,x\nu2,x\nu2,y\n' })
  expect((await snapshotByIds(sql, bare))?.held).toEqual({ u1: ['default/x'], u2: ['default/x', 'default/y'] })
  const named = await db.tenantId()
  await importFiles(sql, named, {
    ...identities,
    'grants.csv': 'identity_id,entitlement_id,application_id\nu1,x,A\nu2,x,B\n',
  })
  expect((await snapshotByIds(sql, named))?.held).toEqual({ u1: ['A/x'], u2: ['B/x'] })
})

test('a pair file is identities and entitlements without attributes', async () => {
  const { sql } = db.database
  const tenant = await db.tenantId()
  const done = await importFiles(sql, tenant, { 'pairs.txt': '        1          7\r\n 002\t7\n\n2 8\n2 8' })
  expect(done.counts).toMatchObject({ identities: 2, entitlements: 2, applications: 1, grants: 3, repeatedGrants: 1 })
  const view = await snapshotByIds(sql, tenant)
  expect(view?.held).toEqual({ 1: ['default/7'], 2: ['default/7', 'default/8'] })
  expect(view?.attributes['1']).toEqual({ directory_status: 'enabled' })
})

test.each([
  ['1 2\n1 x\n', 2, 3],
  ['1\n', 1, 2],
  ['1 2 3\n', 1, 5],
  ['a 1\n', 1, 1],
  ['1 1\n1 1234567890123456789\n', 2, 21],
  [' 1,2\n', 1, 3],
])('a pair file with %j is refused at line %i, column %i', async (text, line, column) => {
  const { sql } = db.database
  const work = importFiles(sql, await db.tenantId(), { 'pairs.txt': text })
  const reason = 'a line holds two whole numbers with blanks between, nothing else'
  await expect(work).rejects.toMatchObject({
    violations: [{ field: `pairs.txt:${line}:${column}`, description: reason }],
  })
})

test('americas small of HP Labs is 105,205 grants of 3,477 identities', async (context) => {
  const americas = sharedFile(context, 'hp-labs/americas_small.txt')
  const { sql } = db.database
  const tenant = await db.tenantId()
  const done = await importFiles(sql, tenant, { 'pairs.txt': readFileSync(americas) })
  expect(done.counts).toMatchObject({ identities: 3477, entitlements: 1587, grants: 105_205 })
})

test('many pieces and many rows come through whole', async () => {
  const { sql } = db.database
  const tenant = await db.tenantId()
  const identities = Array.from(
    { length: 3000 },
    (_, i) => `u${i},"Person ${i}, ""the"" ${i}th",${'x'.repeat(500)}${i}`,
  )
  const grants = Array.from({ length: 60_000 }, (_, i) => `u${(i * 7) % 3000},e${(i * 13) % 977},2024-01-01`)
  const done = await importFiles(sql, tenant, {
    'identities.csv': `id,display_name,note\n${identities.join('\n')}`,
    'grants.csv': `identity_id,entitlement_id,last_used_at\n${grants.join('\r\n')}`,
  })
  const expected = new Map<string, Set<string>>()
  for (const grant of grants) {
    const [identity, entitlement] = grant.split(',')
    expected.set(identity!, (expected.get(identity!) ?? new Set()).add(`default/${entitlement}`))
  }
  const view = await snapshotByIds(sql, tenant)
  expect(view?.held).toEqual(Object.fromEntries(Array.from(expected, ([id, held]) => [id, [...held].toSorted()])))
  expect(view?.attributes.u17?.note).toBe(`${'x'.repeat(500)}17`)
  const { count } = (
    await inTenant(sql, tenant, (scoped) => scoped<{ count: number }[]>`select count(*) from grants`)
  )[0]!
  expect(count).toBe(done.counts?.grants)
})

describe('a commit that does not come through', () => {
  const start = async () => {
    const tenant = await db.tenantId()
    const before = await importFiles(db.database.sql, tenant, smallSet)
    const { id } = await createImport(db.database.sql, tenant, { createdBy: 'tester', skipInvalid: false })
    const files = { 'identities.csv': 'id\nu1\n', 'grants.csv': 'identity_id,entitlement_id\nu1,x\n' }
    for (const [name, text] of Object.entries(files)) {
      await uploadImportFile(db.database.sql, tenant, id, name, bytesOf(text))
    }
    return { tenant, id, before }
  }

  test.each(['identities.csv', 'grants.csv', 'snapshot'])(
    'at %s leaves everything, and is taken up again',
    async (at) => {
      const { sql } = db.database
      const { tenant, id, before } = await start()
      const stop = new AbortController()
      const commit = commitImport(sql, tenant, id, {
        signal: stop.signal,
        onProgress: ({ step }) => {
          if (step === at) stop.abort(new Error('the worker goes away'))
        },
      })
      await expect(commit).rejects.toThrow('the worker goes away')
      expect(await getImport(sql, tenant, id)).toMatchObject({ state: 'committing' })
      expect((await snapshotByIds(sql, tenant))?.importId).toBe(before.id)
      expect(await commitImport(sql, tenant, id)).toMatchObject({ state: 'committed', counts: { identities: 1 } })
      expect((await snapshotByIds(sql, tenant))?.held).toEqual({ u1: ['default/x'] })
    },
  )

  test('because its connection is cut is taken up again', async () => {
    const { sql } = db.database
    const { tenant, id, before } = await start()
    const cut: CommitParticipant = async (scoped) => {
      const { pid } = (await scoped<{ pid: number }[]>`select pg_backend_pid() as pid`)[0]!
      await db.owner.sql`select pg_terminate_backend(${pid})`
      await scoped`select 1`
    }
    await expect(commitImport(sql, tenant, id, { participants: [cut] })).rejects.toMatchObject({ kind: 'unavailable' })
    expect((await snapshotByIds(sql, tenant))?.importId).toBe(before.id)
    expect(await commitImport(sql, tenant, id)).toMatchObject({ state: 'committed' })
  })

  test('because a participant fails takes back what the others wrote', async () => {
    const { sql } = db.database
    const { tenant, id, before } = await start()
    const participants: CommitParticipant[] = [
      async (scoped) => {
        await scoped`update imports set created_by = 'somebody else' where id = ${Number(id)}`
      },
      async () => {
        throw new Error('no')
      },
    ]
    await expect(commitImport(sql, tenant, id, { participants })).rejects.toThrow('no')
    expect(await getImport(sql, tenant, id)).toMatchObject({ state: 'committing', createdBy: 'tester' })
    expect((await snapshotByIds(sql, tenant))?.importId).toBe(before.id)
  })

  test('twice at once commits once', async () => {
    const { sql } = db.database
    const { tenant, id } = await start()
    let told = 0
    const participants: CommitParticipant[] = [
      async () => {
        told++
      },
    ]
    const both = await Promise.all([1, 2].map(() => commitImport(sql, tenant, id, { participants })))
    expect(both.map(({ state }) => state)).toEqual(['committed', 'committed'])
    expect(told).toBe(1)
  })
})

test('a fault that only a participant sees counts like one of a row', async () => {
  const { sql } = db.database
  const tenant = await db.tenantId()
  const fault = { file: 'access_profiles.csv', line: 3, column: 9, reason: 'cel_expression: no' }
  const participants: CommitParticipant[] = [async (_, { addFault }) => addFault(fault)]
  await expect(importFiles(sql, tenant, smallSet, { participants })).rejects.toMatchObject({
    kind: 'invalid_argument',
    message: 'The import has one fault. access_profiles.csv:3:9: cel_expression: no',
  })
  expect(await snapshotByIds(sql, tenant)).toBeUndefined()
  const committed = await importFiles(sql, tenant, smallSet, { participants, skipInvalid: true })
  expect(committed).toMatchObject({ state: 'committed', errors: [fault] })
})

test('the services’ role can write the grants of its own import, and read them only through row level security', async () => {
  const { sql } = db.database
  const tenant = await db.tenantId()
  const other = await db.tenantId()
  const { id } = await createImport(sql, tenant, { createdBy: 'tester', skipInvalid: false })
  const key = Number(id)
  const name = `grants_${id}`
  const attempt = (tenantId: number, work: (scoped: TenantSql) => Promise<unknown>) => inTenant(sql, tenantId, work)
  // Not before the import is committing, and never for another tenant.
  await expect(attempt(tenant, (scoped) => scoped`select create_grant_partition(${key})`)).rejects.toThrow(/not being/)
  await inTenant(sql, tenant, (scoped) => beginCommit(scoped, id))
  await expect(attempt(other, (scoped) => scoped`select create_grant_partition(${key})`)).rejects.toThrow(/not being/)
  await inTenant(sql, tenant, (scoped) => scoped`select create_grant_partition(${key})`)
  const insert = (scoped: TenantSql) =>
    scoped`insert into ${scoped(name)} (identity_key, entitlement_key) values (1, 1)`
  await attempt(tenant, insert)
  for (const forbidden of [
    (scoped: TenantSql) => scoped`select from ${scoped(name)}`,
    (scoped: TenantSql) => scoped`delete from ${scoped(name)}`,
    (scoped: TenantSql) =>
      scoped`insert into ${scoped(name)} (tenant_id, identity_key, entitlement_key) values (${other}, 1, 1)`,
    (scoped: TenantSql) => scoped`drop table ${scoped(name)}`,
  ]) {
    await expect(attempt(tenant, forbidden)).rejects.toThrow(/permission denied|must be owner/)
  }
  await inTenant(sql, tenant, (scoped) => scoped`select attach_grant_partition(${key})`)
  await expect(attempt(tenant, insert)).rejects.toThrow(/permission denied/)
  await expect(attempt(tenant, (scoped) => scoped`select from ${scoped(name)}`)).rejects.toThrow(/permission denied/)
  const seen = (tenantId: number) =>
    inTenant(sql, tenantId, (scoped) => scoped`select tenant_id, import_id from grants`)
  expect([...(await seen(tenant))]).toEqual([{ tenant_id: tenant, import_id: key }])
  expect(await seen(other)).toHaveLength(0)
})
