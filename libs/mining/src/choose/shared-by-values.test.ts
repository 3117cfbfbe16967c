import { expect, test } from 'vitest'
import { cohortMembers } from '../cohort-members.ts'
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

interface Person {
  readonly grade: number
  readonly site: number
  readonly held: readonly number[]
}

/** People with a grade and a site, ten of each, and entitlements, of which each of the last six is held by one person in seven. */
function organisationOf(people: readonly Person[], entitlementCount: number) {
  const fillers = [0, 1, 2, 3, 4, 5]
  const held = people.map(({ held: own }, i) => [
    ...own,
    ...fillers.filter((filler) => i % 7 === filler).map((filler) => entitlementCount + filler),
  ])
  const count = people.length
  const all = entitlementCount + fillers.length
  const column = (of: (person: Person, i: number) => number) => Int32Array.from(people, of)
  const names = (letter: string) => Array.from({ length: 10 }, (_, i) => `${letter}${i}`)
  return snapshotOf({
    identityKey: column((_, i) => i + 1),
    entitlementKey: Int32Array.from({ length: all }, (_, e) => e + 1),
    applicationKey: Int32Array.of(1),
    entitlementApplication: new Int32Array(all),
    ...rowsFromGrants(
      { identityCount: count, entitlementCount: all },
      {
        identity: Uint32Array.from(held.flatMap((own, i) => own.map(() => i))),
        entitlement: Uint32Array.from(held.flat()),
      },
    ),
    identityStatus: new Uint8Array(count),
    identityType: new Uint8Array(count),
    attributes: [
      { key: 'grade', values: names('G'), column: column(({ grade }) => grade) },
      { key: 'site', values: names('S'), column: column(({ site }) => site) },
    ],
  })
}

test('values whose own access is the same after the shared one was taken out are one suggestion, not two of the same people', () => {
  const ofGrade = new Map([
    [1, [0, 1, 2, 3, 4, 5, 6]],
    [2, [0, 1, 2, 3, 4, 5, 6]],
    [3, [5, 6, 7]],
    [4, [8, 9]],
    [5, [8, 9]],
    [6, [8, 9, 10, 11]],
  ])
  const people = Array.from({ length: 400 }, (_, i) => ({
    grade: i % 10,
    site: Math.floor(i / 10) % 10,
    held: ofGrade.get(i % 10) ?? [],
  }))
  const { suggestions } = mineCohorts(organisationOf(people, 12))
  const told = suggestions.map(({ filters, entitlements }) => ({
    values: filters.flatMap(({ values }) => values).sort(),
    entitlements: entitlements.map(({ entitlement }) => entitlement).sort((a, b) => a - b),
  }))
  expect(told).toHaveLength(4)
  expect(told).toContainEqual({ values: ['G1', 'G2'], entitlements: [0, 1, 2, 3, 4, 5, 6] })
  expect(told).toContainEqual({ values: ['G3'], entitlements: [5, 6, 7] })
  expect(told).toContainEqual({ values: ['G4', 'G5', 'G6'], entitlements: [8, 9] })
  expect(told).toContainEqual({ values: ['G6'], entitlements: [10, 11] })
})

test('two sites become a list beside what grades share of their entitlements, and each grant is explained once', () => {
  const elsewhere = (i: number) => ({ grade: 3 + (i % 7), site: 2 + (i % 8), held: i % 9 === 0 ? [2, 3] : [] })
  const people = Array.from({ length: 400 }, (_, i): Person => {
    if (i < 80) return { ...elsewhere(i), site: 0, held: [0, 1] }
    if (i < 100) return { ...elsewhere(i), grade: 1, site: i < 84 ? 1 : 2 + (i % 8), held: [0, 1] }
    if (i < 120) return { ...elsewhere(i), grade: 2, held: [0, 1, 2, 3] }
    if (i < 130) return { ...elsewhere(i), site: 1, held: [0, 1] }
    return elsewhere(i)
  })
  const snapshot = organisationOf(people, 4)
  const { suggestions } = mineCohorts(snapshot)
  const values = suggestions.map(({ filters }) => filters.flatMap((one) => one.values).join())
  expect(values).toEqual(['S1,S0', 'G2,G1', 'G2'])
  const told = new Set<string>()
  const news = suggestions.map(({ filters, entitlements }) => {
    const before = told.size
    for (const person of cohortMembers(snapshot, filters)) {
      for (const { entitlement } of entitlements) {
        if (people[person]!.held.includes(entitlement)) told.add(`${person}/${entitlement}`)
      }
    }
    return told.size - before
  })
  expect(suggestions.map(({ explainedGrants }) => explainedGrants)).toEqual(news)
})
