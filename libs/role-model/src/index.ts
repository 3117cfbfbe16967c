export { type Balance, multiplyOut, type RoleMembers } from './draft-role.ts'
export { isIncompatible } from './is-incompatible.ts'
export { mineRoleModel } from './mine-role-model.ts'
export type { AccessRows } from './reduce-access.ts'
export type { CurvePoint, GrantList, Role, RoleBound, RoleModel, RoleModelFigures } from './role-model.ts'
export { type RoleModelCurve, roleModelCurve } from './role-model-curve.ts'
export {
  type DescriptionPrices,
  defaultPrices,
  type KeptRole,
  type ResolvedSettings,
  type RoleModelConstraints,
  type RoleModelObjective,
  type RoleModelSettings,
  resolveRoleModelSettings,
} from './role-model-settings.ts'
export type { RoleModelHooks, RoleModelProgress } from './run-hooks.ts'
