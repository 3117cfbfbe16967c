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

/** An analysis of the people with everything that it went by. */
export interface TracedMining {
  readonly settings: CohortMiningSettings
  readonly graph: PopulationGraph
  /** By `combinationKey`. */
  readonly counted: ReadonlyMap<string, CountedCombination>
  /** All that were chosen, ranked as in the list, beyond `maxSuggestions` too. */
  readonly ranked: readonly CohortSuggestion[]
  /** Decisions about the cohort of a group; none for one that holds nothing. */
  decisionsOf(counted: CountedCombination, group: number): readonly CohortDecision[]
}

/** Mines the people of a snapshot as `mineCohorts` does, and keeps what decided. */
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

/** The newest of each snapshot: counts of a large organisation are tens of megabytes. */
const remembered = new WeakMap<Snapshot, { readonly settings: string; readonly traced: TracedMining }>()

/** As `traceMining`; whoever asks why asks again. */
export function rememberedTrace(snapshot: Snapshot, settings: CohortMiningSettings): TracedMining {
  const key = JSON.stringify(settings)
  const known = remembered.get(snapshot)
  if (known?.settings === key) return known.traced
  const traced = traceMining(snapshot, settings)
  remembered.set(snapshot, { settings: key, traced })
  return traced
}
