/**
 * Why a cohort, or one entitlement in a cohort, became no suggestion. The first eight count cohorts, the others count
 * (cohort, entitlement) pairs.
 */
const rejectionReasons = [
  /** Fewer members than `minCohortSize`. */
  'cohort_too_small',
  /** Exactly the members of a simpler cohort. */
  'same_members_as_simpler_cohort',
  /** No entitlement passed. */
  'nothing_shared',
  /** What it shares is explained by suggestions that explain more. */
  'explained_by_better_cohort',
  /** What was left to explain is fewer entitlements than `minEntitlements`. */
  'too_few_entitlements',
  /** What was left to explain saves no more than it takes to say it. */
  'too_little_saved',
  /** What it shares is no evidence that its filters matter: others have it nearly as often, or there was much to choose from. */
  'not_beyond_chance',
  /** Cut by `maxSuggestions`. */
  'beyond_max_suggestions',
  /** The interval cannot reach `expectedCoverage`, though the share is at least `minCoverage`. */
  'coverage_interval_too_low',
  /** As common outside the cohort, within `minLift`. */
  'no_lift_over_outside',
  /** One part of the cohort hardly holds it, so the cohort is not the reason. */
  'uneven_inside_cohort',
  /** A cohort with fewer filters that contains this one passed already. */
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
