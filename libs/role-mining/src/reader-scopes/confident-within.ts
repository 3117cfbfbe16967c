import { cohortConfidence, ordinalsOf, type Snapshot } from '@assay/mining'
import type { Suggestion } from '../suggestions.ts'

interface Measured {
  readonly cohortFilters: Suggestion['cohortFilters']
  readonly entitlements: readonly { readonly key: number }[]
}

/** Other requests continue between pieces: finding a cohort takes milliseconds. */
const pieceSize = 8

/**
 * Suggestions inside a reader's scope, in their order, with their confidence among the people of the scope alone.
 * @param snapshot the snapshot of the scope's people; undefined before the first import
 */
export async function confidentWithin<Whole extends Measured>(
  snapshot: Snapshot | undefined,
  suggestions: readonly Whole[],
): Promise<(Whole & { readonly confidence: number })[]> {
  const measured: (Whole & { readonly confidence: number })[] = []
  for (const [index, suggestion] of suggestions.entries()) {
    if (index % pieceSize === pieceSize - 1) await new Promise((resolve) => setImmediate(resolve))
    measured.push({ ...suggestion, confidence: snapshot === undefined ? 0 : confidenceOf(snapshot, suggestion) })
  }
  return measured
}

/** An entitlement that nobody of the scope holds any more counts as 0. */
function confidenceOf(snapshot: Snapshot, { cohortFilters, entitlements }: Measured): number {
  const keys = entitlements.map(({ key }) => key).sort((a, b) => a - b)
  const { ordinals } = ordinalsOf(snapshot.entitlementKey, Int32Array.from(keys))
  return (cohortConfidence(snapshot, cohortFilters, [...ordinals]) * ordinals.length) / Math.max(1, keys.length)
}
