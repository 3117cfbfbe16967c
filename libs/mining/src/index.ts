export { type AccessClosure, noGroups } from './access/access-closure.ts'
export { type ApplicationAccess, applicationAccessInSteps } from './access/application-access.ts'
export { type ApplicationUsers, applicationUsersInSteps } from './access/application-users.ts'
export { closeMemberships, type Memberships } from './access/close-memberships.ts'
export { effectiveRows, whatGives } from './access/effective-access.ts'
export { EffectiveHolders } from './access/effective-holders.ts'
export type { CohortAnalysis } from './analysis/analyse-cohort.ts'
export { CohortQuestions } from './analysis/cohort-questions.ts'
export type { CohortDescription } from './analysis/describe-cohort.ts'
export { nearestText } from './analysis/near-text.ts'
export {
  type CohortAnswer,
  type CohortQuestion,
  type CohortScope,
  type SelectionOutcome,
  selectionOf,
  type ValueCounts,
} from './analysis/questions.ts'
export type { FoundConditions } from './analysis/search-conditions.ts'
export { basisPoints, type EntitlementSelection } from './analysis/selection.ts'
export { isWithin, lowerBound, ordinalOf, ordinalsOf } from './ascending.ts'
export { eachValue, listsFrom } from './attribute-lists.ts'
export { isPlaceholder } from './attribute-values.ts'
export { changesBetween, type SnapshotChanges } from './change/changes-between.ts'
export {
  type CandidateChange,
  type CandidateFate,
  compareCandidates,
  type KeptCandidate,
} from './change/compare-candidates.ts'
export { type MemberSketch, memberDigest, memberSketch, membersAreAmong } from './change/member-sketch.ts'
export type { RoleHealth, RoleInForce } from './change/role-health.ts'
export { changedRows, type RowChanges } from './changed-rows.ts'
export { cohortConfidence } from './cohort-confidence.ts'
export { cohortMembers, membersAmong } from './cohort-members.ts'
export type { AttributeVerdict, CohortMiningResult, CohortSuggestion } from './cohort-result.ts'
export { type CohortMiningSettings, resolveSettings } from './cohort-settings.ts'
export { mineCohortsInThreads } from './cohort-threads.ts'
export * from './concepts/index.ts'
export { managerChains } from './derived/manager-chains.ts'
export { tenureBands, tenureValues } from './derived/tenure-bands.ts'
export { type RoleDrift, roleDrift } from './drift/role-drift.ts'
export { encodeSnapshot, encodeSnapshotToBuffer } from './encode-snapshot.ts'
export { type GrantRows, rowsFromGrants, transpose } from './grant-rows.ts'
export * from './impact/index.ts'
export type { HolderCondition, HolderDescription } from './insight/describe-holders.ts'
export type { AttributeRanking } from './insight/rank-attributes.ts'
export {
  type Residual,
  type ResidualFilter,
  type ResidualLayer,
  type ResidualRole,
  residualGrants,
  residualLayers,
  toldByNone,
} from './insight/residual.ts'
export type { CohortRule, CohortVerdict } from './insight/why/explain-cohort.ts'
export type { EntitlementVerdict, ExplainedSuggestion, HoldingVerdict } from './insight/why/explain-entitlement.ts'
export type { PairVerdict, SettingValue } from './insight/why/judge-pair.ts'
export * from './matrix/index.ts'
export { mineCohorts } from './mine-cohorts.ts'
export { MiningError, type MiningErrorKind } from './mining-error.ts'
export type { NearestSetting } from './nearest-settings.ts'
export * from './policy/index.ts'
export { profileMatches } from './profile-matches.ts'
export { hasFormatInForce, openSnapshot, readSnapshot } from './read-snapshot.ts'
export type { AttributeReadiness } from './readiness/attribute-readiness.ts'
export { type Found, FoundList } from './readiness/found.ts'
export { measureReadiness, type ReadinessQuestion, type SnapshotReadiness } from './readiness/measure-readiness.ts'
export * from './recommendation/index.ts'
export type { RejectionReason } from './rejections.ts'
export { type Removal, removedBetween } from './removed-between.ts'
export { restrictSnapshot } from './restrict-snapshot.ts'
export {
  identityStatuses,
  identityTypes,
  type Snapshot,
  type SnapshotAttribute,
  type SnapshotParts,
  snapshotOf,
} from './snapshot.ts'
export { version as snapshotFormat } from './snapshot-layout.ts'
export { type SuggestionNames, suggestionWords } from './suggestion-words.ts'
