import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTenant } from './tenant-scope.ts'
import { createTestDatabase } from './testing.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())

let ours = 0
let theirs = 0

beforeAll(async () => {
  ours = await db.tenantId('ours')
  theirs = await db.tenantId('theirs')
  await db.owner.sql.unsafe(`
    create table notes (tenant_id integer not null, text text not null);
    select keep_tenants_apart('notes', 'select, insert, update, delete');
  `)
})

test('a service sees the rows of the tenant in scope alone', async () => {
  await inTenant(db.database.sql, ours, (sql) => sql`insert into notes values (${ours}, 'ours')`)
  await inTenant(db.database.sql, theirs, (sql) => sql`insert into notes values (${theirs}, 'theirs')`)
  const rows = await inTenant(db.database.sql, ours, (sql) => sql`select text from notes`)
  expect([...rows]).toEqual([{ text: 'ours' }])
})
