import { randomUUID } from 'node:crypto'
import { newEntry } from '@assay/ledger'
import { inTenant, type TenantSql } from '@assay/store'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { suggestionId } from './cohort-filters.ts'
import { decideSuggestion } from './decide-suggestion.ts'
import {
  getSuggestion,
  listedSuggestion,
  listSuggestions,
  replaceFindings,
  type SuggestionQuery,
  type SuggestionState,
  setState,
  suggestionsById,
} from './suggestions.ts'
import { findingOf } from './testing-findings.ts'

let db: TestDatabase
let tenantId: number
const profile = randomUUID()
const decided = (state: SuggestionState, createdProfileId: string | null = null) => ({
  state,
  createdProfileId,
  at: new Date(),
})
const toolsOf = (exists: boolean) => ({ tenantId, snapshot: undefined, profileExists: async () => exists })

beforeAll(async () => {
  db = await createTestDatabase()
})
beforeEach(async () => {
  tenantId = await db.tenantId()
})
afterAll(() => db.drop())

const tenant = <T>(work: (sql: TenantSql) => Promise<T>) => inTenant(db.database.sql, tenantId, work)
const finding = (department: string, facts = {}) => findingOf(tenantId, department, facts)
const find = (...findings: ReturnType<typeof finding>[]) =>
  tenant((sql) => replaceFindings(sql, tenantId, randomUUID(), findings, '1'))
const list = (query: SuggestionQuery = {}) =>
  tenant((sql) => listSuggestions(sql, query, { size: 100 })).then(async ({ listed }) => {
    const ids = listed.map(({ id }) => id)
    const found = await tenant((sql) => suggestionsById(sql, ids))
    return found.toSorted((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id))
  })
const departments = async () => (await list()).map(({ cohortFilters }) => cohortFilters[0]?.values[0])

test('new ones come first, then the more confident ones', async () => {
  const dismissed = finding('A', { confidence: 0.9 })
  await find(dismissed, finding('B', { confidence: 0.4 }), finding('C', { confidence: 0.6 }))
  await tenant((sql) => setState(sql, dismissed.id, decided('dismissed', null)))
  expect(await departments()).toEqual(['C', 'B', 'A'])
})

test('paging shows each suggestion once, also when confidences are equal', async () => {
  await find(...['A', 'B', 'C', 'D', 'E'].map((department) => finding(department, { confidence: 1 / 3 })))
  const seen: string[] = []
  let after: Awaited<ReturnType<typeof listSuggestions>>['last']
  do {
    const page = await tenant((sql) => listSuggestions(sql, {}, { size: 2, after }))
    seen.push(...page.listed.map(({ id }) => id))
    after = page.last
  } while (after !== undefined)
  expect(new Set(seen).size).toBe(5)
  expect(seen).toEqual([...seen].sort())
})

test('later pages use the order of the first page, even when suggestions are decided or returned again meanwhile', async () => {
  const names = ['A', 'B', 'C', 'D', 'E', 'F']
  const all = names.map((department, i) => finding(department, { confidence: 0.9 - i / 10 }))
  await find(...all)
  const first = await tenant((sql) => listSuggestions(sql, {}, { size: 2 }))
  // A suggestion of the first page moves behind, others move in front, more than once; one is removed and one is added.
  await tenant((sql) => setState(sql, all[0]!.id, decided('dismissed', null)))
  await find(
    ...all.slice(0, 5).map((one, i) => ({ ...one, confidence: 0.1 + i / 10 })),
    finding('G', { confidence: 0.01 }),
  )
  await tenant((sql) => setState(sql, all[4]!.id, decided('dismissed', null)))
  await find(...all.slice(0, 5), finding('G', { confidence: 0.01 }))
  const rest = await tenant((sql) => listSuggestions(sql, {}, { size: 10, after: first.last }))
  expect([...first.listed, ...rest.listed].map(({ id }) => id)).toEqual(all.slice(0, 5).map(({ id }) => id))
})

test('a backup that was restored to a server with lower transaction numbers is listed whole', async () => {
  await find(finding('A'), finding('B'), finding('C'))
  await db.owner.sql`
    update role_mining_suggestions set inserted_by = '99999999', created_at = now() - interval '1 day',
      earlier_positions = '[{"changedBy": "99999999", "at": 0, "decided": 1, "confidence": 0.1}]'`
  const first = await tenant((sql) => listSuggestions(sql, {}, { size: 1 }))
  const rest = await tenant((sql) => listSuggestions(sql, {}, { size: 10, after: first.last }))
  expect(rest.listed).toHaveLength(2)
})

test('a list that was begun more than an hour ago has no further page', async () => {
  await find(finding('A'), finding('B'))
  const { last } = await tenant((sql) => listSuggestions(sql, {}, { size: 1 }))
  const [decided = 0, confidence = 0, id = '', seen = '', begunAt = 0] = last ?? []
  const old = tenant((sql) =>
    listSuggestions(sql, {}, { size: 1, after: [decided, confidence, id, seen, begunAt - 3601] }),
  )
  await expect(old).rejects.toMatchObject({ kind: 'invalid_argument', message: expect.stringMatching(/^page_token: /) })
})

test('a suggestion that a run returns with another spelling of its value has a filter that lists it', async () => {
  const before = finding('Sales')
  const cohortFilters = [{ attribute: 'department', values: ['Sales', 'SALES'] }]
  const again = finding('Sales', { cohortFilters, id: suggestionId(tenantId, cohortFilters) })
  expect(again.id).toBe(before.id)
  await find(before)
  await find(again)
  expect((await list()).map((one) => one.cohortFilters)).toEqual([cohortFilters])
})

test('a suggestion that a run no longer returns is removed while it is new, and stays after a decision', async () => {
  const kept = finding('A')
  await find(kept, finding('B'))
  await tenant((sql) => setState(sql, kept.id, decided('dismissed', null)))
  await find(finding('C'))
  expect(await departments()).toEqual(['C', 'A'])
})

test('a run updates the figures of suggestions that it returns again, except accepted ones', async () => {
  const accepted = finding('A')
  await find(accepted, finding('B'))
  await tenant((sql) => setState(sql, accepted.id, decided('accepted', profile)))
  await find(finding('A', { cohortSize: 99 }), finding('B', { cohortSize: 99 }))
  const sizes = await tenant(async (sql) => [
    (await getSuggestion(sql, accepted.id)).cohortSize,
    (await getSuggestion(sql, finding('B').id)).cohortSize,
  ])
  expect(sizes).toEqual([10, 99])
})

test('the version of a suggestion stays the same while nothing happens, and changes with a run, a decision and an import', async () => {
  const { id } = finding('A')
  const version = async () => (await tenant((sql) => listedSuggestion(sql, id))).version
  const versions: string[] = []
  const changes = [
    () => find(finding('A'), finding('B')),
    () => find(finding('A'), finding('B')),
    () => tenant((sql) => setState(sql, id, decided('dismissed', null))),
    () => db.owner.sql`
      with made as (
        insert into imports (tenant_id, created_by, state, skip_invalid)
        values (${tenantId}, 'me', 'committed', false) returning id
      )
      insert into snapshots (tenant_id, import_id, content_hash, byte_length, has_usage, attribute_keys)
      select ${tenantId}, id, '', 1, false, '{}' from made`,
  ]
  for (const change of changes) {
    await change()
    versions.push(await version())
    expect(await version()).toBe(versions.at(-1))
  }
  expect(new Set(versions).size).toBe(changes.length)
  const { listed } = await tenant((sql) => listSuggestions(sql, { states: ['dismissed'] }, { size: 10 }))
  expect(listed.map((one) => [one.id, one.version])).toEqual([[id, versions.at(-1)]])
})

test('another tenant neither sees nor decides', async () => {
  const mine = finding('A')
  await find(mine)
  const other = await db.tenantId()
  await expect(inTenant(db.database.sql, other, (sql) => getSuggestion(sql, mine.id))).rejects.toMatchObject({
    kind: 'not_found',
  })
})

const transitions: [SuggestionState, SuggestionState, 'made' | 'refused' | 'nothing'][] = [
  ['new', 'new', 'nothing'],
  ['new', 'dismissed', 'made'],
  ['new', 'accepted', 'made'],
  ['dismissed', 'new', 'made'],
  ['dismissed', 'dismissed', 'nothing'],
  ['dismissed', 'accepted', 'made'],
  ['accepted', 'new', 'refused'],
  ['accepted', 'dismissed', 'refused'],
  ['accepted', 'accepted', 'nothing'],
]
test.each(transitions)('from %s to %s is %s', async (from, to, outcome) => {
  const { id } = finding('A')
  await find(finding('A'))
  await tenant((sql) => setState(sql, id, decided(from, from === 'accepted' ? profile : null)))
  const decide = tenant((sql) => decideSuggestion(sql, { suggestionId: id, state: to }, toolsOf(true)))
  if (outcome === 'refused') await expect(decide).rejects.toMatchObject({ kind: 'failed_precondition' })
  else expect((await decide).state).toBe(to)
  const { state } = await tenant((sql) => getSuggestion(sql, id))
  expect(state).toBe(outcome === 'made' ? to : from)
})

test('an accepted suggestion whose profile was deleted can be new again', async () => {
  const { id } = finding('A')
  await find(finding('A'))
  await tenant((sql) => setState(sql, id, decided('accepted', profile)))
  const again = await tenant((sql) => decideSuggestion(sql, { suggestionId: id, state: 'new' }, toolsOf(false)))
  expect(again).toMatchObject({ state: 'new', createdProfileId: null })
})

test('accepting names a profile that exists, and naming one without accepting is refused', async () => {
  const { id } = finding('A')
  await find(finding('A'))
  const decide = (state: SuggestionState, exists: boolean) =>
    tenant((sql) => decideSuggestion(sql, { suggestionId: id, state, profileId: profile }, toolsOf(exists)))
  await expect(decide('dismissed', true)).rejects.toMatchObject({ kind: 'invalid_argument' })
  await expect(decide('accepted', false)).rejects.toMatchObject({ kind: 'invalid_argument' })
  expect(await decide('accepted', true)).toMatchObject({ state: 'accepted', createdProfileId: profile })
})

test('a decision about a suggestion that is gone leaves no entry', async () => {
  const entry = newEntry({ kind: 'suggestion.accept', subject: { type: 'suggestion', id: 'gone' } })
  const deciding = tenant((sql) => setState(sql, randomUUID(), decided('accepted'), entry))
  await expect(deciding).rejects.toMatchObject({ kind: 'not_found' })
  expect(await tenant((sql) => sql`select from ledger_entries`)).toHaveLength(0)
})

test('a text that is no id is not found', async () => {
  await expect(tenant((sql) => getSuggestion(sql, "x' or true"))).rejects.toMatchObject({ kind: 'not_found' })
})

test.each<[string, Parameters<typeof listSuggestions>[1], string[]]>([
  ['a part of a word of the name', { text: 'inanc' }, ['Finance']],
  ['words in any order and case', { text: 'ACCESS fin' }, ['Finance']],
  ['a word that nothing has', { text: 'finance zebra' }, []],
  ['a percent sign, which is nothing special', { text: '%' }, []],
  ['an attribute of the cohort', { cohortTypes: ['department'] }, ['Finance', 'Sales']],
  ['an attribute that no cohort has', { cohortTypes: ['manager'] }, []],
  ['the way a profile overlaps', { matchTypes: ['superset'] }, ['Sales']],
])('suggestions are found by %s', async (_, query, expected) => {
  const match = { profileId: profile, displayName: 'P', type: 'superset', overlapRatio: 1, missing: [] } as const
  await find(finding('Finance'), finding('Sales', { confidence: 0.4, profileMatches: [match] }))
  expect((await list(query)).map(({ cohortFilters }) => cohortFilters[0]!.values[0])).toEqual(expected)
})
