import { readFileSync } from 'node:fs'
import { inTenant } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, expect, test } from 'vitest'
import { parseCriteria } from './parse-criteria.ts'
import { resolvePopulation } from './population.ts'
import { importPeople } from './testing-people.ts'

const page = readFileSync(new URL('../../../docs/criteria.md', import.meta.url), 'utf8')
const db = await createTestDatabase()
afterAll(() => db.drop())
const { sql } = db.database
const tenantId = await db.tenantId()

/** One person for each choice of the words a, b and c; the ids are not words of the queries. */
const people = Array.from({ length: 8 }, (_, bits) => ({
  id: `p${bits}`,
  name: `p${bits}`,
  title: ['a', 'b', 'c'].filter((_word, index) => (bits >> index) & 1).join(' '),
}))
await importPeople(sql, tenantId, people)

/** The rows of the page's table with this head: a query and its description. */
function rowsUnder(head: string): [string, string][] {
  const [, table = ''] = page.split(`${head}\n|---|---|\n`)
  const lines = table.split('\n\n')[0]!.split('\n')
  return lines.map((line) => {
    const [, query, says] = /^\| `(.+?)` \| (.+) \|$/.exec(line) ?? [line, '', '']
    return [query.replaceAll('\\|', '|'), says]
  })
}

/** Whether an expression such as `a and not (b or c)` is true for a person. */
function holds(expression: string, title: string): boolean {
  const code = expression.replace(/\w+/g, (word) => {
    const operators: Readonly<Record<string, string>> = { and: '&&', or: '||', not: '!', everybody: 'true' }
    return operators[word] ?? String(title.split(' ').includes(word))
  })
  return new Function(`return ${code}`)() === true
}

const combinations = rowsUnder('| query | finds |')
const refusals = rowsUnder('| query | message |')

test('the page has its tables', () => {
  expect([combinations.length, refusals.length]).toEqual([46, 15])
})

test.each(combinations)('%s finds %s', async (query, expression) => {
  const criteria = query.replaceAll('title:', 'attributes.jobTitle:')
  const keys = await inTenant(sql, tenantId, (scoped) =>
    resolvePopulation(scoped, { identityIds: [], criteria, attributeFilterCriteria: null }),
  )
  const found = await inTenant(
    sql,
    tenantId,
    (scoped) =>
      scoped<{ id: string }[]>`select id from identities where key = any(${keys ?? []}::integer[]) order by id`,
  )
  expect(found.map(({ id }) => id)).toEqual(people.filter(({ title }) => holds(expression, title)).map(({ id }) => id))
})

test.each(refusals)('%s is refused', (query, message) => {
  expect(() => parseCriteria(query)).toThrow(`scope.criteria: ${message}`)
})
