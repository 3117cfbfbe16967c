import { savedByAttribute, selectCohorts } from './choose/select-cohorts.ts'
import type { CohortMiningResult, CohortSuggestion, PopulationReport } from './cohort-result.ts'
import type { CohortMiningSettings } from './cohort-settings.ts'
import { type Combination, combinationsOf } from './combinations.ts'
import type { CountedCombination } from './counted-combination.ts'
import { nearestPassingStep, type PassingStep } from './near-misses.ts'
import {
  joinNearestSettings,
  type NearestSetting,
  type NearestSettings,
  nearerSetting,
  valueOfStep,
} from './nearest-settings.ts'
import type { PopulationGraph } from './population.ts'
import { addRejections, noRejections, type RejectionCounts, type RejectionReason } from './rejections.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * The number of attributes that take part in pairs: the 32 that explain the most alone, so 496 pairs. Combinations of more attributes are
 * chosen among these.
 */
const mostPaired = 32

/**
 * The combinations of one level (number of filters), from the counts of the levels before. All of the `mostPaired` attributes are paired.
 * Combinations of three and more use only the `maxAttributes` attributes that add the most to others.
 */
export function combinationsOfLevel(
  snapshot: Snapshot,
  graph: PopulationGraph,
  settings: CohortMiningSettings,
  counted: readonly CountedCombination[],
  level: number,
): Combination[] {
  if (graph.persons.length < settings.minCohortSize) return []
  return combinationsOf(attributesOfLevel(snapshot, graph, settings, counted, level), level).filter((combination) =>
    namesEachOnce(graph, combination),
  )
}

/** A cohort names an attribute at most once, so a combination has no two columns of the same list. */
function namesEachOnce({ attributes }: PopulationGraph, combination: Combination): boolean {
  return combination.every(
    (position, i) => i === 0 || attributes[position]!.index !== attributes[combination[i - 1]!]!.index,
  )
}

/** Positions in ascending order. */
function attributesOfLevel(
  snapshot: Snapshot,
  graph: PopulationGraph,
  settings: CohortMiningSettings,
  counted: readonly CountedCombination[],
  level: number,
): number[] {
  const positions = [...graph.attributes.keys()]
  if (level === 1) return positions
  if (level === 2) return best(mostPaired, worthOfAttributes(graph, counted))
  if (positions.length <= settings.maxAttributes) return positions
  const pairs = counted.filter(({ combination }) => combination.length <= 2)
  const isPaired = new Set(
    pairs.filter(({ combination }) => combination.length === 2).flatMap((one) => one.combination),
  )
  const saved = savedByAttribute(snapshot, graph, settings, pairs)
  return best(
    settings.maxAttributes,
    saved.map((bits, position) => (isPaired.has(position) ? bits : -1)),
  ).filter((position) => isPaired.has(position))
}

/**
 * The attributes of the counted combinations with the largest allowed number of filters; if there are none, the attributes of that level.
 */
function combinedAttributes(
  snapshot: Snapshot,
  graph: PopulationGraph,
  settings: CohortMiningSettings,
  counted: readonly CountedCombination[],
): ReadonlySet<number> {
  const deepest = counted.filter(({ combination }) => combination.length === settings.maxFilters)
  if (deepest.length > 0) return new Set(deepest.flatMap(({ combination }) => combination))
  return new Set(attributesOfLevel(snapshot, graph, settings, counted, settings.maxFilters))
}

/** The positions with the largest worth, in ascending order; of equal positions the first. */
function best(count: number, worth: readonly number[]): number[] {
  return [...worth.keys()]
    .sort((a, b) => worth[b]! - worth[a]! || a - b)
    .slice(0, count)
    .sort((a, b) => a - b)
}

/** For each single attribute: the grants that its cohorts explain, minus one for each exception and each line of description. */
function worthOfAttributes(graph: PopulationGraph, counted: readonly CountedCombination[]): number[] {
  const worth = graph.attributes.map(() => 0)
  for (const one of counted) if (one.combination.length === 1) worth[one.combination[0]!]! += worthOfSingles(one)
  return worth
}

function worthOfSingles({ groups, cellOffset, cellCount }: CountedCombination): number {
  const { offset, count } = groups
  let worth = 0
  for (let g = 0; g < count; g++) {
    const size = offset[g + 1]! - offset[g]!
    for (let cell = cellOffset[g]!, end = cellOffset[g + 1]!; cell < end; cell++) {
      const gained = 2 * cellCount[cell]! - size - 1
      if (gained > 0) worth += gained
    }
  }
  return worth
}

/** The result for one population, before the results of the populations are combined. */
export interface PopulationOutcome {
  readonly report: PopulationReport
  readonly suggestions: readonly CohortSuggestion[]
  readonly rejected: Readonly<RejectionCounts>
  readonly nearest: NearestSettings
}

export function concludePopulation(
  snapshot: Snapshot,
  graph: PopulationGraph,
  settings: CohortMiningSettings,
  counted: readonly CountedCombination[],
): PopulationOutcome {
  const rejected = noRejections()
  let cohortsAnalyzed = 0
  for (const combination of counted) {
    addRejections(rejected, combination.rejected)
    cohortsAnalyzed += combination.groups.count
  }
  const worth = worthOfAttributes(graph, counted)
  const combined = combinedAttributes(snapshot, graph, settings, counted)
  const attributes = graph.attributeReports.map((report) => {
    const positions = [...graph.attributes.keys()].filter((at) => graph.attributes[at]!.key === report.attribute)
    if (positions.length === 0) return report
    const verdict = positions.some((at) => combined.has(at)) ? ('used' as const) : ('beyond_limit' as const)
    return { ...report, verdict, explainedGrants: positions.reduce((sum, at) => sum + worth[at]!, 0) }
  })
  const { suggestions, nearestEntitlements } = selectCohorts(snapshot, graph, settings, counted, rejected)
  return {
    suggestions,
    rejected,
    nearest: withoutUnknown({
      cohort_too_small: nearestCohortSize(counted),
      too_few_entitlements: nearestEntitlements,
      coverage_interval_too_low: asNearest(
        'expectedCoverage',
        nearestPassingStep(graph, counted, settings.minCohortSize, ({ coverageMisses }) => coverageMisses),
      ),
      no_lift_over_outside: asNearest(
        'minLift',
        nearestPassingStep(graph, counted, settings.minCohortSize, ({ liftMisses }) => liftMisses),
      ),
    }),
    report: {
      population: graph.population,
      identityCount: graph.persons.length,
      grantCount: graph.grantCount,
      attributes,
      commonAccess: graph.commonAccess,
      combinationsAnalyzed: counted.length,
      cohortsAnalyzed,
    },
  }
}

/** The size of the largest cohorts that were too small. A cohort needs at least two people. */
function nearestCohortSize(counted: readonly CountedCombination[]): NearestSetting | undefined {
  let nearest: NearestSetting | undefined
  for (const { groups } of counted) {
    if (groups.largestTooSmall < 2) continue
    nearest = nearerSetting(nearest, {
      setting: 'minCohortSize',
      value: groups.largestTooSmall,
      candidateCount: groups.largestTooSmallCount,
    })
  }
  return nearest
}

function asNearest(setting: 'expectedCoverage' | 'minLift', passing: PassingStep | undefined) {
  return passing && { setting, value: valueOfStep(passing.step), candidateCount: passing.pairs }
}

/** Removes the reasons for which no value lets a candidate pass. */
function withoutUnknown(all: { readonly [Reason in RejectionReason]?: NearestSetting | undefined }): NearestSettings {
  return Object.fromEntries(Object.entries(all).filter(([, nearest]) => nearest !== undefined))
}

/** Combines the results of all populations: ranks all suggestions together, then applies `maxSuggestions`. */
export function concludeAnalysis(
  settings: CohortMiningSettings,
  outcomes: readonly PopulationOutcome[],
): CohortMiningResult {
  const rejected = noRejections()
  let nearest: NearestSettings = {}
  for (const outcome of outcomes) {
    addRejections(rejected, outcome.rejected)
    nearest = joinNearestSettings(nearest, outcome.nearest)
  }
  // Each list is in the order of choice. The sort is stable, so suggestions with equal scores stay in that order.
  const ranked = outcomes.flatMap((outcome) => outcome.suggestions).sort((a, b) => b.score - a.score)
  const suggestions = ranked.slice(0, settings.maxSuggestions)
  rejected.beyond_max_suggestions += ranked.length - suggestions.length
  const cut = rejected.beyond_max_suggestions
  if (cut > 0) {
    // Any larger limit lets one more suggestion pass. The reported value is the limit that cuts none.
    const value = settings.maxSuggestions + cut
    nearest = { ...nearest, beyond_max_suggestions: { setting: 'maxSuggestions', value, candidateCount: cut } }
  }
  return { settings, populations: outcomes.map((outcome) => outcome.report), suggestions, rejected, nearest }
}
