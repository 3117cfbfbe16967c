import { expect, test } from 'vitest'
import { mineRoleModel } from './mine-role-model.ts'
import { accessOf } from './testing-access.ts'

/** Departments of 50 with five entitlements each, and `shared` entitlements that everyone holds. */
function departments(count: number, shared: number) {
  const identity: number[] = []
  const entitlement: number[] = []
  for (let i = 0; i < count * 50; i++) {
    for (let e = 0; e < shared; e++) {
      identity.push(i)
      entitlement.push(count * 5 + e)
    }
    for (let e = 0; e < 5; e++) {
      identity.push(i)
      entitlement.push(Math.floor(i / 50) * 5 + e)
    }
  }
  return accessOf(Uint32Array.from(identity), Uint32Array.from(entitlement))
}

test.each([1, 2, 5])(
  'what everyone holds (%d) joins the role of each department where a role for all costs a membership each',
  (shared) => {
    const access = departments(8, shared)
    const described = mineRoleModel(access, { objective: 'least_description' })
    const exact = [
      mineRoleModel(access, { objective: 'fewest_roles' }),
      mineRoleModel(access, { objective: 'least_complexity' }),
    ]
    expect(described.roles.map(({ entitlements }) => entitlements.length)).toEqual(Array(8).fill(5 + shared))
    expect(described.figures.descriptionLength).toBe(8 * (10 + 50 + 5 + shared))
    for (const { figures } of exact) {
      expect(described.figures.descriptionLength).toBeLessThanOrEqual(figures.descriptionLength)
    }
  },
)
