export type {
  CohortAnalysis,
  CohortAnalysisOptions,
} from './analysis/analyse-cohort.ts'
export type { EntitlementCluster } from './analysis/clusters.ts'
export { CohortQuestions } from './analysis/cohort-questions.ts'
export type { Coverage } from './analysis/coverage.ts'
export type { CutoffPoint } from './analysis/cutoff-points.ts'
export type { Facet } from './analysis/facets.ts'
export type {
  CohortAnswer,
  CohortQuestion,
  CohortScope,
  SelectionOutcome,
  ValueCounts,
} from './analysis/questions.ts'
export { basisPoints, type EntitlementSelection } from './analysis/selection.ts'
export { cohortMembers } from './cohort-members.ts'
export {
  type AttributeReport,
  type AttributeVerdict,
  type CohortFilter,
  type CohortMiningProgress,
  type CohortMiningResult,
  type CohortSuggestion,
  type CommonAccess,
  type PopulationReport,
  type RejectionReason,
  rejectionReasons,
  type SuggestedEntitlement,
} from './cohort-result.ts'
export {
  type CohortHint,
  type CohortMiningSettings,
  defaultSettings,
  type Population,
  resolveSettings,
} from './cohort-settings.ts'
export { type CohortThreadsOptions, mineCohortsInThreads } from './cohort-threads.ts'
export * from './concepts/index.ts'
export { encodeSnapshot, encodeSnapshotToBuffer } from './encode-snapshot.ts'
export { type GrantColumns, type GrantRows, rowsFromGrants, transpose } from './grant-rows.ts'
export { lowerBackgroundThreads, lowerThisThread } from './lowered-threads.ts'
export { type CohortMiningHooks, mineCohorts } from './mine-cohorts.ts'
export { MiningError, type MiningErrorKind } from './mining-error.ts'
export type { DecidingSetting, NearestSetting, NearestSettings } from './nearest-settings.ts'
export {
  type ProfileEntitlements,
  type ProfileMatch,
  type ProfileMatchType,
  profileMatches,
} from './profile-matches.ts'
export { hasFormatInForce, readSnapshot } from './read-snapshot.ts'
export {
  identityStatuses,
  identityTypes,
  type Snapshot,
  type SnapshotAttribute,
  type SnapshotParts,
  snapshotOf,
} from './snapshot.ts'
export { version as snapshotFormat } from './snapshot-layout.ts'
export { type SuggestionNames, type SuggestionWords, suggestionWords } from './suggestion-words.ts'
