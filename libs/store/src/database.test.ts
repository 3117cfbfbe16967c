import { afterAll, expect, test } from 'vitest'
import { openDatabase, openOwnerDatabase } from './database.ts'
import { requireSupportedServer } from './server-requirements.ts'
import { createTestDatabase } from './testing.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())
const { sql } = db.database

test('every connection of a service works as its login from its first query on', async () => {
  const many = openDatabase({ url: db.url, applicationName: 'assay-test', maxConnections: 4 })
  const roles = await Promise.all(
    Array.from({ length: 16 }, () => many.sql<{ role: string }[]>`select current_user as role, pg_sleep(0.01)`),
  )
  await many.close()
  expect(new Set(roles.map(([row]) => row!.role))).toEqual(new Set([new URL(db.url).username]))
})

test('a service can make no tables, and cannot see what was migrated', async () => {
  await expect(sql.unsafe('create table mine (id integer)')).rejects.toThrow('permission denied')
  await expect(sql.unsafe('select * from schema_migrations')).rejects.toThrow('permission denied')
  await expect(sql.unsafe(`insert into tenants (name) values ('x')`)).rejects.toThrow('permission denied')
})

test('a connection names its process, works in UTC and finds the tables of the schema assay', async () => {
  const [row] = await sql`
    select current_setting('application_name') as name, current_setting('TimeZone') as zone, current_schema() as schema`
  expect(row).toEqual({ name: 'assay-test-service', zone: 'UTC', schema: 'assay' })
})

test.each([
  ['0', 0],
  ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ['-9007199254740991', Number.MIN_SAFE_INTEGER],
  ['9007199254740992', 9007199254740992n],
  ['9223372036854775807', 9223372036854775807n],
])('int8 %s arrives without loss', async (text, value) => {
  const [row] = await sql`select ${text}::text::int8 as one, array[${text}::text::int8] as many`
  expect(row).toEqual({ one: value, many: [value] })
})

test('numbers and bigints go in as int8', async () => {
  const [row] = await sql`select ${12}::int8 as a, ${9223372036854775807n}::int8 as b, 7::int8 = any(${[7, 8]}) as c`
  expect(row).toEqual({ a: 12, b: 9223372036854775807n, c: true })
})

test('other values arrive as JavaScript has them', async () => {
  const [row] = await sql`
    select '2024-05-01'::date as date, '2024-05-01T10:00:00Z'::timestamptz as time, 1.5::numeric as numeric,
           '{"a": [1]}'::jsonb as json, array['x', 'y'] as list, '\\x00ff'::bytea as bytes`
  expect(row).toEqual({
    date: new Date('2024-05-01T00:00:00Z'),
    time: new Date('2024-05-01T10:00:00Z'),
    numeric: '1.5',
    json: { a: [1] },
    list: ['x', 'y'],
    bytes: Buffer.from([0, 255]),
  })
})

test('the driver is patched: its queries carry no functions of their own (docs/decisions/0007)', async () => {
  const query = sql`select 1 as one`
  expect(Object.hasOwn(query, 'resolve')).toBe(false)
  expect(await query).toEqual([{ one: 1 }])
})

test('the server of the tests is one that Assay supports', async () => {
  await expect(requireSupportedServer(sql)).resolves.toBeUndefined()
})

test('a database that cannot hold every text is refused', async () => {
  const name = `${new URL(db.url).pathname.slice(1)}_ascii`
  await db.owner.sql.unsafe(
    `create database ${name} encoding 'SQL_ASCII' locale_provider libc locale 'C' template template0`,
  )
  const url = new URL(db.ownerUrl)
  url.pathname = `/${name}`
  const ascii = openOwnerDatabase({ url: url.href, applicationName: 'assay-test', maxConnections: 1 })
  await expect(requireSupportedServer(ascii.sql)).rejects.toThrow('needs a database with encoding UTF8')
  await ascii.close()
  await db.owner.sql.unsafe(`drop database ${name}`)
})
