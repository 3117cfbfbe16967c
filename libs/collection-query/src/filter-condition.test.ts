import { inTenant, type TenantSql } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { comparisonCondition, type FilterColumn, filterCondition, parseFilter } from './index.ts'
import { evaluateFilter } from './testing/evaluate-filter.ts'
import {
  alphabet,
  type EveryField,
  everyField,
  type RandomRow,
  randomFilter,
  randomRow,
} from './testing/random-filters.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())
let tenant: number
beforeAll(async () => {
  tenant = await db.tenantId()
})

/** The numbers of the rows for which the condition is true, evaluated by PostgreSQL. */
async function passing(
  sql: TenantSql,
  rows: readonly RandomRow[],
  condition: (columns: Record<EveryField, FilterColumn<EveryField>>) => ReturnType<typeof filterCondition>,
): Promise<number[]> {
  const columns = {
    'ref.name': sql`name`,
    tags: sql`tags`,
    kind: sql`kind`,
    saved: sql`saved`,
    score: sql`score`,
    created: sql`created`,
  }
  const table = sql.json(rows.map((row, index) => ({ ...row, index })))
  const found = await sql<{ index: number }[]>`
    select index
    from jsonb_to_recordset(${table}) as r(
      index integer, name text, tags text[], kind text, saved boolean, score float8, created timestamptz
    )
    where ${condition(columns)}
    order by index`
  return found.map(({ index }) => index)
}

test('a filter picks the same random rows in Postgres as a plain evaluation does', async () => {
  const lowered = await db.database.sql<{ written: string; lower: string }[]>`
    select written, lower(written) from unnest(${alphabet}::text[]) as written`
  const lowerOf = new Map(lowered.map(({ written, lower }) => [written, lower]))
  const lower = (text: string) =>
    [...text].map((character) => lowerOf.get(character) ?? character.toLowerCase()).join('')

  let picked = 0
  let seen = 0
  await inTenant(db.database.sql, tenant, (sql) =>
    fc.assert(
      fc.asyncProperty(fc.array(randomRow, { minLength: 1, maxLength: 30 }), randomFilter, async (rows, filter) => {
        const expected = rows.flatMap((row, index) => (evaluateFilter(filter, row, lower) ? [index] : []))
        expect(await passing(sql, rows, (columns) => filterCondition(sql, filter, columns))).toEqual(expected)
        picked += expected.length
        seen += rows.length
      }),
      { numRuns: 1000, seed: 6 },
    ),
  )
  // If all or no rows passed, the comparison would prove little.
  expect(picked / seen).toBeGreaterThan(0.2)
  expect(picked / seen).toBeLessThan(0.8)
})

const row: RandomRow = { name: null, tags: null, kind: null, saved: null, score: null, created: null }

const meanings: [filter: string, rows: Partial<RandomRow>[], passing: number[]][] = [
  ['ref.name co "50%"', [{ name: 'at 50% off' }, { name: 'at 50 off' }], [0]],
  ['ref.name sw "a_"', [{ name: 'A_b' }, { name: 'axb' }], [0]],
  ['ref.name eq "ÄÖ"', [{ name: 'äö' }, { name: 'ao' }], [0]],
  ['ref.name ge "b"', [{ name: 'a' }, { name: 'B' }, { name: 'c' }], [1, 2]],
  [String.raw`ref.name co "\\\""`, [{ name: String.raw`a\"b` }, { name: 'a"b' }], [0]],
  ['ref.name eq "\'; drop table tenants; --"', [{ name: "'; DROP TABLE tenants; --" }, { name: '' }], [0]],
  ['not ref.name eq "a"', [{ name: 'a' }, { name: 'b' }, {}], [1, 2]],
  ['not (ref.name sw "a" and score gt 1)', [{ name: 'a', score: 2 }, { name: 'a' }, {}], [1, 2]],
  ['ref.name ne "a"', [{ name: 'A' }, { name: 'b' }, {}], [1, 2]],
  ['tags ca ("x", "y")', [{ tags: ['Y', 'z', 'X'] }, { tags: ['x'] }, {}], [0]],
  ['kind gt "common"', [{ kind: 'COMMON' }, { kind: 'SPECIALIZED' }], [1]],
  ['saved eq "true"', [{ saved: true }, { saved: false }, {}], [0]],
  ['pr score and kind isnull', [{ score: 0 }, { score: 0, kind: 'COMMON' }, {}], [0]],
  // A time that an answer shows as .348 is stored with microseconds.
  ['created le 2021-09-08T16:11:05.348Z', [{ created: '2021-09-08T16:11:05.348999Z' }], [0]],
  ['created gt 2021-09-08T16:11:05.348Z', [{ created: '2021-09-08T16:11:05.348999Z' }], []],
  ['', [{}, { name: 'a' }], [0, 1]],
]

test.each(meanings)('%s', async (text, rows, expected) => {
  const filter = parseFilter(text, everyField)
  const all = rows.map((given) => ({ ...row, ...given }))
  const found = await inTenant(db.database.sql, tenant, (sql) =>
    passing(sql, all, (columns) => filterCondition(sql, filter, columns)),
  )
  expect(found).toEqual(expected)
})

test('no conditions of which all must hold pass every row, and none of which one must hold pass no row', async () => {
  const found = await inTenant(db.database.sql, tenant, (sql) =>
    Promise.all(
      (['and', 'or'] as const).map((kind) =>
        passing(sql, [row, row], (columns) => filterCondition(sql, { kind, of: [] }, columns)),
      ),
    ),
  )
  expect(found).toEqual([[0, 1], []])
})

test('a field may bring a condition of its own, with the usual comparison inside', async () => {
  const filter = parseFilter('ref.name co "B"', everyField)
  const rows = [['ab', 'c'], ['c'], null].map((tags) => ({ ...row, tags }))
  const found = await inTenant(db.database.sql, tenant, (sql) =>
    passing(sql, rows, (columns) =>
      filterCondition(sql, filter, {
        ...columns,
        'ref.name': (comparison) =>
          sql`exists (select from unnest(tags) as tag where ${comparisonCondition(sql, comparison, sql`tag`)})`,
      }),
    ),
  )
  expect(found).toEqual([0])
})

test('the longest and the deepest filters run', async () => {
  const long = Array.from({ length: 700 }, () => 'score eq 1')
    .join(' or ')
    .slice(0, 8190)
    .replace(/ or [^1]*$/, '')
  const deep = `${'not ('.repeat(25)}score eq 1${')'.repeat(25)}`
  const found = await inTenant(db.database.sql, tenant, async (sql) => {
    const rows = [
      { ...row, score: 1 },
      { ...row, score: 2 },
    ]
    return Promise.all(
      [long, deep].map((text) =>
        passing(sql, rows, (columns) => filterCondition(sql, parseFilter(text, everyField), columns)),
      ),
    )
  })
  expect(found).toEqual([[0], [1]])
})

test('a filter of one comparison has its plan stored, whatever else one reader asks for, and no other filter has', async () => {
  const fields = {
    name: { type: 'text', operators: ['eq', 'in', 'sw'] },
    id: { type: 'number', operators: ['eq', 'ge', 'in'] },
  } as const
  await inTenant(db.database.sql, tenant, async (sql) => {
    const columns = { name: sql`name`, id: sql`tenant_id` }
    const ask = (filter: string, mark: string) => sql`
      select name as ${sql(mark)} from tenants where ${filterCondition(sql, parseFilter(filter, fields), columns)}`
    // 80 shapes, five times each.
    for (let length = 1; length <= 80; length++) {
      const list = `id in (${Array(length).fill(1).join()})`
      for (let time = 0; time < 5; time++) await ask(list, 'a list')
    }
    for (const [mark, filter] of Object.entries({
      equal: 'name eq "a"',
      beginning: 'name sw "a"',
      both: 'name sw "a" and id ge 1',
      either: 'name sw "a" or id ge 1',
      'not equal': 'not name eq "a"',
      'a short list': 'id in (1)',
    })) {
      await ask(filter, mark)
    }
    const stored = await sql<{ mark: string }[]>`
      select substring(statement from 'name as "([^"]*)"') as mark from pg_prepared_statements
      where strpos(statement, 'select name as') > 0 and strpos(statement, 'pg_prepared_statements') = 0`
    expect(stored.map(({ mark }) => mark).toSorted()).toEqual(['beginning', 'equal'])
  })
})
