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

/** What was chosen, and what a smaller `minEntitlements` would have let through. */
interface CohortSelection {
  /** In the order of choice, no more than `maxSuggestions`; what differs in one value alone as one. */
  readonly suggestions: readonly CohortSuggestion[]
  readonly nearestEntitlements: NearestSetting | undefined
}

/**
 * Chooses cohorts like a greedy set cover: again and again the one that saves the most bits on grants that no chosen one
 * explains, less the bits that it takes to say it. Savings only fall, so a queue by old ones suffices and only its first
 * is computed afresh. Before a cohort is chosen, people must say that each of its filters matters. Ends when nothing
 * saves more than the least evidence.
 *
 * A cohort with too few entitlements keeps its place in the queue, to tell the nearest `minEntitlements`, and what it gives
 * is given more broadly all the same. When its turn comes, it would be chosen if it were let through; the first to be let through changes nothing before.
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

/** Per attribute the bits that chosen cohorts with it save, also beyond `maxSuggestions`. Nothing is presented for it. */
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
