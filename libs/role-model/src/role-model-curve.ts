import { mineRoleModel } from './mine-role-model.ts'
import type { AccessRows } from './reduce-access.ts'
import type { CurvePoint, RoleModel } from './role-model.ts'
import type { RoleModelSettings } from './role-model-settings.ts'
import type { RoleModelHooks } from './run-hooks.ts'

/** Both ends of the choice and what lies between. */
export interface RoleModelCurve {
  /** The first `points[k].roles` roles of this model make point k. */
  readonly described: RoleModel
  readonly exact: RoleModel
  /** From no role at all, by each role of `described`, to the exact model, which is the last point. */
  readonly points: readonly CurvePoint[]
}

/**
 * What each further role is worth, so that a person can choose between few roles with exceptions and an exact model. Mines
 * twice: once for the least description, once for the fewest exact roles.
 */
export function roleModelCurve(
  access: AccessRows,
  settings: Omit<RoleModelSettings, 'objective'> = {},
  hooks: RoleModelHooks = {},
): RoleModelCurve {
  const described = mineRoleModel(access, { ...settings, objective: 'least_description' }, hooks)
  const exact = mineRoleModel(access, { ...settings, objective: 'fewest_roles' }, hooks)
  const { roles, missing, added, complexity, descriptionLength } = exact.figures
  return {
    described,
    exact,
    points: [...described.curve, { roles, missing, added, complexity, descriptionLength }],
  }
}
