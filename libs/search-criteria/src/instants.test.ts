import { inTenant } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { periodOf, startOf } from './instants.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())

const second = 1000
const day = 86_400_000

test.each<[string, string, number]>([
  ['2024-02-29', '2024-02-29T00:00:00Z', day],
  ['2024-02-29T10:30', '2024-02-29T10:30:00Z', 0],
  ['2024-02-29 10:30:15', '2024-02-29T10:30:15Z', 0],
  ['2024-02-29T10:30:15.5Z', '2024-02-29T10:30:15.500Z', 0],
  ['2024-02-29T10:30:15+02:00', '2024-02-29T08:30:15Z', 0],
  ['2024-02-29T10:30:15-0530', '2024-02-29T16:00:15Z', 0],
  ['2024-02-29T00:30+01', '2024-02-28T23:30:00Z', 0],
])('%s is from %s on', (text, start, length) => {
  expect(periodOf(text)).toEqual({ start: Date.parse(start), end: Date.parse(start) + length })
})

test.each([
  '',
  '2024',
  '2024-02-30',
  '2023-02-29',
  '2024-13-01',
  '2024-00-10',
  '0000-01-01',
  '2024-01-01T24:00',
  '2024-01-01T10:60',
  '2024-01-01T10:30:60',
  '2024-01-01T10:30+15:00',
  '2024-01-01Z',
  ' 2024-01-01',
  '2024-01-01\n',
  '01/02/2024',
  'now',
])('%j is no time', async (text) => {
  expect(periodOf(text)).toBeUndefined()
  expect(await inDatabase([text])).toEqual([null])
})

async function inDatabase(texts: readonly string[]): Promise<(number | null)[]> {
  return inTenant(db.database.sql, await tenant, async (sql) => {
    const rows = await sql<{ at: number | null }[]>`
      select extract(epoch from ${startOf(sql, sql`given.text`)})::float8 as at
      from unnest(${texts}::text[]) with ordinality as given (text, place) order by place`
    return rows.map(({ at }) => at)
  })
}
const tenant = db.tenantId()

test('the database reads every text as the parser of queries does', async () => {
  const two = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'))
  const date = fc
    .tuple(fc.integer({ min: 0, max: 9999 }), two(13), two(32))
    .map(([year, month, of]) => `${String(year).padStart(4, '0')}-${month}-${of}`)
  const clock = fc
    .tuple(two(24), two(60), fc.constantFrom('', ':00', ':59', ':60', ':07.25'))
    .map(([hour, minute, rest]) => `${hour}:${minute}${rest}`)
  const zone = fc.constantFrom('', 'Z', '+00:00', '+02:00', '-0930', '+14', '-15:00', ' Z')
  const text = fc.oneof(
    date,
    fc.tuple(date, fc.constantFrom('T', ' ', 't'), clock, zone).map((parts) => parts.join('')),
    fc.string({ maxLength: 12 }).map((any) => any.replaceAll('\0', '')),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 50 }), async (texts) => {
      const meant = texts.map((each) => periodOf(each)?.start)
      expect(await inDatabase(texts)).toEqual(meant.map((at) => (at === undefined ? null : at / second)))
    }),
    { numRuns: 100 },
  )
})
