export { type MatchableRole, matchRoles, type RoleMatch } from './match-roles.ts'
export { minePotentialRoles, type RoleMiningHooks } from './mine-roles.ts'
export { type OutlierGrant, type OutlierIdentity, type Outliers, roleOutliers } from './outliers.ts'
export type { AttributeSpread, RoleDetails } from './role-details.ts'
export { roleThreadName } from './role-helpers.ts'
export {
  type EntitlementImpact,
  type GrantList,
  type ProposedRole,
  type RoleImpact,
  roleImpact,
} from './role-impact.ts'
export { beyondChance, densityOf, freshnessOf, qualityOf } from './role-quality.ts'
export type {
  MinedRole,
  RoleExplanation,
  RoleMiningProgress,
  RoleMiningResult,
  RoleOutline,
  TightnessPoint,
} from './role-result.ts'
export { defaultRoleSettings, type RoleMiningSettings, type RoleType, resolveRoleSettings } from './role-settings.ts'
export { minePotentialRolesInThreads, type RoleThreadsOptions } from './role-threads.ts'
export { SpareThreads } from './spare-threads.ts'
