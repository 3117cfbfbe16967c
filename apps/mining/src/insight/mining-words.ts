import {
  AttributeVerdict as AttributeVerdictMessage,
  MiningRule,
  MiningSetting,
} from '@assay/contracts/assay/insight/v1/insight_pb'
import { FindingKind as FindingKindMessage } from '@assay/contracts/assay/insight/v1/readiness_service_pb'
import type { AttributeVerdict, RejectionReason, SettingValue } from '@assay/mining'
import type { FindingKind, OutcomeRule } from '@assay/role-mining'

// Terms of the analysis as enum values of the API.

export const verdictMessages: Readonly<Record<AttributeVerdict, AttributeVerdictMessage>> = {
  used: AttributeVerdictMessage.USED,
  beyond_limit: AttributeVerdictMessage.BEYOND_LIMIT,
  ignored: AttributeVerdictMessage.IGNORED,
  empty: AttributeVerdictMessage.EMPTY,
  nearly_constant: AttributeVerdictMessage.NEARLY_CONSTANT,
  nearly_unique: AttributeVerdictMessage.NEARLY_UNIQUE,
}

export const settingMessages: Readonly<Record<SettingValue['setting'], MiningSetting>> = {
  minCohortSize: MiningSetting.MIN_COHORT_SIZE,
  minEntitlements: MiningSetting.MIN_ENTITLEMENTS,
  minCoverage: MiningSetting.MIN_COVERAGE,
  expectedCoverage: MiningSetting.EXPECTED_COVERAGE,
  minLift: MiningSetting.MIN_LIFT,
  maxFilters: MiningSetting.MAX_FILTERS,
  maxAttributes: MiningSetting.MAX_ATTRIBUTES,
  maxSuggestions: MiningSetting.MAX_SUGGESTIONS,
  commonAccessShare: MiningSetting.COMMON_ACCESS_SHARE,
}

export const ruleMessages: Readonly<Record<OutcomeRule | RejectionReason, MiningRule>> = {
  nobody: MiningRule.NOBODY,
  several_values: MiningRule.SEVERAL_VALUES,
  attribute_left_out: MiningRule.ATTRIBUTE_LEFT_OUT,
  too_many_filters: MiningRule.TOO_MANY_FILTERS,
  cohort_too_small: MiningRule.COHORT_TOO_SMALL,
  attribute_beyond_limit: MiningRule.ATTRIBUTE_BEYOND_LIMIT,
  same_members_as_simpler_cohort: MiningRule.SAME_MEMBERS_AS_SIMPLER_COHORT,
  nothing_shared: MiningRule.NOTHING_SHARED,
  explained_by_better_cohort: MiningRule.EXPLAINED_BY_BETTER_COHORT,
  too_few_entitlements: MiningRule.TOO_FEW_ENTITLEMENTS,
  too_little_saved: MiningRule.TOO_LITTLE_SAVED,
  not_beyond_chance: MiningRule.NOT_BEYOND_CHANCE,
  beyond_max_suggestions: MiningRule.BEYOND_MAX_SUGGESTIONS,
  suggested: MiningRule.SUGGESTED,
  common_access: MiningRule.COMMON_ACCESS,
  below_min_coverage: MiningRule.BELOW_MIN_COVERAGE,
  too_few_holders: MiningRule.TOO_FEW_HOLDERS,
  explained_by_more_general_cohort: MiningRule.EXPLAINED_BY_MORE_GENERAL_COHORT,
  coverage_interval_too_low: MiningRule.COVERAGE_INTERVAL_TOO_LOW,
  no_lift_over_outside: MiningRule.NO_LIFT_OVER_OUTSIDE,
  uneven_inside_cohort: MiningRule.UNEVEN_INSIDE_COHORT,
  belongs: MiningRule.BELONGS,
  held_by_nobody: MiningRule.HELD_BY_NOBODY,
  no_condition: MiningRule.NO_CONDITION,
  no_suggestion: MiningRule.NO_SUGGESTION,
  not_mined: MiningRule.NOT_MINED,
  by_suggestion: MiningRule.BY_SUGGESTION,
  outside_suggestions: MiningRule.OUTSIDE_SUGGESTIONS,
  refused_by_policy: MiningRule.REFUSED_BY_POLICY,
  left_out_by_policy: MiningRule.LEFT_OUT_BY_POLICY,
}

export const findingMessages: Readonly<Record<FindingKind, FindingKindMessage>> = {
  orphans: FindingKindMessage.ORPHANS,
  ambiguous_links: FindingKindMessage.AMBIGUOUS_LINKS,
  conflicting_links: FindingKindMessage.CONFLICTING_LINKS,
  people_without_access: FindingKindMessage.PEOPLE_WITHOUT_ACCESS,
  disabled_people_with_access: FindingKindMessage.DISABLED_PEOPLE_WITH_ACCESS,
  repeated_mail_addresses: FindingKindMessage.REPEATED_MAIL_ADDRESSES,
  repeated_names: FindingKindMessage.REPEATED_NAMES,
  placeholders: FindingKindMessage.PLACEHOLDERS,
  spelling_variants: FindingKindMessage.SPELLING_VARIANTS,
  cells_like_lists: FindingKindMessage.CELLS_LIKE_LISTS,
  empty_attributes: FindingKindMessage.EMPTY_ATTRIBUTES,
  nearly_constant_attributes: FindingKindMessage.NEARLY_CONSTANT_ATTRIBUTES,
  nearly_unique_attributes: FindingKindMessage.NEARLY_UNIQUE_ATTRIBUTES,
  entitlements_held_by_nobody: FindingKindMessage.ENTITLEMENTS_HELD_BY_NOBODY,
  entitlements_held_by_one: FindingKindMessage.ENTITLEMENTS_HELD_BY_ONE,
  entitlements_with_same_holders: FindingKindMessage.ENTITLEMENTS_WITH_SAME_HOLDERS,
  undescribed_entitlements: FindingKindMessage.UNDESCRIBED_ENTITLEMENTS,
  groups_in_groups: FindingKindMessage.GROUPS_IN_GROUPS,
  group_cycles: FindingKindMessage.GROUP_CYCLES,
  old_last_uses: FindingKindMessage.OLD_LAST_USES,
  future_last_uses: FindingKindMessage.FUTURE_LAST_USES,
  days_without_usage: FindingKindMessage.DAYS_WITHOUT_USAGE,
  grants_in_no_cohort: FindingKindMessage.GRANTS_IN_NO_COHORT,
}
