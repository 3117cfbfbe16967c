import { expect, test } from 'vitest'
import { mineRoleModel } from './mine-role-model.ts'
import { accessOf } from './testing-access.ts'

/** Departments of 50 with five entitlements each, and one that everyone holds. */
function departments(count: number) {
  const identity: number[] = []
  const entitlement: number[] = []
  for (let i = 0; i < count * 50; i++) {
    identity.push(i)
    entitlement.push(count * 5)
    for (let e = 0; e < 5; e++) {
      identity.push(i)
      entitlement.push(Math.floor(i / 50) * 5 + e)
    }
  }
  return accessOf(Uint32Array.from(identity), Uint32Array.from(entitlement))
}

test('what everyone holds joins the role of each department where a role for all costs a membership each', () => {
  const access = departments(8)
  const described = mineRoleModel(access, { objective: 'least_description' })
  const exact = [
    mineRoleModel(access, { objective: 'fewest_roles' }),
    mineRoleModel(access, { objective: 'least_complexity' }),
  ]
  expect(described.roles.map(({ entitlements }) => entitlements.length)).toEqual([6, 6, 6, 6, 6, 6, 6, 6])
  expect(described.figures.descriptionLength).toBe(8 * (10 + 50 + 6))
  for (const { figures } of exact) {
    expect(described.figures.descriptionLength).toBeLessThanOrEqual(figures.descriptionLength)
  }
})
