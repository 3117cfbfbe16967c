export { type CompiledPolicies, hasPolicies, policiesInForce } from './compile-policies.ts'
export { eraseFromPolicies } from './erase-person.ts'
export { requireAllowed } from './judge-candidate.ts'
export { type StoredLeftOut, storedLeftOut } from './left-out.ts'
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
  PolicyRequest,
  PolicySettings,
  Severity,
} from './policy.ts'
export { type BreachPosition, type PresentBreach, presentBreaches } from './present-breaches.ts'
export { getRiskLevels, type RiskLevels, replaceRiskLevels } from './risk-levels.ts'
