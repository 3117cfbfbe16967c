import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { sharedFile } from '../../../test/shared-data.ts'
import { isIncompatible, mineRoleModel } from './index.ts'
import { readGrants } from './testing-access.ts'
import { plantedAccess, recoveryF1, withMovedGrants } from './testing-planted.ts'

/** The fewest roles, and the least weighted structural complexity that others have published. */
const published: [string, number, number][] = [
  ['hc', 14, 268],
  ['domino', 20, 429],
  ['emea', 34, 4106],
  ['apj', 453, 4637],
  ['fire1', 64, 2019],
  ['americas_small', 178, 8845],
]

test.for(published)('%s: the fewest roles are reached and proven', ([name, roles], context) => {
  const access = readGrants(sharedFile(context, `hp-labs/${name}.txt`))
  const model = mineRoleModel(access)
  expect(model.roles).toHaveLength(roles)
  expect(model.isFewest).toBe(true)
  expect(model.bound.incompatible.identity.length + model.bound.provenBySearch).toBe(roles)
  expect(isIncompatible(access, model.bound.incompatible)).toBe(true)
})

test.for(published)(
  '%s: least complexity is at most what others are known to have reached',
  ([name, , complexity], context) => {
    const access = readGrants(sharedFile(context, `hp-labs/${name}.txt`))
    const model = mineRoleModel(access, { objective: 'least_complexity', searchIterations: 4000 })
    expect(model.figures.complexity).toBeLessThanOrEqual(complexity)
    expect(model.figures).toMatchObject({ missing: 0, added: 0 })
  },
)

test.for([
  ['20_200_40_2_5', 20],
  ['40_400_80_4_5', 40],
] as const)(
  'planted set %s: no more roles than planted, and found again with 1 and 5 in 100 grants moved',
  ([name, roles], context) => {
    const access = readGrants(sharedFile(context, `planted/upa_${name}.txt`))
    expect(mineRoleModel(access).roles.length).toBeLessThanOrEqual(roles)
    const planted = readRoles(sharedFile(context, `planted/roles_${name}.txt`))
    for (const [share, least] of [
      [0.01, 0.9],
      [0.05, 0.8],
    ]) {
      for (const seed of [1, 2, 3]) {
        const model = mineRoleModel(withMovedGrants(access, share!, seed), { objective: 'least_description' })
        expect(recoveryF1(model.roles, planted, undefined)).toBeGreaterThanOrEqual(least!)
      }
    }
  },
)

test.each([1, 2, 3])('an organisation of planted roles is found again, seed %i', (seed) => {
  const planted = plantedAccess({ identities: 250, entitlements: 400, roles: 25, seed, largest: 30 })
  const exact = mineRoleModel(planted.access)
  expect(exact.roles.length).toBeLessThanOrEqual(25)
  expect(exact.bound.roles).toBe(exact.roles.length)
  for (const [share, least] of [
    [0.01, 0.9],
    [0.05, 0.8],
  ]) {
    const moved = withMovedGrants(planted.access, share!, seed)
    const model = mineRoleModel(moved, { objective: 'least_description' })
    expect(recoveryF1(model.roles, planted.entitlementsOf, planted.identitiesOf)).toBeGreaterThanOrEqual(least!)
  }
})

function readRoles(file: string): number[][] {
  const numbers = readFileSync(file, 'utf8').trim().split(/\s+/).map(Number)
  const roles = new Map<number, number[]>()
  for (let i = 0; i < numbers.length; i += 2) {
    const list = roles.get(numbers[i]!)
    if (list === undefined) roles.set(numbers[i]!, [numbers[i + 1]! - 1])
    else list.push(numbers[i + 1]! - 1)
  }
  return [...roles.values()]
}
