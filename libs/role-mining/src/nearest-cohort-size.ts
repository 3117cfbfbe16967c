import { type CohortMiningResult, type CohortMiningSettings, mineCohortsInThreads } from '@assay/mining'
import type { NearestSetting } from './run-insight.ts'

/** Results with other cohort sizes, for an organisation without a suggestion. */
interface NearestCohortSize {
  readonly nearestSetting?: NearestSetting
  /** The sizes that were mined, largest first, up to the one that gave a suggestion. */
  readonly triedCohortSizes: readonly number[]
}

/** At most this number of sizes is tried one by one; with more sizes, the size is halved at each step. */
const mostTried = 6

/**
 * Mines with smaller cohorts until there is a suggestion: every size when there are few, otherwise halves down to 2. So a reported size was
 * really tried. A size between two tried ones may also give a suggestion.
 * @param standing the suggestions that policies allow
 */
export async function nearestCohortSize(
  buffer: SharedArrayBuffer,
  settings: CohortMiningSettings,
  options: { readonly threads: number; readonly signal: AbortSignal },
  standing: (found: CohortMiningResult) => CohortMiningResult['suggestions'],
): Promise<NearestCohortSize> {
  const tried: number[] = []
  for (const minCohortSize of sizesBelow(settings.minCohortSize)) {
    tried.push(minCohortSize)
    const smaller = { ...settings, minCohortSize, maxSuggestions: 1_000_000 }
    const suggestions = standing(await mineCohortsInThreads(buffer, smaller, options))
    if (suggestions.length === 0) continue
    const found = { setting: 'minCohortSize', value: minCohortSize, suggestionCount: suggestions.length } as const
    return { nearestSetting: found, triedCohortSizes: tried }
  }
  return { triedCohortSizes: tried }
}

function sizesBelow(size: number): number[] {
  const sizes: number[] = []
  for (let next = size; next > 2; ) {
    next = next - 2 <= mostTried ? next - 1 : Math.max(2, Math.floor(next / 2))
    sizes.push(next)
  }
  return sizes
}
