import { commitImport, createImport, putReaderScope, removeReaderScope, uploadImportFile } from '@assay/directory'
import { inTenant, type Reader } from '@assay/store'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
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

/** Who is seen in rows, who in the snapshot, and how many grants in each. */
async function seenBy(reader: Reader) {
  return cache.use(reader, async (sql, loaded) => {
    const rows = await sql<{ id: string; key: number }[]>`select id, key from identities order by key`
    const [{ grants }] = await sql<{ grants: number }[]>`
      select count(*)::integer as grants from grants where import_id = (select import_id from snapshots)`
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

test.each([
  [{}, 'says nothing'],
  [{ filters: [{ attribute: 'mood', values: ['good'] }] }, 'unknown attribute "mood"; known are'],
  [{ filters: [...sales.filters, { attribute: 'department', values: ['IT'] }] }, 'a second time'],
  [{ filters: [{ attribute: 'department', values: ['Legal'] }] }, 'has nobody in the data in force'],
  [{ ...sales, managerId: 'dia' }, 'has nobody in the data in force'],
  [{ managerId: 'eve' }, 'nobody has the id "eve"'],
  [{ applicationIds: ['crm', 'erp'] }, 'no application has the id "erp"'],
] as const)('the scope %j is refused in words', async (conditions, words) => {
  await expect(put(conditions as Parameters<typeof put>[0])).rejects.toThrow(words)
})

test('a scope follows the data and its own changes at once, and what is gone shows nobody', async () => {
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

test('a scope of another tenant shows nothing', async () => {
  const { readerScope } = await readerOf(sales)
  const other = await db.tenantId()
  await expect(seenBy({ tenantId: other, readerScope })).rejects.toThrow('was taken away a moment ago')
})

test('rows that tell of others are neither read nor written within a scope', async () => {
  const reader = await readerOf(sales)
  await cache.asReader(reader, async (sql) => {
    const [{ key }] = await sql<{ key: number }[]>`select key from identities where id = 'ann'`
    const [{ profile }] = await sql<{ profile: string }[]>`
      insert into access_profiles (tenant_id, id, display_name, created_by, name_order)
      values (${tenantId}, gen_random_uuid(), 'Inside', 'tester', 'inside') returning id as profile`
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
  // To somebody who sees a part of the members alone, the profile is not there.
  await inTenant(
    db.owner.sql,
    tenantId,
    (sql) => sql`
    insert into access_profile_members (tenant_id, profile_id, identity_key)
    select tenant_id, profile_id, (select key from identities where id = 'dia' and tenant_id = ${tenantId}) from access_profile_members`,
  )
  expect([await profiles(reader), await members(reader)]).toEqual([0, 0])
  expect([await profiles({ tenantId }), await members({ tenantId })]).toEqual([1, 2])
})
