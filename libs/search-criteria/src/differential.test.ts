import { inTenant } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { resolvePopulation } from './population.ts'
import { importPeople, type Person } from './testing-people.ts'
import { type fields, means, type Reference, spelled, subjectOf, type Term } from './testing-reference.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())
const { sql } = db.database

const words = ['sales', 'clerk', 'lead', 'oslo', 'north', 'ada', 'eve', 'mail', 'reader', 'staff', 'crm', 'p3']
const word = fc.constantFrom(...words)
const text = fc.array(fc.constantFrom('Sales', 'Clerk', 'Lead', 'Oslo', 'North', 'Ada', 'Eve', 'Mail'), {
  maxLength: 3,
})
const joined = text.map((parts) => parts.join(' '))

const person = (index: number) =>
  fc.record<Person>({
    id: fc.constant(`p${index}`),
    name: joined.map((name) => name || 'Nn'),
    user: word,
    dept: joined,
    title: joined,
    manager: fc.constantFrom('', 'p1', 'p2', 'p3'),
    projects: fc.array(joined, { maxLength: 3 }),
    custom: joined.map((location): Record<string, string> => ({ location })),
    held: fc.subarray(['crm/read', 'crm/admin', 'mail/box', 'mail/all_staff']),
  })
const organisation = fc.tuple(...Array.from({ length: 40 }, (_, index) => person(index)))

function termOf(names: readonly (keyof typeof fields)[]): fc.Arbitrary<Term> {
  const named = { in: fc.constantFrom(...names) }
  return fc.oneof(
    fc.record({ ...named, words: word, as: fc.constantFrom('word', 'prefix', 'suffix') }),
    fc.record({ ...named, words: fc.constantFrom('Sales', 'Clerk Lead', 'Oslo'), as: fc.constant('exact') }),
    fc.record({ ...named, words: fc.constantFrom('sales clerk', 'lead oslo', 'all staff'), as: fc.constant('phrase') }),
    fc.record({ ...named, words: fc.constant(''), as: fc.constant('exists') }),
    fc.record({ words: word, as: fc.constantFrom('word', 'prefix', 'suffix') }),
    fc.record({ words: fc.constantFrom('sales clerk', 'lead oslo', 'all staff'), as: fc.constant('phrase') }),
  )
}

/** A wildcard inside a word. A query may have ten of them, and a level here has six parts. */
const inside = fc
  .record({ words: fc.constantFrom('ses', 'ck', 'ld'), as: fc.constant('inside' as const) })
  .map((term): Reference => ({ kind: 'term', term }))

const bool = (part: fc.Arbitrary<Reference>): fc.Arbitrary<Reference> => {
  const parts = fc.array(part, { maxLength: 2, size: 'max' })
  return fc
    .record({ kind: fc.constant('bool' as const), must: parts, should: parts, mustNot: parts })
    .filter(({ must, should, mustNot }) => must.length + should.length + mustNot.length > 0)
}

const leaf = (names: readonly (keyof typeof fields)[]) =>
  termOf(names).map((term): Reference => ({ kind: 'term', term }))
const bare = fc
  .record({ words: word, as: fc.constantFrom('word' as const, 'prefix' as const) })
  .map((term): Reference => ({ kind: 'term', term }))
const ofIdentity = leaf([
  'id',
  'name',
  'displayName',
  'attributes.department',
  'attributes.jobTitle',
  'attributes.location',
  'attributes.projects',
  'manager.name',
  'source.id',
])
const group = fc.record({
  kind: fc.constant('field' as const),
  field: fc.constantFrom('name' as const, 'attributes.department' as const, 'manager.name' as const),
  of: bool(fc.oneof(bare, bool(bare))),
})
const element = (list: 'access' | 'apps' | 'accounts', names: readonly (keyof typeof fields)[]) =>
  fc.record({ kind: fc.constant('element' as const), list: fc.constant(list), of: bool(leaf(names)) })

const { query } = fc.letrec<{ query: Reference }>((tie) => ({
  query: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { arbitrary: ofIdentity, weight: 4 },
    { arbitrary: group, weight: 1 },
    { arbitrary: element('access', ['name', 'value', 'source.id']), weight: 1 },
    { arbitrary: element('apps', ['id', 'name', 'source.id']), weight: 1 },
    { arbitrary: element('accounts', ['name', 'source.id']), weight: 1 },
    { arbitrary: bool(tie('query')), weight: 4 },
  ),
}))

/** Numbers from 0 to 1 from a seed: Park and Miller's generator. */
function choices(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

test('any query in any spelling finds the people that the boolean query means', async () => {
  for (const seed of [1, 2]) {
    const tenantId = await db.tenantId()
    const [people] = fc.sample(organisation, { seed, numRuns: 1 })
    const inProfile = ['p2', 'p4', 'p7']
    await importPeople(sql, tenantId, people!, inProfile)
    const keyOf = await inTenant(sql, tenantId, async (scoped) => {
      const rows = await scoped<{ id: string; key: number }[]>`select id, key from identities`
      return new Map(rows.map(({ id, key }) => [key, id]))
    })
    const found = (criteria: string) =>
      inTenant(sql, tenantId, (scoped) =>
        resolvePopulation(scoped, { identityIds: [], criteria, attributeFilterCriteria: null }),
      )
    let some = 0
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(query, bool(fc.oneof(inside, ofIdentity))),
        fc.integer({ min: 1, max: 1e9 }),
        async (structure, spelling) => {
          const criteria = spelled(structure, choices(spelling))
          const ids = (await found(criteria))?.map((key) => keyOf.get(key)).sort()
          const meant = people!
            .filter((one) => means(structure, subjectOf(one, people!, inProfile)))
            .map(({ id }) => id)
          expect([criteria, ids]).toEqual([criteria, meant.sort()])
          if (meant.length > 0 && meant.length < people!.length) some++
        },
      ),
      { numRuns: 500, seed },
    )
    // Most queries match some people and not others.
    expect(some).toBeGreaterThan(200)
  }
})
