export type {
  CandidateEdits,
  CandidateProvenance,
  CandidateReference,
  CandidateRule,
  CandidateSource,
  ResolvedCandidate,
} from './candidate.ts'
export {
  type CandidateCall,
  type CandidateData,
  type CandidateTools,
  type EvaluationTurn,
  withCandidates,
} from './candidates.ts'
export type { BoundScope, ReaderScope } from './reader-scope.ts'
export { type ResolveOptions, resolveCandidate } from './resolve-candidate.ts'
