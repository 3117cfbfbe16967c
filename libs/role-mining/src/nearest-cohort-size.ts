import { type CohortMiningResult, type CohortMiningSettings, mineCohortsInThreads } from '@assay/mining'
import type { NearestSetting } from './run-insight.ts'

/** What another size of cohorts would give an organisation that has no suggestion. */
interface NearestCohortSize {
  readonly nearestSetting?: NearestSetting
  /** The sizes that were mined, largest first, up to the one that gave a suggestion. */
  readonly triedCohortSizes: readonly number[]
}

/** Up to so many are tried one by one; of more, the size is halved. */
const mostTried = 6

/**
 * Mines with smaller cohorts until there is a suggestion: every size where there are few, else halves of it, down to 2. So what is
 * told was tried. A size between two that were tried may give one as well.
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
