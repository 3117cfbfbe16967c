import { expect, test } from 'vitest'
import { cohortMembers } from './cohort-members.ts'
import { rowsFromGrants } from './grant-rows.ts'
import { explainCohort } from './insight/why/explain-cohort.ts'
import { mineCohorts } from './mine-cohorts.ts'
import { type Snapshot, snapshotOf } from './snapshot.ts'
import { wilsonLower } from './wilson.ts'

/** Six units of 60, six levels of ten in each: who is of level 3, 4 or 5 in unit 0 leads it. One lead lacks something. */
function unitsWithLeads(): Snapshot {
  const count = 360
  const unit = (i: number) => Math.floor(i / 60)
  const level = (i: number) => i % 6
  const identity: number[] = []
  const entitlement: number[] = []
  for (let i = 0; i < count; i++) {
    for (let e = 0; e < 3; e++) identity.push(i)
    entitlement.push(3 * unit(i), 3 * unit(i) + 1, 3 * unit(i) + 2)
    if (unit(i) > 0 || level(i) < 3) continue
    for (const e of [18, 19, 20]) {
      if (i === 4 && e === 20) continue
      identity.push(i)
      entitlement.push(e)
    }
  }
  const column = (of: (i: number) => number) => Int32Array.from({ length: count }, (_, i) => of(i))
  return snapshotOf({
    identityKey: column((i) => i + 1),
    entitlementKey: Int32Array.from({ length: 21 }, (_, e) => e + 1),
    applicationKey: Int32Array.of(1),
    entitlementApplication: new Int32Array(21),
    ...rowsFromGrants(
      { identityCount: count, entitlementCount: 21 },
      { identity: Uint32Array.from(identity), entitlement: Uint32Array.from(entitlement) },
    ),
    identityStatus: new Uint8Array(count),
    identityType: new Uint8Array(count),
    attributes: [
      { key: 'unit', values: ['A', 'B', 'C', 'D', 'E', 'F'], column: column(unit) },
      { key: 'level', values: ['L0', 'L1', 'L2', 'L3', 'L4', 'L5'], column: column(level) },
    ],
  })
}

test('what differs in one value alone is said once, with the numbers of all its people', () => {
  const snapshot = unitsWithLeads()
  const leads = mineCohorts(snapshot).suggestions.filter(({ filters }) => filters.length === 2)
  expect(leads).toHaveLength(1)
  const [{ filters, entitlements, ...rest }] = leads
  const values = Object.fromEntries(filters.map((filter) => [filter.attribute, filter.values.toSorted()]))
  expect(values).toEqual({ unit: ['A'], level: ['L3', 'L4', 'L5'] })
  const members = cohortMembers(snapshot, filters)
  expect([...members]).toEqual([...Array(60).keys()].filter((i) => i % 6 >= 3))
  expect(entitlements).toEqual(
    [18, 19, 20].map((entitlement) => {
      const grantedCount = entitlement === 20 ? 29 : 30
      const lower = wilsonLower(grantedCount, 30)
      const counts = { entitlement, grantedCount, outsideCount: 0, explainedCount: grantedCount }
      return { ...counts, coverage: grantedCount / 30, coverageLowerBound: lower, baseRate: 0 }
    }),
  )
  expect(rest).toMatchObject({
    cohortSize: 30,
    outsideSize: 330,
    usersWithAll: 29,
    outsideWithAll: 0,
    explainedGrants: 89,
  })
  expect(rest.avgCoverage).toBeCloseTo(89 / 90)
})

test.each([
  [['L4'], 'suggested'],
  [['L5', 'L3', 'L4'], 'suggested'],
  [['L3', 'L4'], 'several_values'],
  [['L1'], 'nothing_shared'],
])('asked why about the leads of level %j: %s', (values, rule) => {
  const snapshot = unitsWithLeads()
  const asked = [
    { attribute: 'unit', values: ['A'] },
    { attribute: 'level', values },
  ]
  const verdict = explainCohort(snapshot, asked, { mostTried: 0 })
  expect(verdict.rule).toBe(rule)
  const place = mineCohorts(snapshot).suggestions.findIndex(({ filters }) => filters.length === 2)
  if (rule === 'suggested') expect(verdict).toMatchObject({ rank: place + 1, suggested: [18, 19, 20] })
})

test('people who may have several values of a list are not added up', () => {
  const snapshot = unitsWithLeads()
  const [unit, level] = snapshot.attributes
  if (level.column === undefined) throw new Error('level is no list')
  const offset = Uint32Array.from({ length: 361 }, (_, i) => i)
  const lists = { offset, value: Uint32Array.from(level.column) }
  const asList = { ...snapshot, attributes: [unit, { key: level.key, values: level.values, lists }] }
  const { suggestions } = mineCohorts(asList)
  expect(suggestions.filter(({ filters }) => filters.length === 2)).toHaveLength(3)
})
