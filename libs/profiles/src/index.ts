export {
  type AccessProfile,
  accessProfileExists,
  deleteAccessProfile,
  getAccessProfile,
  listAccessProfiles,
  type Page,
  type ProfilePosition,
} from './access-profiles.ts'
export { addProfileMembers } from './add-members.ts'
export { applyMembership, type MembershipOptions, type MembershipReport } from './apply-membership.ts'
export { type AccessScope, type AttributeFilter, celFromFilters } from './cel-from-filters.ts'
export { changeProfileEntitlements } from './change-entitlements.ts'
export { checkAccessScope } from './check-access-scope.ts'
export { checkTenantRules, tenantsWithUncheckedRules } from './check-stored-rules.ts'
export { type CircuitBreaker, defaultCircuitBreaker } from './circuit-breaker.ts'
export { type AccessProfileRequest, createAccessProfile, createProfileWithPreview } from './create-access-profile.ts'
export { storedValue, valuesOfEnum } from './enum-attributes.ts'
export { type EvaluationOptions, evaluateMembership, type RuleSelection } from './evaluate-membership.ts'
export { type ImportedRuleFault, importAccessProfiles } from './import-access-profiles.ts'
export {
  matchProfiles,
  type ProfileEntitlementSet,
  type ProfileMatch,
  profileEntitlementSets,
} from './match-profiles.ts'
export type { MembershipPreview, PreviewExample, PreviewGroup } from './membership-outcome.ts'
export { compileMembershipRule, type MembershipRule } from './membership-rule.ts'
export { noteFailedEvaluation } from './note-failed-evaluation.ts'
export type { PauseReason } from './pause-automation.ts'
export { listPendingTasks, type MembershipTask, resolvePendingTask, type TaskPosition } from './pending-tasks.ts'
export { type PreviewRequest, type ProfileWithPreview, previewMembership } from './preview-membership.ts'
export {
  listProfileEntitlements,
  listProfileMembers,
  type ProfileEntitlement,
  type ProfileEntitlementPosition,
  type ProfileMember,
  type ProfileMemberPosition,
} from './profile-contents.ts'
export { etagOf } from './profile-etag.ts'
export { memberRelation, profileRelation } from './relations.ts'
export { ruleSemantics } from './rule-semantics.ts'
export { getAutomatedProfile, resumeAutomation, runAutomation } from './run-automation.ts'
export { type Holdings, type IdentityFacts, Subject } from './subject.ts'
export { type AccessProfileChange, type UpdateOptions, updateAccessProfile } from './update-access-profile.ts'
