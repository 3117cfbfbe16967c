import type { CohortDecision } from '../../choose/cohort-choice.ts'
import { selectCohorts } from '../../choose/select-cohorts.ts'
import { combinationsOfLevel } from '../../cohort-analysis.ts'
import type { CohortSuggestion } from '../../cohort-result.ts'
import type { CohortMiningSettings } from '../../cohort-settings.ts'
import { combinationKey } from '../../combinations.ts'
import { countCombination } from '../../count-cohorts.ts'
import type { CountedCombination } from '../../counted-combination.ts'
import { type PopulationGraph, preparePopulation } from '../../population.ts'
import type { Snapshot } from '../../snapshot.ts'

/** An analysis of the people with all data behind its decisions. */
export interface TracedMining {
  readonly settings: CohortMiningSettings
  readonly graph: PopulationGraph
  /** By `combinationKey`. */
  readonly counted: ReadonlyMap<string, CountedCombination>
  /** All chosen suggestions in the order of the list, including those beyond `maxSuggestions`. */
  readonly ranked: readonly CohortSuggestion[]
  /** The decisions about the cohort of a group; none for a cohort without entitlements. */
  decisionsOf(counted: CountedCombination, group: number): readonly CohortDecision[]
}

/** Mines the people of a snapshot as `mineCohorts` does, and stores the decisions. */
export function traceMining(snapshot: Snapshot, settings: CohortMiningSettings): TracedMining {
  const graph = preparePopulation(snapshot, settings, 'people')
  const counted = new Map<string, CountedCombination>()
  for (let level = 1; level <= settings.maxFilters; level++) {
    for (const combination of combinationsOfLevel(snapshot, graph, settings, [...counted.values()], level)) {
      counted.set(combinationKey(combination), countCombination(graph, settings, combination, counted))
    }
  }
  const decisions = new Map<string, CohortDecision[]>()
  const key = (one: CountedCombination, group: number) => `${combinationKey(one.combination)}/${group}`
  const everything = { ...settings, maxSuggestions: Number.POSITIVE_INFINITY }
  const { suggestions } = selectCohorts(
    snapshot,
    graph,
    everything,
    [...counted.values()],
    undefined,
    (one, group, decision) => {
      const before = decisions.get(key(one, group))
      if (before === undefined) decisions.set(key(one, group), [decision])
      else before.push(decision)
    },
  )
  return {
    settings,
    graph,
    counted,
    ranked: suggestions.toSorted((a, b) => b.score - a.score),
    decisionsOf: (one, group) => decisions.get(key(one, group)) ?? [],
  }
}

/** The newest trace of each snapshot: the counts of a large organisation take tens of megabytes. */
const remembered = new WeakMap<Snapshot, { readonly settings: string; readonly traced: TracedMining }>()

/** The same as `traceMining`, cached, because users ask several questions in a row. */
export function rememberedTrace(snapshot: Snapshot, settings: CohortMiningSettings): TracedMining {
  const key = JSON.stringify(settings)
  const known = remembered.get(snapshot)
  if (known?.settings === key) return known.traced
  const traced = traceMining(snapshot, settings)
  remembered.set(snapshot, { settings: key, traced })
  return traced
}
