import type { Combination } from './combinations.ts'
import type { Groups } from './grouping.ts'
import type { RejectionCounts } from './rejections.ts'

/** All cohorts of one combination of attributes, and the entitlements that passed in each. */
export interface CountedCombination {
  readonly combination: Combination
  readonly groups: Groups
  /** Cells of cohort `g`: `cellOffset[g] .. cellOffset[g + 1]`, entitlements ascending, with holders in the cohort. */
  readonly cellOffset: Uint32Array
  readonly cellEntitlement: Uint32Array
  readonly cellCount: Uint32Array
  readonly rejected: Readonly<RejectionCounts>
  /** What `expectedCoverage` alone keeps out, but for what is held unevenly. */
  readonly coverageMisses: NearMisses
  /** The same for `minLift`. */
  readonly liftMisses: NearMisses
}

/** Pairs of a cohort and an entitlement that one threshold alone keeps out, before it is known who holds them evenly. */
export interface NearMisses {
  /** In ascending order. */
  readonly group: Uint32Array
  readonly entitlement: Uint32Array
  /** Holders in the cohort. */
  readonly holders: Uint32Array
  /** The largest step of the setting that lets the pair pass; see `largestStep`. */
  readonly step: Uint32Array
}
