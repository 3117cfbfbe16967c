import { randomUUID } from 'node:crypto'
import { actingAs } from '@assay/ledger'
import { encodeSnapshotToBuffer, readSnapshot, type Snapshot } from '@assay/mining'
import { inTenant, type TenantSql } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import fc from 'fast-check'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { decideSuggestion, type SuggestionDecision } from '../decide-suggestion.ts'
import { type Finding, getSuggestion, replaceFindings } from '../suggestions.ts'
import { findingOf } from '../testing-findings.ts'
import { type DismissalTerms, listDismissals } from './dismissal.ts'
import { settleDismissals } from './settle-dismissals.ts'
import { canBeSame, isSameAs, similarityOfCells } from './similar-cells.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())
let tenantId = 0
beforeEach(async () => {
  tenantId = await db.tenantId()
})

const tenant = <T>(work: (sql: TenantSql) => Promise<T>) => inTenant(db.database.sql, tenantId, work)

/** People with a department and a title; their keys begin at 100. */
function organisation(people: readonly (readonly [department: string, title: string])[]): Snapshot {
  const attribute = (key: string, at: 0 | 1) => {
    const values = [...new Set(people.map((one) => one[at]))]
    return { key, values, column: Int32Array.from(people, (one) => values.indexOf(one[at])) }
  }
  const count = people.length
  const parts = {
    identityKey: Int32Array.from(people, (_, at) => 100 + at),
    entitlementKey: Int32Array.of(1),
    applicationKey: Int32Array.of(1),
    entitlementApplication: Int32Array.of(0),
    rowOffset: new Uint32Array(count + 1),
    rowEntitlement: new Uint32Array(0),
    lastUsedDay: new Uint16Array(0),
    identityStatus: new Uint8Array(count),
    identityType: new Uint8Array(count),
    attributes: [attribute('department', 0), attribute('title', 1)],
  }
  return readSnapshot(encodeSnapshotToBuffer(parts))
}

const tenPeople = organisation(Array.from({ length: 10 }, (_, at) => ['Sales', at < 9 ? 'Seller' : 'Boss'] as const))

function entitlementsOf(...keys: number[]) {
  return keys.map((key) => ({ key, grantedCount: 9, coverage: 0.9 }))
}

const bySales = (...keys: number[]): Finding => findingOf(tenantId, 'Sales', { entitlements: entitlementsOf(...keys) })
/** Nine of the ten people of Sales, under another name. */
const bySellers = (...keys: number[]): Finding => ({
  ...bySales(...keys),
  id: randomUUID(),
  suggestedName: 'Sellers',
  cohortFilters: [{ attribute: 'title', values: ['Seller'] }],
})

/** Does what a run does with its findings, without the mining. */
async function run(snapshot: Snapshot, findings: readonly Finding[], now?: Date): Promise<number> {
  return tenant(async (sql) => {
    const settled = await settleDismissals(sql, snapshot, findings, now)
    await replaceFindings(sql, tenantId, randomUUID(), settled.findings, '1')
    return settled.suppressedCount
  })
}

function decide(decision: SuggestionDecision, snapshot = tenPeople) {
  const tools = { tenantId, snapshot, profileExists: async () => false }
  return actingAs({ type: 'client', id: 'c1', person: 'boss', role: 'reviewer', right: 'decide' }, () =>
    tenant((sql) => decideSuggestion(sql, decision, tools)),
  )
}
const dismiss = (terms?: DismissalTerms) =>
  decide({ suggestionId: bySales().id, state: 'dismissed', ...(terms && { terms }) })
const stateOf = async () => (await tenant((sql) => getSuggestion(sql, bySales().id))).state

/** All entries, oldest first: kind and reason. */
async function entries() {
  const rows = await tenant((sql) => sql<{ content: string }[]>`select content from ledger_entries order by id`)
  return rows.map(({ content }) => JSON.parse(content))
}

test('a dismissed suggestion is not proposed again under another name, and one that differs more is', async () => {
  await run(tenPeople, [bySales(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)])
  await dismiss()
  // Cells of 10 by 10; shared: 9 by 10.
  expect(await run(tenPeople, [bySellers(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)])).toBe(1)
  // Shared: 9 by 9 of 100 and 90.
  expect(await run(tenPeople, [bySellers(1, 2, 3, 4, 5, 6, 7, 8, 9, 11)])).toBe(0)
  expect(await run(tenPeople, [bySales(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)])).toBe(0)
  expect(await stateOf()).toBe('dismissed')
})

test('a dismissal compares with the people of its time, whatever happens to them later', async () => {
  await run(tenPeople, [bySales(1, 2)])
  await dismiss()
  const halved = organisation(Array.from({ length: 10 }, (_, at) => ['Sales', at < 5 ? 'Seller' : 'Boss'] as const))
  expect(await run(halved, [bySellers(1, 2)])).toBe(0)
})

test('a dismissal that ends on a date is in force until then', async () => {
  const endsAt = new Date(Date.now() + 60_000)
  await run(tenPeople, [bySales(1)])
  await dismiss({ reason: 'temporary', comment: 'until the move', endsAt })
  await run(tenPeople, [bySales(1)], new Date(endsAt.getTime() - 1))
  expect(await stateOf()).toBe('dismissed')
  await run(tenPeople, [bySales(1)], endsAt)
  expect(await stateOf()).toBe('new')
  expect((await entries()).map(({ kind, reason }) => [kind, reason])).toEqual([
    ['suggestion.dismiss', 'temporary'],
    ['suggestion.return', 'time_over'],
  ])
})

test('a dismissal that allows a change of ten per cent ends with a larger change', async () => {
  await run(tenPeople, [bySales(1)])
  await dismiss({ changePercent: 10 })
  const nine = organisation(Array.from({ length: 10 }, (_, at) => [at < 9 ? 'Sales' : 'Gone', 'x'] as const))
  await run(nine, [bySales(1)])
  expect(await stateOf()).toBe('dismissed')
  const eight = organisation(Array.from({ length: 10 }, (_, at) => [at < 8 ? 'Sales' : 'Gone', 'x'] as const))
  await run(eight, [bySales(1)])
  expect(await stateOf()).toBe('new')
  expect((await entries()).at(-1)).toMatchObject({ kind: 'suggestion.return', reason: 'data_changed' })
})

test('a decision keeps the time of its entry when later runs return the suggestion again', async () => {
  await run(tenPeople, [bySales(1)])
  const { updatedAt } = await dismiss()
  const [entry] = await entries()
  expect(entry.at).toBe(updatedAt.toISOString())
  expect(entry).toMatchObject({
    kind: 'suggestion.dismiss',
    reason: 'unspecified',
    actor: { client: 'c1', right: 'decide' },
  })
  await run(tenPeople, [bySales(1, 2)])
  const after = await tenant((sql) => getSuggestion(sql, bySales().id))
  expect(after.entitlements).toHaveLength(2)
  expect(after.updatedAt).toEqual(updatedAt)
})

test('restoring is an entry too, and the suggestions that were left out are proposed again', async () => {
  await run(tenPeople, [bySales(1)])
  await dismiss({ reason: 'too_broad' })
  expect(await run(tenPeople, [bySales(1), bySellers(1)])).toBe(1)
  await decide({ suggestionId: bySales().id, state: 'new' })
  expect(await run(tenPeople, [bySales(1), bySellers(1)])).toBe(0)
  const [dismissal, restored] = await entries()
  expect(restored.kind).toBe('suggestion.restore')
  const { value } = (
    await tenant(
      (sql) => sql<{ value: string }[]>`
      select value from ledger_values where entry_id = ${restored.id} and field = 'after'`,
    )
  )[0]!
  expect(JSON.parse(value)).toEqual({ state: 'new', undoes: dismissal.id })
})

test('other terms replace those of a dismissal; a request for the same state without terms changes nothing', async () => {
  await run(tenPeople, [bySales(1)])
  await dismiss()
  await dismiss({ reason: 'no_role' })
  await dismiss()
  expect((await entries()).map(({ reason }) => reason)).toEqual(['unspecified', 'no_role'])
  const { dismissals } = await tenant((sql) => listDismissals(sql, { size: 10 }))
  expect(dismissals).toMatchObject([{ suggestionId: bySales().id, reason: 'no_role' }])
})

test.each([
  ['an end that is past', { endsAt: new Date(0) }, 'end_time'],
  ['a share above the whole', { changePercent: 101 }, 'change_percent'],
  ['a comment that is too long', { comment: 'x'.repeat(4097) }, 'comment'],
] as const)('%s is refused and changes nothing', async (_, terms, field) => {
  await run(tenPeople, [bySales(1)])
  await expect(dismiss(terms)).rejects.toMatchObject({ kind: 'invalid_argument', violations: [{ field }] })
  expect([await stateOf(), await entries()]).toEqual(['new', []])
})

test('a comment that is too long is also refused when a suggestion is restored', async () => {
  await run(tenPeople, [bySales(1)])
  await dismiss({ reason: 'no_role' })
  const tools = { tenantId, snapshot: tenPeople, profileExists: async () => false }
  const decision = { suggestionId: bySales().id, state: 'new', comment: 'ü'.repeat(4_097) } as const
  await expect(tenant((sql) => decideSuggestion(sql, decision, tools))).rejects.toMatchObject({
    violations: [{ field: 'comment' }],
  })
  expect(await stateOf()).toBe('dismissed')
})

test('a run that ends a dismissal leaves a newer one alone', async () => {
  await run(tenPeople, [bySales(1)])
  const endsAt = new Date(Date.now() + 60_000)
  await dismiss({ endsAt })
  let again: Promise<unknown> | undefined
  await tenant(async (sql) => {
    await sql`select from role_mining_suggestions where id = ${bySales().id} for update`
    again = run(tenPeople, [bySales(1)], endsAt)
    // The run waits for the lock before the newer dismissal exists.
    const waiting = () => db.owner.sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    await expect.poll(waiting, { interval: 5 }).toHaveLength(1)
    const tools = { tenantId, snapshot: tenPeople, profileExists: async () => false }
    const terms = { reason: 'no_role' } as const
    await decideSuggestion(sql, { suggestionId: bySales().id, state: 'dismissed', terms }, tools)
  })
  await again
  expect(await stateOf()).toBe('dismissed')
})

/** Counts the cells one by one. */
function plainSimilarity(a: readonly [number[], number[]], b: readonly [number[], number[]]): number {
  const cells = ([people, entitlements]: readonly [number[], number[]]) =>
    new Set(people.flatMap((person) => entitlements.map((entitlement) => `${person} ${entitlement}`)))
  const [left, right] = [cells(a), cells(b)]
  const both = left.intersection(right).size
  return both === 0 ? 0 : both / left.union(right).size
}

test('the similarity equals that of cells counted one by one, and the quick check of entitlements loses no match', () => {
  const keys = fc
    .uniqueArray(fc.integer({ min: 0, max: 12 }), { maxLength: 12 })
    .map((all) => all.sort((a, b) => a - b))
  fc.assert(
    fc.property(fc.tuple(keys, keys), fc.tuple(keys, keys), (a, b) => {
      const [left, right] = [a, b].map(([people, entitlements]) => ({ people, entitlements }))
      expect(similarityOfCells(left!, right!)).toBeCloseTo(plainSimilarity(a, b), 12)
      if (isSameAs(left!, right!)) expect(canBeSame(left!.entitlements, right!.entitlements)).toBe(true)
    }),
    { numRuns: 500 },
  )
})
