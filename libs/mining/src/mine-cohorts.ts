import { combinationsOfLevel, concludeAnalysis, concludePopulation, type PopulationOutcome } from './cohort-analysis.ts'
import type { CohortMiningProgress, CohortMiningResult } from './cohort-result.ts'
import { type CohortMiningSettings, resolveSettings } from './cohort-settings.ts'
import { combinationKey } from './combinations.ts'
import { countCombination } from './count-cohorts.ts'
import type { CountedCombination } from './counted-combination.ts'
import { stopped } from './mining-error.ts'
import { preparePopulation } from './population.ts'
import type { Snapshot } from './snapshot.ts'

interface CohortMiningHooks {
  /** Called after each combination of attributes. */
  readonly onProgress?: (progress: CohortMiningProgress) => void
  /** Called every 64 cohorts. If it returns true, the analysis ends with a `stopped` error. */
  readonly shouldStop?: () => boolean
}

/**
 * Finds roles in a checked snapshot: groups of identities that share attribute values, and the entitlements that nearly all of a group
 * hold and few others hold. Pure and synchronous; the same input gives the same result. Throws `bad_settings` before any work, and
 * `stopped` when `shouldStop` returns true. `mineCohortsInThreads` gives the same result without blocking the caller.
 */
export function mineCohorts(
  snapshot: Snapshot,
  given: Partial<CohortMiningSettings> = {},
  hooks: CohortMiningHooks = {},
): CohortMiningResult {
  const settings = resolveSettings(given)
  const shouldStop = hooks.shouldStop ?? (() => false)
  const outcomes: PopulationOutcome[] = []
  let cohortsAnalyzed = 0
  for (const population of settings.populations) {
    const graph = preparePopulation(snapshot, settings, population)
    const counted = new Map<string, CountedCombination>()
    let combinationsDone = 0
    let combinationsTotal = 0
    for (let level = 1; level <= settings.maxFilters; level++) {
      const combinations = combinationsOfLevel(snapshot, graph, settings, [...counted.values()], level)
      combinationsTotal += combinations.length
      for (const combination of combinations) {
        if (shouldStop()) throw stopped()
        const result = countCombination(graph, settings, combination, counted, shouldStop)
        if (shouldStop()) throw stopped()
        counted.set(combinationKey(combination), result)
        combinationsDone++
        cohortsAnalyzed += result.groups.count
        hooks.onProgress?.({ population, combinationsDone, combinationsTotal, cohortsAnalyzed })
      }
    }
    outcomes.push(concludePopulation(snapshot, graph, settings, [...counted.values()]))
  }
  return concludeAnalysis(settings, outcomes)
}
