import { cohortMembers, mineCohorts, minePotentialRoles, snapshotOf } from '@assay/mining'
import { expect, test } from 'vitest'
import { withBlankedAttributes } from '../bench/support/blanked-attributes.ts'
import { campusOrganisation } from '../bench/support/campus-organisation.ts'
import { catalogueOrganisation } from '../bench/support/catalogue-organisation.ts'
import { centreOrganisation } from '../bench/support/centre-organisation.ts'
import { rankedChance, rankedRoles } from '../bench/support/judge-ranking.ts'
import { ladderOrganisation } from '../bench/support/ladder-organisation.ts'
import { layeredOrganisation } from '../bench/support/layered-organisation.ts'
import { noise, withDealtGrants, withPermutedAttributes } from '../bench/support/meaningless-organisations.ts'
import { mergerOrganisation } from '../bench/support/merger-organisation.ts'
import { changedByMove, toldChanges } from '../bench/support/moved-grants.ts'
import { dictionaryOf, type PlantedOrganisation } from '../bench/support/organisation-draft.ts'
import { projectOrganisation } from '../bench/support/project-organisation.ts'
import { judgeQuality } from '../bench/support/quality-judge.ts'
import { areaUnderCurve } from '../bench/support/ranking.ts'
import { samplePlanted } from '../bench/support/sample-planted.ts'
import { unionOrganisation } from '../bench/support/union-organisation.ts'

// The measurements of `npm run bench -- quality`, small enough to run with the tests; the limits are below the measured figures.
function judged(organisation: PlantedOrganisation) {
  const snapshot = snapshotOf(organisation.parts)
  const { suggestions } = mineCohorts(snapshot, { maxSuggestions: 1_000_000 })
  const roles = suggestions.map(({ filters, population, entitlements }) => ({
    identities: cohortMembers(snapshot, filters, { population }),
    entitlements: Uint32Array.from(entitlements, ({ entitlement }) => entitlement).sort(),
  }))
  return judgeQuality(organisation, roles)
}

test.each([4, 5])(
  'layered organisation, seed %i: roles that need two attributes, sites with exceptions, no flood',
  (seed) => {
    const { fair, firstHundred, cellsRight, cellsTwice } = judged(layeredOrganisation(1000, seed))
    expect(fair.f1).toBeGreaterThanOrEqual(0.92)
    expect(firstHundred).toBeGreaterThanOrEqual(0.92)
    expect(cellsRight).toBeGreaterThanOrEqual(0.96)
    expect(cellsTwice).toBeLessThanOrEqual(0.03)
  },
)

test.each([4, 5])(
  'departments that are the union of their teams, seed %i, and titles that are mostly of one person',
  (seed) => {
    expect(judged(unionOrganisation(1000, seed)).fair.f1).toBeGreaterThanOrEqual(0.92)
  },
)

test.each([4, 5])('a centre that works for several sites is found with each of them, seed %i', (seed) => {
  const { fair, firstHundred } = judged(centreOrganisation(1000, seed))
  expect(fair.f1).toBeGreaterThanOrEqual(0.85)
  expect(firstHundred).toBeGreaterThanOrEqual(0.92)
})

test.each([
  ['ladder', ladderOrganisation, 4],
  ['ladder', ladderOrganisation, 5],
  ['merger', mergerOrganisation, 4],
  ['merger', mergerOrganisation, 5],
] as const)('%s organisation, what a list of values gives is not told in pieces: %#', (_, make, seed) => {
  const { fair, firstHundred, cellsTold, cellsTwice } = judged(make(1000, seed))
  expect(fair.f1).toBeGreaterThanOrEqual(0.92)
  expect(firstHundred).toBeGreaterThanOrEqual(0.92)
  expect(cellsTold).toBeGreaterThanOrEqual(0.97)
  expect(cellsTwice).toBeLessThanOrEqual(0.01)
})

test.each([4, 5])('people in several institutes and courses (lists) get their roles, seed %i', (seed) => {
  expect(judged(campusOrganisation(1000, seed)).fair.f1).toBeGreaterThanOrEqual(0.88)
})

test.each([
  ['sample', samplePlanted, 0.97],
  ['layered', layeredOrganisation, 0.88],
  ['union', unionOrganisation, 0.88],
] as const)(
  '%s organisation: one value in ten is blank, then three, and roles are told of the right people',
  (_, make, leastF1) => {
    const organisation = make(1000, 4)
    const some = judged(withBlankedAttributes(organisation, 0.1, 4))
    expect(some.fair.f1).toBeGreaterThanOrEqual(leastF1)
    expect(some.cellsRight).toBeGreaterThanOrEqual(0.95)
    expect(judged(withBlankedAttributes(organisation, 0.3, 4)).cellsRight).toBeGreaterThanOrEqual(0.95)
  },
)

function judgedByAccess(organisation: PlantedOrganisation) {
  const { roles } = minePotentialRoles(snapshotOf(organisation.parts))
  return judgeQuality(organisation, roles, { byAccess: true, leastMembers: 20 })
}

test.each([4, 5])(
  'what neighbouring projects share is given to each of them, and no role of all their people, seed %i',
  (seed) => {
    const { strict } = judgedByAccess(projectOrganisation(2000, seed))
    expect(strict.precision).toBeGreaterThanOrEqual(0.9)
    expect(strict.recall).toBeGreaterThanOrEqual(0.9)
  },
)

test.each([4, 5])('a department that is the union of its teams keeps its role, seed %i', (seed) => {
  const { missed } = judgedByAccess(unionOrganisation(2000, seed))
  expect(missed.filter(({ kind, entitlements }) => kind === 'department' && entitlements.length > 2)).toEqual([])
})

test.each([4, 5])('a department that two companies call by two names keeps its role, seed %i', (seed) => {
  const organisation = mergerOrganisation(2000, seed)
  const isAsked = (kind: string, size: number) => kind === 'department of both' && size > 2
  const { missed } = judgedByAccess(organisation)
  const asked = organisation.roles.filter(({ kind, entitlements }) => isAsked(kind, entitlements.length))
  const lost = missed.filter(({ kind, entitlements }) => isAsked(kind, entitlements.length))
  expect(asked.length).toBeGreaterThan(5)
  expect(lost.length * 2).toBeLessThan(asked.length)
})

test.each([4, 5])(
  'who lacks one of two entitlements is a member, also beside thousands of grants that no role explains, seed %i',
  (seed) => {
    expect(judgedByAccess(catalogueOrganisation(2000, seed)).fair.f1).toBeGreaterThanOrEqual(0.93)
  },
)

test('with many attributes, pairs that explain access are found, and attributes without information are left out', () => {
  const organisation = layeredOrganisation(1000, 6)
  const { suggestions, populations } = mineCohorts(snapshotOf(organisation.parts), { maxSuggestions: 1000 })
  const pairs = suggestions.map(({ filters }) => filters.map(({ attribute }) => attribute).join())
  expect(pairs.filter((pair) => pair === 'employment_type,division').length).toBeGreaterThan(1)
  expect(pairs.filter((pair) => pair === 'job_family,grade').length).toBeGreaterThan(8)
  const left = populations[0]!.attributes.filter(({ verdict }) => verdict === 'beyond_limit')
  expect(left.map(({ attribute }) => attribute).sort()).toEqual(['hire_year', 'language', 'shift'])
})

test('of thousands of attributes 64 are counted, and the known ones are among them', () => {
  const organisation = layeredOrganisation(200, 7)
  const flags = Array.from({ length: 2000 }, (_, f) =>
    dictionaryOf(
      `flag_${f}`,
      Array.from({ length: 200 }, (_unused, i) => ((i * 7919 + f * 104_729) % 97 < 40 ? 'on' : 'off')),
    ),
  )
  const parts = { ...organisation.parts, attributes: [...flags, ...organisation.parts.attributes] }
  const { populations } = mineCohorts(snapshotOf(parts))
  const counted = populations[0]!.attributes.filter(({ explainedGrants }) => explainedGrants > 0)
  expect(counted.map(({ attribute }) => attribute)).toContain('department')
  expect(populations[0]!.combinationsAnalyzed).toBeLessThanOrEqual(64 + 496 + 120)
})

test('an upper case spelling is the same value, and a filter lists all spellings', () => {
  const organisation = layeredOrganisation(1000, 8, { blank: 0, wrong: 0, cased: 0.2 })
  const snapshot = snapshotOf(organisation.parts)
  const { suggestions } = mineCohorts(snapshot)
  for (const { filters, cohortSize, population } of suggestions) {
    expect(cohortMembers(snapshot, filters, { population })).toHaveLength(cohortSize)
    for (const { values } of filters) expect(new Set(values.map((value) => value.toLowerCase())).size).toBe(1)
  }
  expect(suggestions.some(({ filters }) => filters.some(({ values }) => values.length > 1))).toBe(true)
})

test.each([0.02, 0.1, 0.2, 0.35, 0.5])('noise of density %d has no suggestion and no potential role', (density) => {
  for (const seed of [1, 2]) {
    const snapshot = snapshotOf(noise({ seed, identityCount: 400, entitlementCount: 150, density }))
    expect(mineCohorts(snapshot).suggestions).toEqual([])
    expect(minePotentialRoles(snapshot).roles).toEqual([])
  }
})

test('shuffled attributes explain nothing, and shuffled grants give no roles', () => {
  const { parts } = layeredOrganisation(500, 9)
  expect(mineCohorts(snapshotOf(withPermutedAttributes(parts, 9))).suggestions).toEqual([])
  const dealt = snapshotOf(withDealtGrants(parts, 9))
  expect(mineCohorts(dealt).suggestions).toEqual([])
  expect(minePotentialRoles(dealt).roles).toEqual([])
})

test('three contractors of fourteen who lack the access of the others are excluded by a second filter', () => {
  // Two teams of 14; in the first 11 employees hold ten entitlements, and its 3 contractors none of them.
  const team = Array.from({ length: 28 }, (_, i) => (i < 14 ? 'A' : 'B'))
  const type = Array.from({ length: 28 }, (_, i) => (i % 14 < 3 ? 'Contractor' : 'Employee'))
  const rows = Array.from({ length: 28 }, (_, i) =>
    i >= 3 && i < 14 ? [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] : [10 + (i % 3)],
  )
  const rowOffset = new Uint32Array(29)
  for (const [i, row] of rows.entries()) rowOffset[i + 1] = rowOffset[i]! + row.length
  const { suggestions } = mineCohorts(
    snapshotOf({
      identityKey: Int32Array.from(rows.keys()),
      entitlementKey: Int32Array.from({ length: 13 }, (_, e) => e),
      applicationKey: Int32Array.of(1),
      entitlementApplication: new Int32Array(13),
      rowOffset,
      rowEntitlement: Uint32Array.from(rows.flat()),
      identityStatus: new Uint8Array(28),
      identityType: new Uint8Array(28),
      attributes: [dictionaryOf('team', team), dictionaryOf('employment_type', type)],
    }),
  )
  expect(suggestions.map(({ filters, cohortSize }) => [filters.length, cohortSize])).toEqual([[2, 11]])
})

test('quality is higher for planted roles than for chance roles, over organisations, shuffled grants and noise', () => {
  const organisation = layeredOrganisation(500, 4)
  const ranked = [
    ...rankedRoles(organisation),
    ...rankedRoles(unionOrganisation(500, 4)),
    ...rankedChance(withDealtGrants(organisation.parts, 4)),
    ...rankedChance(noise({ seed: 4, identityCount: 500, entitlementCount: 200, density: 0.1 })),
  ]
  expect(ranked.some(({ isRight }) => !isRight)).toBe(true)
  expect(areaUnderCurve(ranked)).toBeGreaterThanOrEqual(0.98)
})

test.each([
  ['sample', samplePlanted],
  ['layered', layeredOrganisation],
] as const)(
  '%s organisation: one grant in a hundred at somebody else changes one suggestion in fifty at most',
  (_, make) => {
    expect(changedByMove(make(1000, 5).parts, 0.01, 5)).toBeLessThanOrEqual(0.02)
  },
)

test('after one grant in ten has moved, every changed suggestion has a reason', () => {
  const told = toldChanges(layeredOrganisation(400, 4).parts, 0.1, 4)
  expect(told.length).toBeGreaterThan(0)
  for (const reasons of told) {
    expect(reasons.length).toBeGreaterThan(0)
    for (const reason of reasons) expect(reason).not.toMatch(/undefined|NaN/)
  }
})
