export { agedMining } from './aged-rows.ts'
export { analysisWork } from './analysis-work.ts'
export { changeUnderPolicies } from './change-under-policies.ts'
export { LoadReasons } from './changes/change-reasons.ts'
export { changeWork } from './changes/change-work.ts'
export {
  type ComparableRun,
  compareRuns,
  type ExplainedChange,
  listComparableRuns,
  type RunHistory,
} from './changes/compare-runs.ts'
export { healthWithin } from './changes/health-within.ts'
export {
  asTold,
  type LoadChange,
  type LoadChangePosition,
  listLoadChanges,
  loadChangeSentences,
} from './changes/load-changes.ts'
export {
  type GoalMeasure,
  goalMeasures,
  type HealthGoals,
  type HealthPoint,
  type HealthPosition,
  healthGoals,
  listHealth,
  setHealthGoal,
} from './changes/role-health-series.ts'
export type { RunCandidate } from './changes/run-candidates.ts'
export { type CohortFilter, checkFilters } from './cohort-filters.ts'
export { defaultConfig, getConfig, type RoleMiningConfig, replaceConfig } from './config.ts'
export { type CohortProfileRequest, createProfileFromCohort } from './create-profile-from-cohort.ts'
export {
  type CohortFindings,
  type CustomAnalysis,
  type CustomAnalysisPosition,
  getCustomAnalysis,
  getFindings,
  listCustomAnalyses,
  type StoredFacet,
} from './custom-analyses.ts'
export { customAnalysisWork } from './custom-analysis-work.ts'
export { decideSuggestion, type SuggestionDecision } from './decide-suggestion.ts'
export {
  checkComment,
  type Dismissal,
  type DismissalPosition,
  type DismissalReason,
  type DismissalTerms,
  dismissalOf,
  listDismissals,
} from './dismissals/dismissal.ts'
export { eraseFromMining } from './erase-person.ts'
export {
  countSelectionValues,
  evaluateSelection,
  type SelectionRequest,
  selectEntitlements,
} from './evaluate-selection.ts'
export {
  type DescribedCohort,
  describeCohortOf,
  evaluateCohortSelection,
} from './explore/explore-cohort.ts'
export { searchCohortConditions } from './explore/search-conditions.ts'
export {
  type AttributeValuePosition,
  attributeName,
  type FilterAttributePosition,
  listAttributeValues,
  listFilterAttributes,
} from './filter-attributes.ts'
export { giftsOfOthers } from './gifts-of-others.ts'
export { entitlementHolders } from './held/held-access.ts'
export { countHolders, type HeldIn, type HeldPair, listHeld } from './held/list-held.ts'
export {
  type ApplicationUser,
  type ApplicationUserPosition,
  countApplicationUsers,
  type UserQuestion,
  usersAfter,
} from './held/users-of-applications.ts'
export { holdBackByPolicies } from './hold-back.ts'
export { askForAnalysis, changedAccess, importWork } from './import-work.ts'
export { type InboxSuggestionsQuery, inboxSuggestionCounts, inboxSuggestionRows } from './inbox-suggestions.ts'
export { type CoverageTools, type LayeredGrants, layeredGrants, rankedAttributes } from './insight/coverage/coverage.ts'
export { coverageSentences, rankingSentences } from './insight/coverage/coverage-words.ts'
export type { ExplainingRole } from './insight/coverage/explaining-roles.ts'
export { grantFilter, type LayeredGrant, listLayeredGrants } from './insight/coverage/list-layered-grants.ts'
export {
  entitlementSubject,
  type HolderPosition,
  type HolderSelection,
  holdersOfSubject,
  listHolders,
  suggestionsContaining,
} from './insight/entitlement-insight.ts'
export {
  explainCohortOutcome,
  explainEntitlementOutcome,
  explainHoldingOutcome,
  type Outcome,
  type OutcomeRule,
} from './insight/explain-outcome.ts'
export { holderSentences } from './insight/holder-words.ts'
export type { LoadedSnapshot } from './loaded-snapshot.ts'
export { checkText, findInMatrix } from './matrix/find-in-matrix.ts'
export {
  type Matrix,
  type MatrixBlockName,
  type MatrixMode,
  type MatrixTools,
  type MatrixView,
  orderedMatrix,
  requireModelled,
} from './matrix/matrix.ts'
export { MatrixOrders } from './matrix/matrix-orders.ts'
export {
  cellsOfWindow,
  columnsOf,
  entitlementsOfColumns,
  type MatrixPerson,
  peopleOfRows,
  rowsOf,
  windowWithin,
} from './matrix/matrix-window.ts'
export { membershipWork } from './membership-work.ts'
export {
  defaultMiningSettings,
  getMiningSettings,
  type MiningPreset,
  type MiningSettings,
  miningPresets,
  presetOf,
  type SettingsChange,
  settingsSentences,
  updateMiningSettings,
} from './mining-settings.ts'
export type { PopulationRole, WantedRoles } from './populations/mine-population.ts'
export { minePopulation } from './populations/mine-population.ts'
export { MiningChanges } from './populations/mining-changes.ts'
export { endPopulationMining, startPopulationMining } from './populations/population-minings.ts'
export { populationWork } from './populations/population-work.ts'
export { type WatchedEvent, watchPopulation } from './populations/watch-population.ts'
export { previewPolicy } from './preview-policy.ts'
export {
  analysisQueue,
  changeQueue,
  importQueue,
  membershipQueue,
  queues,
  replacedGrantsQueue,
  scheduledAnalysisQueue,
} from './queues.ts'
export { changeWithin } from './reader-scopes/change-within.ts'
export { bindClientToScope, freeClient, scopeOfClient } from './reader-scopes/client-scope.ts'
export { confidentWithin } from './reader-scopes/confident-within.ts'
export { historyWithin, withoutCounts } from './reader-scopes/runs-within.ts'
export type { FindingKind } from './readiness/finding-words.ts'
export {
  comparedFindings,
  type ReadinessReport,
  readinessReport,
} from './readiness/readiness-report.ts'
export { getReadiness, type ReadinessState, type StoredReadiness } from './readiness/readiness-reports.ts'
export { readinessWithin } from './readiness/readiness-within.ts'
export { readinessWork } from './readiness/readiness-work.ts'
export { recommendForCohort, recommendForIdentity } from './recommend-entitlements.ts'
export { replacedGrantsWork } from './replaced-grants-work.ts'
export {
  requireCohortAllowed,
  requireProfileAllowed,
  requireRoleModelAllowed,
  requireSuggestionAllowed,
} from './require-allowed.ts'
export { isRisky } from './risky-level.ts'
export { describeRoleChange } from './role-models/describe-role-change.ts'
export {
  type DownloadPosition,
  type RoleEntitlementLine,
  type RoleIdentityLine,
  roleEntitlementLines,
  roleIdentityLines,
} from './role-models/download-roles.ts'
export { cancelRoleModel, deleteRoleModel } from './role-models/end-role-model.ts'
export { exportRoleModel } from './role-models/export-role-model.ts'
export { reviseRoleModel } from './role-models/revise-role-model.ts'
export type { StoredRoleChange } from './role-models/revised-model.ts'
export { getRoleFronts } from './role-models/role-fronts.ts'
export type { RoleModelRequest } from './role-models/role-model-request.ts'
export { listRoleModelChanges, type RoleChangePosition } from './role-models/role-model-revisions.ts'
export { roleModelWork } from './role-models/role-model-work.ts'
export {
  completedRoleModel,
  getModelPolicies,
  getRoleModel,
  getRoleModelRole,
  listRoleModelRoles,
  listRoleModels,
  type RoleModelPosition,
  type RoleModelRecord,
  type RoleModelsPosition,
  type StoredRole,
} from './role-models/role-models.ts'
export { roleModelOutline } from './role-models/role-outline.ts'
export { startRoleModel } from './role-models/start-role-model.ts'
export { watchRoleModel } from './role-models/watch-role-model.ts'
export { getRunInsight } from './run-insight.ts'
export { listRuns, type Run, type RunPosition } from './runs.ts'
export { type CohortPosition, peopleWithin, searchCohort, searchKnownCohort } from './search-cohort.ts'
export { defaultSnapshotCacheBytes, SnapshotCache } from './snapshot-cache.ts'
export {
  getSuggestion,
  type ListedSuggestion,
  listedSuggestion,
  listSuggestions,
  type ProfileOverlap,
  type SuggestedEntitlement,
  type Suggestion,
  type SuggestionPosition,
  type SuggestionState,
  suggestionsById,
} from './suggestions.ts'
export { scheduledAnalysisWork, triggerAnalysis } from './trigger-analysis.ts'
export { triggerCustomAnalysis } from './trigger-custom-analysis.ts'
