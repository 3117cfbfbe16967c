export { type AcceptedProfile, acceptedProfiles, profilesVersion } from './accepted-access.ts'
export type { AccessProfile, PauseReason, ProfileEnrollment } from './access-profile.ts'
export {
  accessProfileExists,
  accessProfileName,
  countFoundProfiles,
  deleteAccessProfile,
  getAccessProfile,
  isProfileHidden,
  listAccessProfiles,
  lockAccessProfile,
  type ProfilePosition,
  type ProfileSearch,
  searchAccessProfiles,
  untouchedProfile,
} from './access-profiles.ts'
export { addProfileMembers } from './add-members.ts'
export { agedTasks } from './aged-rows.ts'
export { applyMembership, type MembershipReport, type MembershipTransaction } from './apply-membership.ts'
export { builtInApplication } from './built-in-application.ts'
export { type AccessScope, type AttributeFilter, celFromFilters } from './cel-from-filters.ts'
export { changeProfileEntitlements } from './change-entitlements.ts'
export { checkAccessScope } from './check-access-scope.ts'
export { checkTenantRules, tenantsWithUncheckedRules } from './check-stored-rules.ts'
export { type CircuitBreaker, defaultCircuitBreaker } from './circuit-breaker.ts'
export { conditionOfRule } from './condition-of-rule.ts'
export { createAccessProfile, createProfileWithPreview, type ProfileSettings } from './create-access-profile.ts'
export { storedValue, valuesOfEnum } from './enum-attributes.ts'
export { eraseFromProfiles } from './erase-person.ts'
export type { EvaluationOptions } from './evaluate-membership.ts'
export {
  type FinishedTask,
  getFinishedTask,
  queryFinishedTasks,
  storeFinishedTask,
} from './finished-tasks.ts'
export { importAccessProfiles } from './import-access-profiles.ts'
export { matchProfiles, type ProfileEntitlementSet, profileEntitlementSets } from './match-profiles.ts'
export type { HoldBack, MembershipDifference } from './membership-changes.ts'
export type { MembershipPreview, PreviewGroup } from './membership-outcome.ts'
export {
  countMembers,
  listMembers,
  listMemberships,
  type Membership,
} from './memberships.ts'
export {
  entitlementsOfMemberships,
  type IdentityMembership,
  membershipsOfIdentity,
} from './memberships-of-identity.ts'
export {
  getMembershipTask,
  listPendingTasks,
  type MembershipTask,
  profileOfTask,
  resolvePendingTask,
  type TaskPosition,
} from './pending-tasks.ts'
export { type ProfileWithPreview, previewMembership } from './preview-membership.ts'
export { type AudienceFault, changeProfileAudience } from './profile-audience.ts'
export {
  type AutomationRequest,
  deleteProfileAutomation,
  getProfileAutomation,
  type ProfileAutomation,
  putProfileAutomation,
} from './profile-automation.ts'
export {
  listProfileEntitlements,
  listProfileMembers,
  type ProfileEntitlementPosition,
  type ProfileMember,
  type ProfileMemberPosition,
} from './profile-contents.ts'
export { longestDescription } from './profile-details.ts'
export {
  entitlementsInOrder,
  givesEntitlement,
  listProfileAudience,
  listProfileEntries,
  type ProfileEntryPosition,
  profileEntries,
} from './profile-entries.ts'
export { etagOf } from './profile-etag.ts'
export {
  checkMembershipRule,
  confirmedCommonAccess,
  contentsGiving,
  profileContent,
  profileContents,
  ruleProblem,
  selectByRule,
} from './profile-keys.ts'
export {
  entitlementsOfProfiles,
  type GivenEntitlement,
  membersOfProfiles,
  type NamedMember,
} from './profile-lists.ts'
export { profileReach } from './profile-reach.ts'
export { profilesContaining } from './profiles-containing.ts'
export { type GivingProfile, profilesGiving } from './profiles-giving.ts'
export { type MemberField, queryMembers } from './query-members.ts'
export { knownProfileIds, ownerIdOf, type ProfileField, type ProfileSorter, queryProfiles } from './query-profiles.ts'
export { recordFailedEvaluation } from './record-failed-evaluation.ts'
export { memberRelation, profileEntitlementRelation, profileRelation } from './relations.ts'
export { requestMembership } from './request-membership.ts'
export { resolveEntitlementIds } from './resolve-entitlement-ids.ts'
export {
  type AttributeCondition,
  type ConditionOperator,
  conditionDepth,
  type RuleAttribute,
  type RuleCondition,
  type TextField,
} from './rule-condition.ts'
export { ruleOfCondition } from './rule-of-condition.ts'
export { ruleSemantics } from './rule-semantics.ts'
export { resumeAutomation, runAutomation } from './run-automation.ts'
export { type RequestablePosition, searchRequestable } from './search-requestable.ts'
export { searchTasks, type TaskSearch } from './search-tasks.ts'
export { setProfileMembers } from './set-members.ts'

export { type AccessProfileChange, updateAccessProfile } from './update-access-profile.ts'
