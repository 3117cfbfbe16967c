import { expect, test } from 'vitest'
import { listsFrom } from '../attribute-lists.ts'
import { cohortMembers } from '../cohort-members.ts'
import { rowsFromGrants } from '../grant-rows.ts'
import { explainCohort } from '../insight/why/explain-cohort.ts'
import { mineCohorts } from '../mine-cohorts.ts'
import { type Snapshot, snapshotOf } from '../snapshot.ts'
import { seeded } from '../testing-snapshots.ts'
import { wilsonLower } from '../wilson.ts'
import { joinedPlaces, type Told } from './join-values.ts'

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
  const { filters, entitlements, ...rest } = leads[0]!
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

test.each([
  { more: (_: number) => [] as number[], suggestions: 1 },
  // Whoever is of level 0 outside unit A is of level 3 too, so the list takes two columns.
  { more: (i: number) => (i >= 60 && i % 6 === 0 ? [3] : []), suggestions: 3 },
])('people who may have several values of a list are not added up: $suggestions', ({ more, suggestions: count }) => {
  const snapshot = unitsWithLeads()
  const [unit, level] = snapshot.attributes
  const { column } = level!
  if (column === undefined) throw new Error('level is no list')
  const lists = listsFrom(Array.from(column, (value, i) => [value, ...more(i)]))
  const asList = { ...snapshot, attributes: [unit!, { key: level!.key, values: level!.values, lists }] }
  const { suggestions } = mineCohorts(asList)
  expect(suggestions.filter(({ filters }) => filters.length === 2)).toHaveLength(count)
})

/** Suggestions at random, many alike; of each attribute a few values. */
function anyTold(random: () => number): Told[] {
  const pick = (count: number) => Math.floor(random() * count)
  const count = pick(120)
  return Array.from({ length: count }, () => {
    const terms = [pick(3), pick(50)]
    const first = pick(4)
    return {
      entitlements: Array.from({ length: 1 + pick(3) }, (_, i) => first + i),
      butFor: [
        { attribute: 'unit', others: `0,1=${terms[1]}` },
        { attribute: 'level', others: `0=${terms[0]},1` },
      ],
    }
  })
}

test('what is joined, plain loops would join: the largest groups, until something else tells the same between', () => {
  const random = seeded(3)
  for (let run = 0; run < 300; run++) {
    const told = anyTold(random)
    const says = told.map(({ entitlements }) => entitlements.join())
    const groups = told.flatMap(({ butFor }, first) =>
      butFor
        .map(({ attribute, others }) =>
          [...told.keys()].filter(
            (at) =>
              says[at] === says[first] &&
              told[at]!.butFor.some((one) => one.attribute === attribute && one.others === others),
          ),
        )
        .filter((places) => places.length > 1 && places[0] === first),
    )
    const taken = new Set<number>()
    const expected: number[][] = []
    for (const places of groups.sort((a, b) => b.length - a.length || a[0]! - b[0]!)) {
      const end = places.findIndex((place, part) => {
        const between = [...told.keys()].filter((at) => part > 0 && at > places[part - 1]! && at < place)
        return between.some((at) => told[at]!.entitlements.some((one) => told[places[0]!]!.entitlements.includes(one)))
      })
      const own = places.slice(0, Math.min(32, end < 0 ? places.length : end)).filter((at) => !taken.has(at))
      if (own.length < 2) continue
      for (const at of own) taken.add(at)
      expected.push(own)
    }
    for (const at of told.keys()) if (!taken.has(at)) expected.push([at])
    expect(joinedPlaces(told).map(({ places }) => places)).toEqual(expected.sort((a, b) => a[0]! - b[0]!))
  }
})

test('ten thousand pairs, chosen far apart, are joined without a look at what was chosen between', () => {
  const pairs = 10_000
  const told = Array.from({ length: 2 * pairs }, (_, at) => ({
    entitlements: Array.from({ length: 20 }, (_, i) => 20 * (at % pairs) + i),
    butFor: [{ attribute: 'level', others: `0=${at % pairs},1` }],
  }))
  let reads = 0
  const counted = told.map((one) => ({
    get entitlements() {
      reads++
      return one.entitlements
    },
    butFor: one.butFor,
  }))
  expect(joinedPlaces(counted)).toHaveLength(pairs)
  // A look at all that were chosen between the two of a pair would be 10,000 for each pair.
  expect(reads).toBeLessThan(10 * pairs)
})
