import { inTenant, type TenantSql } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { actingAs } from './acting.ts'
import { listInForce, type ThingPosition } from './in-force.ts'
import { recordEntry } from './record-entry.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())
let tenantId = 0
const tenant = <T>(work: (sql: TenantSql) => Promise<T>) => inTenant(db.database.sql, tenantId, work)
beforeAll(async () => {
  tenantId = await db.tenantId()
})

/** Writes an entry in a millisecond in which no other entry was written. @returns its time */
async function said(kind: string, type: string, id: string, change: { before?: unknown; after?: unknown } = {}) {
  await new Promise((resolve) => setTimeout(resolve, 2))
  const actor = { type: 'client', id: 'c1', name: 'Ada' } as const
  const { at } = await actingAs(actor, () =>
    tenant((sql) => recordEntry(sql, { kind, subject: { type, id }, ...change })),
  )
  await new Promise((resolve) => setTimeout(resolve, 2))
  return at
}
const inForce = async (at: Date, type?: string, id?: string) =>
  (await tenant((sql) => listInForce(sql, { at, type, id }, { size: 100 }))).things

test('the state of a thing at a time: before it was made, as it was made, changed, and after it was deleted', async () => {
  const before = new Date()
  const made = await said('profile.create', 'profile', 'p1', {
    after: { displayName: 'Sales', description: '', entitlements: ['a/1', 'a/2'] },
  })
  const renamed = await said('profile.update', 'profile', 'p1', {
    before: { displayName: 'Sales' },
    after: { displayName: 'Selling' },
  })
  const changed = await said('profile.entitlements', 'profile', 'p1', { after: { removed: ['a/1'], added: ['b/3'] } })
  await said('profile.members.follow', 'profile', 'p1', { before: { members: 4 }, after: { joining: 2 } })
  const again = await said('profile.entitlements', 'profile', 'p1', { after: { removed: ['b/3'], added: ['a/1'] } })
  const gone = await said('profile.delete', 'profile', 'p1', { before: { displayName: 'Selling' } })
  expect(await inForce(before, 'profile', 'p1')).toEqual([])
  const stateAt = async (at: Date) => (await inForce(at, 'profile', 'p1')).map(({ state }) => state)
  expect(await stateAt(made)).toEqual([{ displayName: 'Sales', description: '', entitlements: ['a/1', 'a/2'] }])
  expect(await stateAt(renamed)).toEqual([{ displayName: 'Selling', description: '', entitlements: ['a/1', 'a/2'] }])
  expect(await stateAt(changed)).toMatchObject([{ entitlements: ['a/2', 'b/3'] }])
  expect(await stateAt(again)).toMatchObject([{ entitlements: ['a/2', 'a/1'] }])
  expect(await stateAt(gone)).toEqual([])
  const [thing] = await inForce(changed, 'profile', 'p1')
  expect(thing).toMatchObject({
    isComplete: true,
    erased: [],
    omitted: [],
    entry: { kind: 'profile.entitlements', at: changed, actor: { id: 'c1', name: 'Ada' } },
  })
})

test('the state before the ledger comes from the previous values in later entries, and is marked as incomplete', async () => {
  const first = await said('settings.update', 'settings', 'mining', {
    before: { minLift: 1.2 },
    after: { minLift: 1.5 },
  })
  await said('settings.update', 'settings', 'mining', { before: { minCoverage: 60 }, after: { minCoverage: 70 } })
  const [then] = await inForce(first, 'settings', 'mining')
  expect(then).toMatchObject({ state: { minLift: 1.5, minCoverage: 60 }, isComplete: false })
})

test('only one load of the access data is in force at a time', async () => {
  const first = await said('import.in_force', 'import', '7', { after: { counts: { identities: 10 } } })
  const second = await said('load.in_force', 'import', '9', { after: { sources: ['hr'] } })
  expect(await inForce(first, 'access_data')).toMatchObject([{ id: '7', state: { counts: { identities: 10 } } }])
  expect(await inForce(second, 'access_data')).toMatchObject([
    { id: '9', state: { sources: ['hr'] }, isComplete: true },
  ])
})

test('the scope of a client, a map and a pull are members of their things, and can be removed', async () => {
  await said('client.create', 'client', 'c9', { after: { role: 'reviewer' } })
  const bound = await said('client.scope', 'client', 'c9', { after: { managerId: 'm' } })
  const freed = await said('client.scope', 'client', 'c9', { before: { managerId: 'm' } })
  const revoked = await said('client.revoke', 'client', 'c9')
  expect((await inForce(bound, 'client', 'c9'))[0]?.state).toEqual({ role: 'reviewer', scope: { managerId: 'm' } })
  expect((await inForce(freed, 'client', 'c9'))[0]?.state).toEqual({ role: 'reviewer' })
  expect(await inForce(revoked, 'client', 'c9')).toEqual([])
})

test('erased values are left out, and the thing says so', async () => {
  const made = await said('policy.create', 'policy', 'erasable', { after: { displayName: 'Ada alone' } })
  const [row] = await db.owner.sql<{ id: string }[]>`select id from ledger_entries where subject_id = 'erasable'`
  await db.owner.sql`
    update ledger_values set salt = null, value = null where entry_id = ${row?.id ?? ''} and field = 'after'`
  expect(await inForce(made, 'policy', 'erasable')).toMatchObject([{ state: {}, erased: ['after'], isComplete: false }])
})

test('a list leaves out long members, pages show each thing once, by type and id, and no other tenant sees any', async () => {
  const long = 'x'.repeat(3_000)
  for (const id of ['s1', 's2', 's3']) await said('source.create', 'source', id, { after: { long, kind: 'csv' } })
  const at = await said('source.map', 'source', 's2', { after: 'fields: []' })
  const listed = await inForce(at, 'source')
  expect(listed.map(({ id, omitted }) => [id, ...omitted])).toEqual([
    ['s1', 'long'],
    ['s2', 'long'],
    ['s3', 'long'],
  ])
  expect(listed[1]?.state).toEqual({ kind: 'csv', map: 'fields: []' })
  expect((await inForce(at, 'source', 's1'))[0]?.state).toEqual({ kind: 'csv', long })
  const seen: string[] = []
  for (let after: ThingPosition | undefined, isFirst = true; isFirst || after !== undefined; isFirst = false) {
    const page = await tenant((sql) => listInForce(sql, { at }, { size: 2, after }))
    seen.push(...page.things.map(({ type, id }) => `${type} ${id}`))
    after = page.last
  }
  expect(seen).toEqual((await inForce(at)).map(({ type, id }) => `${type} ${id}`))
  expect(new Set(seen).size).toBe(seen.length)
  expect(seen).toContain('source s3')
  const other = await db.tenantId()
  const elsewhere = await inTenant(db.database.sql, other, (sql) => listInForce(sql, { at }, { size: 100 }))
  expect(elsewhere.things).toEqual([])
  await expect(inForce(at, 'nosuch')).rejects.toMatchObject({ kind: 'invalid_argument' })
})
