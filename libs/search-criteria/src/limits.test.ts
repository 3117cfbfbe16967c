import { inTenant } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, expect, test } from 'vitest'
import { resolvePopulation } from './population.ts'
import { importPeople } from './testing-people.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())
const { sql } = db.database
const tenantId = await db.tenantId()
const count = 10_000
const held = [['crm/read'], ['crm/read', 'mail/box'], []]
await importPeople(
  sql,
  tenantId,
  Array.from({ length: count }, (_, index) => ({
    id: `p${index}`,
    name: `Person ${index}`,
    dept: `Department ${index % 10}`,
    title: 'A person who works in this department for a rather long time',
    manager: `p${index % 100}`,
    held: held[index % 3]!,
  })),
)

const terms = (term: (index: number) => string) => Array.from({ length: 200 }, (_, index) => term(index)).join(' ')
const holders = Math.floor((2 * count) / 3) + 1

// Each of these took minutes, or hours for a large organisation, when each term was tested on each person separately.
test.each<[string, string, number]>([
  ['alternatives', terms((index) => `nothing${index}`), 0],
  ['required words', terms((index) => `+${'aprwd'[index % 5]}*`), count],
  ['excluded words', terms((index) => `-nothing${index}*`), count],
  ['words of one field', `attributes.department:(${terms((index) => `${index}`)})`, count],
  ['names of managers', terms((index) => `manager.name:${index + 200}`), 0],
  ['managers', terms(() => '+isManager:true'), 100],
  ['counts', terms((index) => `entitlementCount:${index + 2}`), Math.floor(count / 3)],
  ['elements', terms((index) => `-@access(name:nothing${index})`), count],
  ['accounts', terms((index) => `+@accounts(-name:nothing${index})`), holders],
  ['exact texts', terms((index) => `id.exact:p${index}`), 200],
  ['wildcards', Array.from({ length: 10 }, (_, index) => `+p*?${'*o'.repeat(9)}n${index}*`).join(' '), 0],
])('the longest query of %s over 10,000 people takes seconds', async (_, criteria, found) => {
  const keys = await inTenant(sql, tenantId, (scoped) =>
    resolvePopulation(scoped, { identityIds: [], criteria, attributeFilterCriteria: null }),
  )
  expect(keys).toHaveLength(found)
})

test('the most filters of the most values over 10,000 people take seconds', async () => {
  const values = Array.from({ length: 1000 }, (_, index) => `department ${999 - index}`)
  const filter = { data: { name: 'department', operator: 'EQUALS', values } }
  const keys = await inTenant(sql, tenantId, (scoped) =>
    resolvePopulation(scoped, { identityIds: [], criteria: null, attributeFilterCriteria: Array(50).fill(filter) }),
  )
  expect(keys).toHaveLength(count)
})

test('a search that takes longer than a minute is ended by the database, and only within its transaction', async () => {
  const scope = { identityIds: [], criteria: 'a', attributeFilterCriteria: null }
  const limit = async (before: (scoped: Parameters<typeof resolvePopulation>[0]) => Promise<unknown>) =>
    inTenant(sql, tenantId, async (scoped) => {
      await before(scoped)
      const [row] = await scoped<[{ limit: string }]>`select current_setting('statement_timeout') as limit`
      return row.limit
    })
  expect(await limit((scoped) => resolvePopulation(scoped, scope))).toBe('1min')
  expect(await limit(async () => {})).not.toBe('1min')
})

test('a search that the database ended asks for fewer terms, and is not tried again', async () => {
  const scope = { identityIds: [], criteria: 'a', attributeFilterCriteria: null }
  const outcome = Promise.withResolvers<unknown>()
  await db.owner.sql.begin(async (owner) => {
    await owner`lock table identities in access exclusive mode`
    inTenant(sql, tenantId, (scoped) => resolvePopulation(scoped, scope)).then(outcome.resolve, outcome.resolve)
    await expect
      .poll(async () => {
        const waiting = await owner`
          select pg_cancel_backend(pid) from pg_locks where relation = 'identities'::regclass and not granted
            and database = (select oid from pg_database where datname = current_database())`
        return waiting.length
      })
      .toBe(1)
  })
  expect(await outcome.promise).toMatchObject({ kind: 'failed_precondition', reason: 'SEARCH_TOO_LONG' })
})
