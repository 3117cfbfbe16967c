import { afterAll, expect, test } from 'vitest'
import { createTenant } from './tenants.ts'
import { createTestDatabase } from './testing.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())

test('tenants get numbers of their own, and names without the space around them', async () => {
  const first = await createTenant(db.owner.sql, ' first ')
  const second = await createTenant(db.owner.sql, 'second')
  expect(first.name).toBe('first')
  expect(second.tenantId).toBeGreaterThan(first.tenantId)
})

test.each([
  ['', 'invalid_argument', 'name: must not be empty'],
  [' \t\n', 'invalid_argument', 'name: must not be empty'],
  ['x'.repeat(101), 'invalid_argument', 'name: must have at most 100 characters'],
  ['a\0b', 'invalid_argument', 'name: must not contain the character U+0000'],
  ['taken', 'already_exists', 'A tenant named "taken" exists already'],
])('the name %j is refused, and no tenant is made', async (name, kind, message) => {
  await db.owner.sql`insert into tenants (name) values ('taken') on conflict do nothing`
  const before = await db.owner.sql`select from tenants`
  await expect(createTenant(db.owner.sql, name)).rejects.toMatchObject({ kind, message })
  expect(await db.owner.sql`select from tenants`).toHaveLength(before.length)
})
