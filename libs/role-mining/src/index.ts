export { type CohortFilter, checkFilters, suggestionId } from './cohort-filters.ts'
export { type CohortHint, defaultConfig, getConfig, type RoleMiningConfig, replaceConfig } from './config.ts'
export { type CohortProfileRequest, createProfileFromCohort } from './create-profile-from-cohort.ts'
export { decideSuggestion } from './decide-suggestion.ts'
export { analysisQueue, importQueue, membershipQueue, queues } from './queues.ts'
export { type AnalysisOptions, runAnalysis } from './run-analysis.ts'
export { giveUpRun, listRuns, type Run, type RunPosition, type RunStatus, type RunTrigger } from './runs.ts'
export {
  getSuggestion,
  listSuggestions,
  type ProfileOverlap,
  type SuggestedEntitlement,
  type Suggestion,
  type SuggestionPosition,
  type SuggestionState,
} from './suggestions.ts'
export { triggerAnalysis } from './trigger-analysis.ts'
