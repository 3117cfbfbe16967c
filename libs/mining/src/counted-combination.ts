import type { Combination } from './combinations.ts'
import type { Groups } from './grouping.ts'
import type { RejectionCounts } from './rejections.ts'

/** All cohorts of one combination of attributes, and the entitlements that passed in each. */
export interface CountedCombination {
  readonly combination: Combination
  readonly groups: Groups
  /** The cells of cohort `g`: `cellOffset[g] .. cellOffset[g + 1]`. Entitlements ascend; each has its holders in the cohort. */
  readonly cellOffset: Uint32Array
  readonly cellEntitlement: Uint32Array
  readonly cellCount: Uint32Array
  readonly rejected: Readonly<RejectionCounts>
  /** Entitlements that only `expectedCoverage` rejects, apart from those that are held unevenly. */
  readonly coverageMisses: NearMisses
  /** Entitlements that only `minLift` rejects, apart from those that are held unevenly. */
  readonly liftMisses: NearMisses
}

/** Pairs of a cohort and an entitlement that only one threshold rejects. The test of evenness comes later. */
export interface NearMisses {
  /** In ascending order. */
  readonly group: Uint32Array
  readonly entitlement: Uint32Array
  /** Holders in the cohort. */
  readonly holders: Uint32Array
  /** The largest step of the setting with which the pair passes; see `largestStep`. */
  readonly step: Uint32Array
}
