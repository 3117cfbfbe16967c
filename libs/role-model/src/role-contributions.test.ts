import { expect, test } from 'vitest'
import { roleContributions } from './role-contributions.ts'
import { seededRandom } from './seeded-random.ts'

/** The same figures, computed with plain sets of pairs. */
function slowly(held: readonly (readonly number[])[], roles: readonly (readonly [number[], number[]])[]) {
  const cellsOf = ([people, entitlements]: readonly [number[], number[]]) =>
    people.flatMap((person) => entitlements.map((entitlement) => `${person}/${entitlement}`))
  const all = roles.map(cellsOf)
  const holds = new Set(held.flatMap((row, person) => row.map((entitlement) => `${person}/${entitlement}`)))
  return all.map((cells, index) => {
    const others = new Set(all.flatMap((other, at) => (at === index ? [] : other)))
    return {
      soleGrants: cells.filter((cell) => holds.has(cell) && !others.has(cell)).length,
      addedGrants: cells.filter((cell) => !holds.has(cell)).length,
    }
  })
}

test('what a role adds is what its cells say when all are written down', () => {
  const random = seededRandom(7)
  const some = (count: number, share: number) => [...Array(count).keys()].filter(() => random() < share)
  for (let time = 0; time < 20; time++) {
    const held = Array.from({ length: 9 }, () => some(7, 0.5))
    const roles = Array.from({ length: 6 }, () => [some(9, 0.4), some(7, 0.4)] as const)
    const rowOffset = new Uint32Array(10)
    held.forEach((row, person) => {
      rowOffset[person + 1] = rowOffset[person]! + row.length
    })
    const access = { identityCount: 9, entitlementCount: 7, rowOffset, rowEntitlement: Uint32Array.from(held.flat()) }
    const cells = roles.map(([people, entitlements]) => ({
      identities: Uint32Array.from(people),
      entitlements: Uint32Array.from(entitlements),
    }))
    expect(roleContributions(access, cells)).toEqual(slowly(held, roles))
  }
})

test('two roles that give the same add nothing to each other', () => {
  const role = { identities: Uint32Array.of(0), entitlements: Uint32Array.of(0) }
  const access = {
    identityCount: 1,
    entitlementCount: 1,
    rowOffset: Uint32Array.of(0, 1),
    rowEntitlement: Uint32Array.of(0),
  }
  expect(roleContributions(access, [role, role])).toEqual(Array(2).fill({ soleGrants: 0, addedGrants: 0 }))
})
