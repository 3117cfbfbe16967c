import { inTenant, onlyRow } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { parseSorters, type Sorter, sortOrder } from './index.ts'

const names = ['createdBy', 'createdDate'] as const

const accepted: [text: string | undefined, sorters: Sorter[]][] = [
  [undefined, []],
  ['', []],
  [' ', []],
  ['createdDate', [{ name: 'createdDate', descending: false }]],
  ['-createdDate', [{ name: 'createdDate', descending: true }]],
  [
    'createdBy,-createdDate',
    [
      { name: 'createdBy', descending: false },
      { name: 'createdDate', descending: true },
    ],
  ],
  [
    ' createdBy , createdDate ',
    [
      { name: 'createdBy', descending: false },
      { name: 'createdDate', descending: false },
    ],
  ],
]

test.each(accepted)('sorters %j are read', (text, sorters) => {
  expect(parseSorters(text, names)).toEqual(sorters)
})

test.each([
  ['name', '"name" is not supported'],
  ['CreatedBy', '"CreatedBy" is not supported'],
  ['--createdBy', '"--createdBy" is not supported'],
  ['createdBy desc', '"createdBy desc" is not supported'],
  ['+createdBy', '"+createdBy" is not supported'],
  ['createdBy,', 'a name is missing'],
  [',', 'a name is missing'],
  ['-', '"-" is not supported'],
  ['createdBy,-createdBy', '"createdBy" is given twice'],
])('sorters %j are refused', (text, what) => {
  expect(() => parseSorters(text, names)).toThrow(
    expect.objectContaining({
      kind: 'invalid_argument',
      message: `sorters: ${what}; this list sorts by createdBy, createdDate`,
    }),
  )
})

test('rows come in the order of the sorters, missing values last, ties as the list breaks them', async () => {
  const db = await createTestDatabase()
  afterAll(() => db.drop())
  const ordered = (text: string) =>
    inTenant(db.database.sql, 1, async (sql) => {
      const columns = { createdBy: sql`creator`, createdDate: sql`day` }
      const rows = await sql<{ id: string }[]>`
        select id from (values ('a', 'x', 1), ('b', 'x', 2), ('c', null, 2), ('d', 'w', null)) as r(id, creator, day)
        ${sortOrder(sql, parseSorters(text, names), columns, [sql`id desc`])}`
      return rows.map(({ id }) => id).join('')
    })
  expect(await ordered('')).toBe('dcba')
  expect(await ordered('createdDate')).toBe('acbd')
  expect(await ordered('-createdDate')).toBe('cbad')
  expect(await ordered('createdBy,-createdDate')).toBe('dbac')
  expect(await ordered('-createdBy')).toBe('badc')
})

test.each([
  ['createdBy', 1],
  ['createdBy,createdDate', 0],
])('of all orders a server prepares those by one name: %s', async (text, prepared) => {
  const db = await createTestDatabase()
  onTestFinished(() => db.drop())
  const column = `sorted by ${text}`
  const count = await inTenant(db.database.sql, 1, async (sql) => {
    const columns = { createdBy: sql`creator`, createdDate: sql`day` }
    const order = sortOrder(sql, parseSorters(text, names), columns, [sql`id`])
    await sql`select id as ${sql(column)} from (values ('a', 'x', 1)) as r(id, creator, day) ${order}`
    return onlyRow(
      await sql<{ count: number }[]>`
        select count(*) from pg_prepared_statements where strpos(statement, ${`"${column}"`}) > 0`,
    ).count
  })
  expect(count).toBe(prepared)
})
