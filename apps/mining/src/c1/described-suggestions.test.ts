import { randomUUID } from 'node:crypto'
import { type ListedSuggestion, listSuggestions } from '@assay/role-mining'
import { inTenant } from '@assay/store'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DescribedSuggestions } from './described-suggestions.ts'

let db: TestDatabase
let tenantId: number
beforeAll(async () => {
  db = await createTestDatabase()
  tenantId = await db.tenantId()
})
afterAll(() => db.drop())

async function store(name: string): Promise<string> {
  const id = randomUUID()
  await db.owner.sql`
    insert into role_mining_suggestions (tenant_id, id, run_id, state, suggested_name, description, search_text,
      cohort_filters, cohort_size, entitlements, users_with_all, avg_coverage, confidence, insights, profile_matches)
    values (${tenantId}, ${id}, ${randomUUID()}, 'new', ${name}, '', '', '[]', 10, '[]', 9, 0.9, 0.8, '[]', '[]')`
  return id
}
const listed = () => inTenant(db.database.sql, tenantId, (sql) => listSuggestions(sql, {}, { size: 100 }))
const of = (described: DescribedSuggestions, list: readonly ListedSuggestion[], tenant = tenantId) =>
  described.of(tenant, list, (work) => inTenant(db.database.sql, tenant, work))

test('what has not changed is served as it was put together, what has changed anew, what is gone not at all', async () => {
  const [one, two] = [await store('one'), await store('two')]
  const described = new DescribedSuggestions()
  const first = (await listed()).listed
  const before = await of(described, first)
  expect(before.map(({ id }) => id)).toEqual(first.map(({ id }) => id))
  await db.owner.sql`update role_mining_suggestions set suggested_name = 'other' where id = ${two}`
  const after = await of(described, (await listed()).listed)
  const nameOf = (messages: typeof before, id: string) => messages.find((message) => message.id === id)
  expect(nameOf(after, one)).toBe(nameOf(before, one))
  expect(nameOf(after, two)?.suggestedName).toBe('other')
  const last = (await listed()).listed
  await db.owner.sql`delete from role_mining_suggestions where id = ${two}`
  expect((await of(new DescribedSuggestions(), last)).map(({ id }) => id)).toEqual([one])
})

test('nothing that is kept for a tenant is served to another', async () => {
  await store('mine')
  const described = new DescribedSuggestions()
  const { listed: mine } = await listed()
  expect((await of(described, mine)).length).toBeGreaterThan(0)
  expect(await of(described, mine, await db.tenantId())).toEqual([])
})
