export { type RoleFront, roleFronts } from './front/role-front.ts'
export { isIncompatible } from './is-incompatible.ts'
export { mineRoleModel } from './mine-role-model.ts'
export type { AccessRows } from './reduce-access.ts'
export { eventsBetween } from './revise/access-events.ts'
export type { AccessEvent } from './revise/living-access.ts'
export { LivingRoleModel } from './revise/living-role-model.ts'
export { type RoleChange, roleChanges } from './revise/role-changes.ts'
export { type RoleContribution, roleContributions } from './role-contributions.ts'
export type { RoleModelFigures } from './role-model.ts'
export {
  type DescriptionPrices,
  defaultPrices,
  type RoleModelObjective,
  type RoleModelSettings,
  resolveRoleModelSettings,
} from './role-model-settings.ts'
export type { RoleModelHooks, RoleModelProgress } from './run-hooks.ts'
