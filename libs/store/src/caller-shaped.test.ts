import { afterAll, expect, test } from 'vitest'
import { callerShaped } from './caller-shaped.ts'
import type { Fragment, TenantSql } from './handles.ts'
import { inTenant } from './tenant-scope.ts'
import { createTestDatabase } from './testing.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())

const plain = (sql: TenantSql): Fragment => sql`name = ${'shown'}`
const marked = (sql: TenantSql): Fragment => callerShaped(plain(sql))

type Query = (sql: TenantSql, column: Fragment) => PromiseLike<unknown>

test.each<[string, Query, prepared: boolean]>([
  ['without a marked fragment', (sql, column) => sql`select ${column} from tenants where ${plain(sql)}`, true],
  ['with one', (sql, column) => sql`select ${column} from tenants where ${marked(sql)}`, false],
  ['with one inside another', (sql, column) => sql`select ${column} from tenants ${sql`where ${marked(sql)}`}`, false],
  [
    'with one in a list',
    (sql, column) => sql`select ${column} from tenants where ${[sql`true and`, marked(sql)]}`,
    false,
  ],
  [
    'with one, in a savepoint',
    (sql, column) => sql.savepoint((inner) => inner`select ${column} from tenants where ${marked(inner)}`),
    false,
  ],
])('a query stays prepared unless a marked fragment is part of it: %s', async (name, query, prepared) => {
  const tenantId = await db.tenantId()
  const column = `as ${name}`
  await inTenant(db.database.sql, tenantId, async (sql) => {
    await query(sql, sql`name as ${sql(column)}`)
    const { count } = (
      await sql<{ count: number }[]>`
      select count(*) from pg_prepared_statements where strpos(statement, ${`"${column}"`}) > 0`
    )[0]!
    expect(count).toBe(prepared ? 1 : 0)
  })
})

test('a query that is not prepared gives its rows', async () => {
  const tenantId = await db.tenantId('shown')
  const rows = await inTenant(db.database.sql, tenantId, (sql) => sql`select name from tenants where ${marked(sql)}`)
  expect(rows).toEqual([{ name: 'shown' }])
})
