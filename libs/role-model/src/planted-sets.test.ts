import { expect, test } from 'vitest'
import { isIncompatible, mineRoleModel } from './index.ts'
import { seededRandom } from './seeded-random.ts'
import { accessOf } from './testing-access.ts'

type Range = readonly [number, number]

/** People, entitlements, roles; the range of roles per person, and of entitlements per role. */
const flat: readonly (readonly [number, number, number, Range, Range])[] = [
  [50, 50, 25, [1, 3], [2, 10]],
  [100, 100, 50, [2, 5], [2, 8]],
  [500, 500, 100, [1, 5], [1, 10]],
  [1000, 1000, 400, [1, 4], [1, 8]],
  // One role for each of the 496 columns is enough here, fewer than the greedy rectangles.
  [1000, 500, 400, [1, 5], [2, 10]],
]
const seeds = [1, 2, 3]

test.each(flat.flatMap((size) => seeds.map((seed) => [...size, seed] as const)))(
  'planted: %i people, %i entitlements, %i roles: no more than planted, and proven (%j, %j, seed %i)',
  (people, entitlements, roles, perPerson, perRole, seed) => {
    const random = seededRandom(seed)
    const entitlementsOf = Array.from({ length: roles }, () => draw(random, perRole, entitlements))
    const rolesOf = Array.from({ length: people }, () => draw(random, perPerson, roles))
    expectProven(
      rolesOf.map((list) => list.flatMap((role) => entitlementsOf[role]!)),
      entitlements,
      new Set(rolesOf.flat()).size,
    )
  },
)

/**
 * People, entitlements, business roles, technical roles; the ranges of business roles per person, technical roles per business
 * role, entitlements per technical role.
 */
const twoLevels: readonly (readonly [number, number, number, number, Range, Range, Range])[] = [
  [100, 100, 50, 25, [1, 3], [1, 3], [1, 6]],
  [500, 500, 60, 100, [1, 4], [2, 5], [2, 10]],
  [1000, 800, 120, 200, [1, 4], [2, 6], [2, 12]],
]

test.each(twoLevels.flatMap((size) => seeds.map((seed) => [...size, seed] as const)))(
  'planted in two levels: %i people, %i entitlements, %i of %i roles: no more than planted, and proven (%j, %j, %j, seed %i)',
  (people, entitlements, business, technical, perPerson, perBusiness, perTechnical, seed) => {
    const random = seededRandom(seed)
    const entitlementsOf = Array.from({ length: technical }, () => draw(random, perTechnical, entitlements))
    const technicalOf = Array.from({ length: business }, () => draw(random, perBusiness, technical))
    const rolesOf = Array.from({ length: people }, () => draw(random, perPerson, business))
    const used = new Set(rolesOf.flat())
    const usedTechnical = new Set([...used].flatMap((role) => technicalOf[role]))
    expectProven(
      rolesOf.map((list) => list.flatMap((role) => technicalOf[role]!).flatMap((role) => entitlementsOf[role]!)),
      entitlements,
      Math.min(used.size, usedTechnical.size),
    )
  },
)

function expectProven(held: readonly (readonly number[])[], entitlementCount: number, planted: number): void {
  const identity = held.flatMap((list, i) => list.map(() => i))
  const counts = { identityCount: held.length, entitlementCount }
  const access = accessOf(Uint32Array.from(identity), Uint32Array.from(held.flat()), counts)
  const model = mineRoleModel(access)
  expect(model.roles.length).toBeLessThanOrEqual(planted)
  expect(model.bound.roles).toBe(model.roles.length)
  expect(isIncompatible(access, model.bound.incompatible)).toBe(true)
}

function draw(random: () => number, [low, high]: Range, from: number): number[] {
  const drawn = new Set<number>()
  const count = low + Math.floor(random() * (high - low + 1))
  while (drawn.size < count) drawn.add(Math.floor(random() * from))
  return [...drawn]
}
