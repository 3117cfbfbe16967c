import type { CohortSuggestion } from '../cohort-result.ts'
import type { CohortMiningSettings } from '../cohort-settings.ts'
import type { CountedCombination } from '../counted-combination.ts'
import type { NearestSetting } from '../nearest-settings.ts'
import type { PopulationGraph } from '../population.ts'
import { noRejections, type RejectionCounts } from '../rejections.ts'
import type { Snapshot } from '../snapshot.ts'
import { candidatesOf } from './candidate.ts'
import { CohortChoice, type DecisionTrace } from './cohort-choice.ts'
import { presentSuggestions } from './present-suggestions.ts'
import { Savings } from './savings.ts'

/** The chosen suggestions, and the nearest `minEntitlements` with which there would be another one. */
interface CohortSelection {
  /** In the order of choice, at most `maxSuggestions`. Cohorts that differ in only one value are one suggestion. */
  readonly suggestions: readonly CohortSuggestion[]
  readonly nearestEntitlements: NearestSetting | undefined
}

/**
 * Chooses cohorts like a greedy set cover. Each step chooses the cohort that saves the most bits on grants that no chosen cohort explains,
 * after its prices. A saving grows only when entitlements come back from a refused cohort, so a queue is ordered by old savings, and only
 * that of its first cohort is computed again. A cohort is chosen only if each of its filters passes the person test. The choice ends when
 * no cohort saves more than the least evidence.
 *
 * A cohort with too few entitlements stays in the queue, because it may have the nearest `minEntitlements`; its entitlements still count as
 * given by a broader cohort. `nearestEntitlements` is the value with which the first such cohort would be chosen at its turn; it changes no
 * earlier choice.
 */
export function selectCohorts(
  snapshot: Snapshot,
  graph: PopulationGraph,
  settings: CohortMiningSettings,
  counted: readonly CountedCombination[],
  rejected: RejectionCounts = noRejections(),
  trace?: DecisionTrace,
): CohortSelection {
  const savings = new Savings(graph, settings.maxFilters)
  const choice = chooseCohorts(snapshot, graph, settings, counted, savings, rejected, trace)
  const { suggestions, beyondMost } = presentSuggestions(snapshot, graph, choice.chosen, savings, counted, settings)
  rejected.beyond_max_suggestions += beyondMost
  return {
    suggestions,
    nearestEntitlements: choice.nearestEntitlements,
  }
}

/** For each attribute, the bits that chosen cohorts with it save, also beyond `maxSuggestions`. No suggestions are made. */
export function savedByAttribute(
  snapshot: Snapshot,
  graph: PopulationGraph,
  settings: CohortMiningSettings,
  counted: readonly CountedCombination[],
): readonly number[] {
  const savings = new Savings(graph, settings.maxFilters)
  return chooseCohorts(snapshot, graph, settings, counted, savings, noRejections()).savedByAttribute
}

function chooseCohorts(
  snapshot: Snapshot,
  graph: PopulationGraph,
  settings: CohortMiningSettings,
  counted: readonly CountedCombination[],
  savings: Savings,
  rejected: RejectionCounts,
  trace?: DecisionTrace,
): CohortChoice {
  const candidates = candidatesOf(snapshot, graph, settings, counted, savings)
  const choice = new CohortChoice(graph, settings, counted, candidates, savings, rejected, trace)
  choice.chooseAll()
  return choice
}
