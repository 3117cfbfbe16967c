export { CandidateCounter } from './count-candidate.ts'
export { type CandidateCounts, cutCandidate, type LeftOut, type PolicyCut } from './cut-candidate.ts'
export { type CutSuggestion, cutSuggestions, type RefusedSuggestion, type SuggestionsCut } from './cut-suggestions.ts'
export { noPolicies, type PoliciesInForce, type PolicyStep, policySteps } from './policies-in-force.ts'
