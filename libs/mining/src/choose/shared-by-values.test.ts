import { expect, test } from 'vitest'
import { rowsFromGrants } from '../grant-rows.ts'
import { explainCohort } from '../insight/why/explain-cohort.ts'
import { mineCohorts } from '../mine-cohorts.ts'
import { snapshotOf } from '../snapshot.ts'
import { type Priced, sharedStories } from './shared-by-values.ts'

const prices = { entitlement: 8, value: () => 3, fewest: 2 }

/** Suggestions of values of one attribute, in the order of choice. */
function valuesOf(...entitlements: readonly (readonly number[])[]): Priced[] {
  return entitlements.map((own) => ({
    entitlements: own,
    price: 12,
    butFor: [{ attribute: 'level', others: 'unit=1' }],
  }))
}

test('levels that repeat what the levels below have become one story for each step', () => {
  expect(sharedStories(valuesOf([1, 2], [1, 2, 3, 4], [1, 2, 3, 4, 5, 6]), prices)).toEqual([
    { attribute: 'level', places: [0, 1, 2], entitlements: [1, 2] },
    { attribute: 'level', places: [1, 2], entitlements: [3, 4] },
  ])
})

test('a centre that serves two sites is told with each of them', () => {
  expect(sharedStories(valuesOf([1, 2, 3, 4, 5, 6], [1, 2], [3, 4]), prices)).toEqual([
    { attribute: 'level', places: [0, 1], entitlements: [1, 2] },
    { attribute: 'level', places: [0, 2], entitlements: [3, 4] },
  ])
})

test.each([
  ['suggestions that are equal as a whole', valuesOf([1, 2], [1, 2])],
  ['a story that takes the place of no suggestion', valuesOf([1, 2, 3, 4], [1, 2, 5, 6])],
  ['one entitlement that is left over', valuesOf([1, 2, 3, 4], [1, 2, 3, 4, 5], [4, 5, 6])],
  ['one entitlement in common', valuesOf([1, 2], [1, 3])],
  ['values that cost more than they save', valuesOf([1, 2], [1, 2, 3, 4]).map((one) => ({ ...one, price: 0 }))],
])('%s: nothing is shared', (_, told) => {
  const dear = { ...prices, value: () => 20 }
  expect(sharedStories(told, told[0]!.price === 0 ? dear : prices)).toEqual([])
})

test('what something else tells between two values is not told of both', () => {
  const [first, second] = valuesOf([1, 2], [1, 2, 3, 4])
  const other = { entitlements: [1, 9], price: 12, butFor: [{ attribute: 'site', others: '' }] }
  expect(sharedStories([first!, other, second!], prices)).toEqual([])
  expect(sharedStories([other, first!, second!], prices)).toEqual([
    { attribute: 'level', places: [1, 2], entitlements: [1, 2] },
  ])
})

test('no suggestion takes part in stories of two attributes', () => {
  const both = (entitlements: readonly number[], unit: number, level: number): Priced => ({
    entitlements,
    price: 12,
    butFor: [
      { attribute: 'unit', others: `level=${level}` },
      { attribute: 'level', others: `unit=${unit}` },
    ],
  })
  const told = [both([1, 2, 3, 4], 1, 1), both([1, 2], 1, 2), both([3, 4], 2, 1)]
  const stories = sharedStories(told, prices)
  expect(stories).toHaveLength(1)
  expect(stories[0]!.places).toEqual([0, 2])
})

/** Eight grades of 30 people; from the sixth on each holds what the grade below has and two entitlements more. */
function grades() {
  const count = 240
  const grade = (i: number) => i % 8
  const held = Array.from({ length: count }, (_, i) =>
    [5, 6, 7].flatMap((g, step) => (grade(i) >= g ? [2 * step, 2 * step + 1] : [])),
  )
  const identity = held.flatMap((own, i) => own.map(() => i))
  const column = (of: (i: number) => number) => Int32Array.from({ length: count }, (_, i) => of(i))
  return snapshotOf({
    identityKey: column((i) => i + 1),
    entitlementKey: Int32Array.from({ length: 6 }, (_, e) => e + 1),
    applicationKey: Int32Array.of(1),
    entitlementApplication: new Int32Array(6),
    ...rowsFromGrants(
      { identityCount: count, entitlementCount: 6 },
      { identity: Uint32Array.from(identity), entitlement: Uint32Array.from(held.flat()) },
    ),
    identityStatus: new Uint8Array(count),
    identityType: new Uint8Array(count),
    attributes: [
      { key: 'grade', values: ['G0', 'G1', 'G2', 'G3', 'G4', 'G5', 'G6', 'G7'], column: column(grade) },
      { key: 'site', values: ['X', 'Y', 'Z'], column: column((i) => Math.floor(i / 8) % 3) },
    ],
  })
}

test('each step of the grades is one suggestion, with the numbers of all its people', () => {
  const snapshot = grades()
  const { suggestions } = mineCohorts(snapshot)
  const told = suggestions.map(
    ({ filters, entitlements, cohortSize, explainedGrants, usersWithAll, outsideWithAll }) => ({
      values: filters.flatMap(({ values }) => values).sort(),
      entitlements: entitlements.map(({ entitlement }) => entitlement).sort(),
      counts: [cohortSize, explainedGrants, usersWithAll, outsideWithAll],
    }),
  )
  expect(told).toHaveLength(3)
  expect(told).toContainEqual({ values: ['G5', 'G6', 'G7'], entitlements: [0, 1], counts: [90, 180, 90, 0] })
  expect(told).toContainEqual({ values: ['G6', 'G7'], entitlements: [2, 3], counts: [60, 120, 60, 0] })
  expect(told).toContainEqual({ values: ['G7'], entitlements: [4, 5], counts: [30, 60, 30, 0] })
  const scores = suggestions.map(({ score }) => score)
  expect(scores).toEqual(scores.toSorted((a, b) => b - a))
})

test.each([0, 2, 4])('asked why about one grade and entitlement %i: the suggestion that has it', (entitlement) => {
  const snapshot = grades()
  const asked = [{ attribute: 'grade', values: ['G7'] }]
  const { suggestions } = mineCohorts(snapshot)
  const place = suggestions.findIndex(({ entitlements }) => entitlements.some((one) => one.entitlement === entitlement))
  expect(explainCohort(snapshot, asked, { mostTried: 0, entitlement })).toMatchObject({
    rule: 'suggested',
    rank: place + 1,
  })
})
