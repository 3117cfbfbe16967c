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
export { type CircuitBreaker, defaultCircuitBreaker } from './circuit-breaker.ts'
export { type AccessProfileRequest, createAccessProfile } from './create-access-profile.ts'
export { storedValue, valuesOfEnum } from './enum-attributes.ts'
export { type ImportedRuleFault, importAccessProfiles } from './import-access-profiles.ts'
export {
  matchProfiles,
  type ProfileEntitlementSet,
  type ProfileMatch,
  profileEntitlementSets,
} from './match-profiles.ts'
export { compileMembershipRule, type MembershipRule } from './membership-rule.ts'
export { listPendingTasks, type MembershipTask, resolvePendingTask, type TaskPosition } from './pending-tasks.ts'
export {
  listProfileEntitlements,
  listProfileMembers,
  type ProfileEntitlement,
  type ProfileEntitlementPosition,
  type ProfileMember,
  type ProfileMemberPosition,
} from './profile-contents.ts'
export type { EntitlementReference } from './resolve-entitlements.ts'
export { getAutomatedProfile, resumeAutomation, runAutomation } from './run-automation.ts'
export { type Holdings, type IdentityFacts, Subject } from './subject.ts'
