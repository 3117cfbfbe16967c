import fc from 'fast-check'
import { expect, test } from 'vitest'
import { combinationsOfLevel } from './cohort-analysis.ts'
import { type CohortMiningSettings, resolveSettings } from './cohort-settings.ts'
import { mineCohortsInThreads } from './cohort-threads.ts'
import { combinationKey } from './combinations.ts'
import { countCombination } from './count-cohorts.ts'
import type { CountedCombination } from './counted-combination.ts'
import { encodeSnapshotToBuffer } from './encode-snapshot.ts'
import { mineCohorts } from './mine-cohorts.ts'
import { preparePopulation } from './population.ts'
import { readSnapshot } from './read-snapshot.ts'
import { type Snapshot, snapshotOf } from './snapshot.ts'
import { anyOrganisationParts, organisationParts } from './testing-snapshots.ts'
import { plainlyCount } from './testing-twins.ts'

const base: Partial<CohortMiningSettings> = { populations: ['people'], maxSuggestions: 1_000_000 }

/** What passes, cohort by cohort and entitlement by entitlement, by the plain twin. */
function cellsOf(snapshot: Snapshot, given: Partial<CohortMiningSettings>): Set<string> {
  const cohorts = plainlyCount(snapshot, resolveSettings(given))
  return new Set(
    cohorts.flatMap(({ attributes, members, cells }) => cells.map(([e]) => JSON.stringify([attributes, members, e]))),
  )
}

/**
 * Sizes of the cohorts of the named attributes, of those that are split off a cohort of at least `least` people: what is
 * split off a smaller one was never a candidate.
 */
function cohortSizes(
  snapshot: Snapshot,
  given: Partial<CohortMiningSettings>,
  keys: readonly string[],
  least: number,
): number[] {
  const settings = resolveSettings(given)
  const graph = preparePopulation(snapshot, settings, 'people')
  const counted = new Map<string, CountedCombination>()
  for (let level = 1; level <= settings.maxFilters; level++) {
    for (const combination of combinationsOfLevel(snapshot, graph, settings, [...counted.values()], level)) {
      counted.set(combinationKey(combination), countCombination(graph, settings, combination, counted))
    }
  }
  return [...counted.values()]
    .filter(({ combination }) => combination.every((position) => keys.includes(graph.attributes[position]!.key)))
    .flatMap(({ combination, groups }) => {
      const wider = counted.get(combinationKey(combination.slice(0, -1)))?.groups
      return Array.from({ length: groups.count }, (_, g) => groups.offset[g]!)
        .filter((start) => wider === undefined || sizeAround(wider, groups.members[start]!) >= least)
        .map((start) => sizeAround(groups, groups.members[start]!))
    })
}

function sizeAround({ of, offset }: CountedCombination['groups'], member: number): number {
  return offset[of[member]! + 1]! - offset[of[member]!]!
}

const added = (after: Set<string>, before: Set<string>) => [...after].filter((cell) => !before.has(cell)).length

test.each([
  ['coverage_interval_too_low', 'expectedCoverage', { expectedCoverage: 0.93, minLift: 1.2 }],
  ['no_lift_over_outside', 'minLift', { minLift: 8 }],
] as const)('%s: with the value told its pairs pass, one step before none does', (reason, setting, given) => {
  let told = 0
  fc.assert(
    fc.property(anyOrganisationParts(), (parts) => {
      const snapshot = snapshotOf(parts)
      const settings = { ...base, ...given }
      const nearest = mineCohorts(snapshot, settings).nearest[reason]
      const before = cellsOf(snapshot, settings)
      if (nearest === undefined) {
        const widest = setting === 'minLift' ? 1 : 0.01
        expect(added(cellsOf(snapshot, { ...settings, [setting]: widest }), before)).toBe(0)
        return
      }
      told++
      expect(nearest.setting).toBe(setting)
      // What passes may change who holds the rest of a cohort evenly, and so bring others along: seen once in 250 runs.
      expect(added(cellsOf(snapshot, { ...settings, [setting]: nearest.value }), before)).toBeGreaterThanOrEqual(
        nearest.candidateCount,
      )
      const inForce = resolveSettings(settings)[setting]
      const stepBefore = Math.min(inForce, (Math.round(nearest.value * 100) + 1) / 100)
      expect(added(cellsOf(snapshot, { ...settings, [setting]: stepBefore }), before)).toBe(0)
    }),
    { numRuns: 100, seed: 1 },
  )
  expect(told).toBeGreaterThan(5)
})

test('too_few_entitlements: with the value told a suggestion with as few comes up, one step before nothing changes', () => {
  let told = 0
  fc.assert(
    fc.property(anyOrganisationParts(), fc.integer({ min: 2, max: 6 }), (parts, minEntitlements) => {
      const snapshot = snapshotOf(parts)
      const settings = { ...base, minEntitlements }
      const { suggestions, nearest } = mineCohorts(snapshot, settings)
      const value = nearest.too_few_entitlements?.value ?? 0
      const fewest = (least: number) => mineCohorts(snapshot, { ...settings, minEntitlements: least }).suggestions
      expect(fewest(value + 1)).toEqual(suggestions)
      if (value === 0) return
      told++
      expect(fewest(value).some(({ entitlements }) => entitlements.length === value)).toBe(true)
    }),
    { numRuns: 100, seed: 1 },
  )
  expect(told).toBeGreaterThan(5)
})

test('cohort_too_small: with the value told its cohorts are looked at, one step before none more is', () => {
  fc.assert(
    fc.property(anyOrganisationParts(), fc.integer({ min: 3, max: 30 }), (parts, minCohortSize) => {
      const snapshot = snapshotOf(parts)
      const settings = { ...base, minCohortSize }
      const { nearest, populations, rejected } = mineCohorts(snapshot, settings)
      const used = populations[0]!.attributes.filter(({ verdict }) => verdict === 'used').map((one) => one.attribute)
      const small = nearest.cohort_too_small
      if (small === undefined) return
      const sizes = (least: number) =>
        cohortSizes(snapshot, { ...settings, minCohortSize: least }, used, minCohortSize).filter(
          (size) => size < minCohortSize,
        )
      expect(small.candidateCount).toBeLessThanOrEqual(rejected.cohort_too_small)
      expect(sizes(small.value)).toEqual(Array.from({ length: small.candidateCount }, () => small.value))
      expect(sizes(small.value + 1)).toEqual([])
    }),
    { numRuns: 100 },
  )
})

test('beyond_max_suggestions: with the value told nothing is cut, with one less one is', () => {
  const snapshot = snapshotOf(organisationParts({ seed: 3, identityCount: 400 }))
  const { nearest, rejected } = mineCohorts(snapshot, { maxSuggestions: 3 })
  const { value, candidateCount } = nearest.beyond_max_suggestions!
  expect(candidateCount).toBe(rejected.beyond_max_suggestions)
  expect(mineCohorts(snapshot, { maxSuggestions: value }).rejected.beyond_max_suggestions).toBe(0)
  expect(mineCohorts(snapshot, { maxSuggestions: value - 1 }).rejected.beyond_max_suggestions).toBe(1)
})

test('both populations and two threads tell the same nearest settings', async () => {
  const buffer = encodeSnapshotToBuffer(organisationParts({ seed: 7, identityCount: 300, missing: 0.1 }))
  const settings = { expectedCoverage: 0.9, minLift: 4, maxSuggestions: 1, minEntitlements: 3 }
  const { nearest } = mineCohorts(readSnapshot(buffer), settings)
  expect(Object.keys(nearest).sort()).toEqual([
    'beyond_max_suggestions',
    'cohort_too_small',
    'coverage_interval_too_low',
    'no_lift_over_outside',
    'too_few_entitlements',
  ])
  expect((await mineCohortsInThreads(buffer, settings, { threads: 2 })).nearest).toEqual(nearest)
})
