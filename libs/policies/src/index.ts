export { type CompiledPolicies, hasPolicies, holdPolicies, policiesInForce } from './compile-policies.ts'
export {
  addConflictEntitlement,
  type ConflictMonitor,
  type ConflictNotifications,
  type ConflictSet,
  createConflictMonitor,
  deleteConflictMonitor,
  getConflictEntitlement,
  getConflictMonitor,
  removeConflictEntitlement,
  updateConflictMonitor,
} from './conflict-monitors.ts'
export { eraseFromPolicies } from './erase-person.ts'
export {
  judgeCandidate,
  judgeSuggestion,
  keptApart,
  requireAllowed,
  requireNothingWorse,
  type SuggestionVerdict,
} from './judge-candidate.ts'
export { type StoredLeftOut, storedLeftOut } from './left-out.ts'
export { lockJudged } from './lock-policies.ts'
export { giftsOf, type OtherGifts, separatedKeys, sidesOf } from './other-gifts.ts'
export {
  createPolicy,
  deletePolicy,
  getPolicy,
  getPolicyContents,
  listPolicies,
  type PolicyPosition,
  updatePolicy,
} from './policies.ts'
export type {
  Policy,
  PolicyContents,
  PolicyKind,
  PolicyRequest,
  PolicySettings,
  Severity,
} from './policy.ts'
export { type PredictedEntitlement, predictedSeparations } from './predicted-separations.ts'
export { type BreachPosition, type PresentBreach, presentBreaches } from './present-breaches.ts'
export {
  findSeparation,
  querySeparations,
  type SeparatedEntitlement,
  type Separation,
  type SeparationField,
  type SeparationSorter,
  separatedSets,
} from './query-separations.ts'
export { foldedLevel, getRiskLevels, type RiskLevels, replaceRiskLevels, riskOrder } from './risk-levels.ts'
