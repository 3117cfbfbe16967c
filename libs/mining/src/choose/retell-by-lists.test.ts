import { expect, test } from 'vitest'
import { cohortMembers, mineCohorts, rowsFromGrants, snapshotOf } from '../index.ts'
import { explainCohort } from '../insight/why/explain-cohort.ts'
import { seeded } from '../testing-snapshots.ts'

interface Person {
  readonly track: number
  readonly grade: number
  readonly held: readonly number[]
}

const titleOf = ({ track, grade }: Person) => track * 4 + (grade >> 1)

/** Titles are a track with two grades. */
function organisationOf(people: readonly Person[], entitlementCount: number) {
  const column = (of: (person: Person, i: number) => number) => Int32Array.from(people, of)
  const names = (letter: string, count: number) => Array.from({ length: count }, (_, i) => `${letter}${i}`)
  return snapshotOf({
    identityKey: column((_, i) => i + 1),
    entitlementKey: Int32Array.from({ length: entitlementCount }, (_, e) => e + 1),
    applicationKey: Int32Array.of(1),
    entitlementApplication: new Int32Array(entitlementCount),
    ...rowsFromGrants(
      { identityCount: people.length, entitlementCount },
      {
        identity: Uint32Array.from(people.flatMap(({ held }, i) => held.map(() => i))),
        entitlement: Uint32Array.from(people.flatMap(({ held }) => held)),
      },
    ),
    identityStatus: new Uint8Array(people.length),
    identityType: new Uint8Array(people.length),
    attributes: [
      { key: 'track', values: names('T', 4), column: column(({ track }) => track) },
      { key: 'grade', values: names('G', 8), column: column(({ grade }) => grade) },
      { key: 'title', values: names('Title ', 16), column: column(titleOf) },
    ],
  })
}

/** Everybody has three entitlements of the title; in track 1, three more from grade 3 on. */
const people = Array.from({ length: 960 }, (_, i): Person => {
  const place = { track: i % 4, grade: (i >> 2) % 8, held: [] }
  const title = 3 + 3 * titleOf(place)
  const own = i % 11 === 0 ? [title, title + 1] : [title, title + 1, title + 2]
  return { ...place, held: place.track === 1 && place.grade >= 3 ? [0, 1, 2, ...own] : own }
})

test('access that begins at a grade of a track is one suggestion with a list of grades, not one for each title', () => {
  const snapshot = organisationOf(people, 51)
  const { suggestions } = mineCohorts(snapshot)
  const telling = suggestions.filter(({ entitlements }) => entitlements.some(({ entitlement }) => entitlement < 3))
  expect(telling.map(({ filters }) => filters)).toEqual([
    [
      { attribute: 'track', values: ['T1'] },
      { attribute: 'grade', values: ['G3', 'G4', 'G5', 'G6', 'G7'] },
    ],
  ])
  expect(telling[0]!.entitlements.map(({ entitlement }) => entitlement).sort()).toEqual([0, 1, 2])
  expect(telling[0]!.cohortSize).toBe(people.filter(({ track, grade }) => track === 1 && grade >= 3).length)
  // Titles keep what is their own.
  expect(suggestions).toHaveLength(17)
})

test('with a list among them, suggestions say what is true, are in the order of their scores, and explain each grant once', () => {
  const snapshot = organisationOf(people, 51)
  const { suggestions } = mineCohorts(snapshot)
  const told = new Set<string>()
  for (const { filters, entitlements, cohortSize, usersWithAll, outsideWithAll, explainedGrants } of suggestions) {
    const members = cohortMembers(snapshot, filters)
    const wanted = entitlements.map(({ entitlement }) => entitlement)
    const withAll = people.filter(({ held }) => wanted.every((e) => held.includes(e))).length
    const before = told.size
    for (const { entitlement, grantedCount, outsideCount } of entitlements) {
      const holding = [...members].filter((person) => people[person]!.held.includes(entitlement))
      expect(grantedCount).toBe(holding.length)
      expect(outsideCount).toBe(people.filter(({ held }) => held.includes(entitlement)).length - holding.length)
      for (const person of holding) told.add(`${person}/${entitlement}`)
    }
    expect(cohortSize).toBe(members.length)
    expect(usersWithAll + outsideWithAll).toBe(withAll)
    expect(explainedGrants).toBe(told.size - before)
  }
  const scores = suggestions.map(({ score }) => score)
  expect(scores).toEqual(scores.toSorted((a, b) => b - a))
})

test('departments of two names are one list within a value of another attribute, and a name with access of its own keeps it', () => {
  // Internal people of departments T0 and T1 have three entitlements; whoever is in T0 has three more, and so has T1.
  const merged = Array.from({ length: 960 }, (_, i): Person => {
    const place = { track: i % 4, grade: (i >> 2) % 8 < 5 ? 0 : 1, held: [] }
    const own = [3 + 3 * place.track, 4 + 3 * place.track, 5 + 3 * place.track]
    const isInternal = place.track < 2 && (place.grade === 0 || i % 40 === 0)
    return { ...place, held: isInternal ? [0, 1, 2, ...own] : own }
  })
  const { suggestions } = mineCohorts(organisationOf(merged, 15))
  const telling = suggestions.filter(({ entitlements }) => entitlements.some(({ entitlement }) => entitlement < 3))
  expect(telling).toHaveLength(1)
  expect(suggestions).toHaveLength(5)
})

test('values that all keep access of their own give what they share as one list, when fewer names describe it', () => {
  // Each title has three entitlements of its own; the six titles of tracks 0 and 1 with access to 0, 1 and 2 are no other cohort.
  const sharing = new Set([0, 1, 3, 4, 6, 7])
  const some = people.map((person, i): Person => {
    const title = titleOf(person)
    const own = [3 + 3 * title, 4 + 3 * title, 5 + 3 * title]
    return { ...person, held: sharing.has(title) && i % 13 > 0 ? [0, 1, 2, ...own] : own }
  })
  const { suggestions } = mineCohorts(organisationOf(some, 51))
  const telling = suggestions.filter(({ entitlements }) => entitlements.some(({ entitlement }) => entitlement < 3))
  expect(telling).toHaveLength(1)
  expect(telling[0]!.filters).toEqual([{ attribute: 'title', values: [...sharing].map((title) => `Title ${title}`) }])
  expect(suggestions).toHaveLength(17)
})

test('two values that share access keep it: three suggestions would replace two', () => {
  const some = people.map((person): Person => {
    const title = titleOf(person)
    const own = [6 + 3 * title, 7 + 3 * title, 8 + 3 * title]
    return { ...person, held: title === 3 || title === 9 ? [0, 1, 2, 3, 4, 5, ...own] : own }
  })
  const { suggestions } = mineCohorts(organisationOf(some, 54))
  expect(suggestions).toHaveLength(16)
  expect(suggestions.every(({ filters }) => filters.every(({ values }) => values.length === 1))).toBe(true)
})

test('titles of a track that hold no more than the other titles of the track are no list', () => {
  // 46 of the 60 people of titles 0 to 2 hold 0, 1 and 2, and 36 of title 3: too few of the track, and of title 3.
  const some = people.map((person, i): Person => {
    const title = titleOf(person)
    const own = [3 + 3 * title, 4 + 3 * title, 5 + 3 * title]
    const turn = i >> 5
    return { ...person, held: person.track === 0 && turn < (title < 3 ? 23 : 18) ? [0, 1, 2, ...own] : own }
  })
  const { suggestions } = mineCohorts(organisationOf(some, 51))
  const telling = suggestions.filter(({ entitlements }) => entitlements.some(({ entitlement }) => entitlement < 3))
  expect(telling.map(({ filters }) => filters)).toEqual(
    [0, 1, 2].map((title) => [{ attribute: 'title', values: [`Title ${title}`] }]),
  )
})

/** 400 people. Each of twenty rules gives two or three entitlements to some values of an attribute, or to those within another value. */
function organisationByLists(seed: number) {
  const random = seeded(seed)
  const pick = (count: number) => Math.floor(random() * count)
  const counts = [4, 3, 8]
  const values = Array.from({ length: 400 }, () => {
    const unit = pick(4)
    return [unit, pick(3), random() < 0.85 ? 2 * unit + pick(2) : pick(8)]
  })
  const rules = Array.from({ length: 20 }, () => {
    const [attribute, other] = [pick(3), pick(3)]
    const listed = Array.from({ length: 1 + pick(4) }, () => pick(counts[attribute]!))
    const within = pick(5) < 2 ? pick(counts[other]!) : undefined
    const gives = (of: readonly number[]) =>
      listed.includes(of[attribute]!) && (within === undefined || of[other] === within)
    return { gives, size: 2 + pick(2) }
  })
  const given = rules.flatMap(({ gives, size }) => Array.from({ length: size }, () => gives))
  const held = values.map((of) => [...given.keys()].filter((e) => (given[e]!(of) ? random() > 0.05 : random() < 0.02)))
  return snapshotOf({
    identityKey: Int32Array.from(held.keys()),
    entitlementKey: Int32Array.from(given.keys()),
    applicationKey: Int32Array.of(1),
    entitlementApplication: new Int32Array(given.length),
    ...rowsFromGrants(
      { identityCount: held.length, entitlementCount: given.length },
      {
        identity: Uint32Array.from(held.flatMap((own, i) => own.map(() => i))),
        entitlement: Uint32Array.from(held.flat()),
      },
    ),
    identityStatus: new Uint8Array(held.length),
    identityType: new Uint8Array(held.length),
    attributes: ['unit', 'shift', 'team'].map((key, a) => ({
      key,
      values: Array.from({ length: counts[a]! }, (_, v) => `${key} ${v}`),
      column: Int32Array.from(values, (own) => own[a]!),
    })),
  })
}

test.each([44, 173, 765])(
  'no list has the filters of a suggestion that stays: a run could not store both (seed %i)',
  (seed) => {
    const { suggestions } = mineCohorts(organisationByLists(seed))
    const said = suggestions.map(({ filters }) =>
      JSON.stringify(filters.map(({ attribute, values }) => [attribute, values.toSorted()])),
    )
    expect(suggestions.some(({ filters }) => filters.some(({ values }) => values.length > 1))).toBe(true)
    expect(new Set(said).size).toBe(said.length)
  },
)

test('a cohort that went for a list of another attribute is explained by it, and is no suggestion without a place', () => {
  const filters = [{ attribute: 'unit', values: ['unit 2'] }]
  expect(explainCohort(organisationByLists(51), filters)).toMatchObject({
    rule: 'explained_by_better_cohort',
    rank: 0,
    suggested: [],
    others: [[{ attribute: 'team', values: ['team 1', 'team 4', 'team 5'] }]],
  })
})

test('the score of a list has the weight of the hints about it, not of those about the suggestions that it replaces', () => {
  const snapshot = organisationOf(people, 51)
  const scoreWith = (attribute: string, values: readonly string[]) => {
    const { suggestions } = mineCohorts(snapshot, { hints: [{ attribute, values, priority: 100 }] })
    return suggestions.find(({ filters }) => filters[1]?.values.length === 5)!.score
  }
  const plain = scoreWith('title', ['Title 0'])
  expect(scoreWith('title', [])).toBe(plain)
  expect(scoreWith('grade', ['G3'])).toBeCloseTo(2 * plain, 4)
})
