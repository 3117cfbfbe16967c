/**
 * Why a cohort, or an entitlement of a cohort, is not part of a suggestion. The first eight reasons count cohorts, the rest count
 * (cohort, entitlement) pairs.
 */
const rejectionReasons = [
  /** Fewer members than `minCohortSize`. */
  'cohort_too_small',
  /** The same members as a simpler cohort. */
  'same_members_as_simpler_cohort',
  /** No entitlement passed. */
  'nothing_shared',
  /** Suggestions that explain more already explain the grants that it shares. */
  'explained_by_better_cohort',
  /** The entitlements that are left to explain are fewer than `minEntitlements`. */
  'too_few_entitlements',
  /** The grants that are left to explain save fewer bits than the description costs. */
  'too_little_saved',
  /**
   * The shared access is no evidence that the filters matter: others hold it nearly as often, or there were many cohorts to choose from.
   */
  'not_beyond_chance',
  /** Cut by `maxSuggestions`. */
  'beyond_max_suggestions',
  /** The upper end of the interval is below `expectedCoverage`, though the share is at least `minCoverage`. */
  'coverage_interval_too_low',
  /** The coverage is less than `minLift` times the coverage outside the cohort. */
  'no_lift_over_outside',
  /** One part of the cohort hardly holds it, so the cohort is not the reason for the access. */
  'uneven_inside_cohort',
  /** A cohort with fewer filters that contains this one passed with this entitlement already. */
  'explained_by_more_general_cohort',
] as const

export type RejectionReason = (typeof rejectionReasons)[number]

export type RejectionCounts = Record<RejectionReason, number>

export function noRejections(): RejectionCounts {
  return Object.fromEntries(rejectionReasons.map((reason) => [reason, 0])) as RejectionCounts
}

export function addRejections(sum: RejectionCounts, more: Readonly<RejectionCounts>): void {
  for (const reason of rejectionReasons) sum[reason] += more[reason]
}
