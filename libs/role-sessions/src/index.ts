export {
  type AttributeDistribution,
  defaultRoleName,
  type PotentialRole,
  type PotentialRoleSummary,
  type ProvisionState,
} from './potential-role.ts'
export { calculationQueue, discoveryQueue, exportQueue, provisionQueue, sessionQueues } from './queues.ts'
export { type ScopingMethod, type Session, type SessionScope, type SessionState, sessionStates } from './session.ts'
