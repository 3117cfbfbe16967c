import { expect, test } from 'vitest'
import { shareByChance } from './share-by-chance.ts'

/** Ten people; the first four are the members. */
function peopleHolding(ofMember: number, ofOther: number) {
  const rowOffset = new Uint32Array(11)
  for (let i = 0; i < 10; i++) rowOffset[i + 1] = rowOffset[i]! + (i < 4 ? ofMember : ofOther)
  return { rowOffset, persons: new Uint32Array(10) }
}
const members = [Uint32Array.of(0, 1), Uint32Array.of(2, 3)]

test('members with more other access have a block more often by chance, as counted by hand', () => {
  // Other access: 1 + (20 - 6) / 4 = 4.5 and 1 + (12 - 3) / 6 = 2.5, so 1.8 times as much. Rate of one: 1.8 * 3 / (2 * 6) = 0.45.
  const share = shareByChance(peopleHolding(5, 2), members, { entitlements: 2, inside: 6, outside: 3 })
  expect(share).toBeCloseTo(1 - 0.55 ** 2, 12)
})

test('of three entitlements two make a block', () => {
  // Other access: 1 + (20 - 8) / 4 = 4 and 1 + (12 - 6) / 6 = 2. Rate of one: 2 * 6 / (3 * 6) = 2 / 3.
  const share = shareByChance(peopleHolding(5, 2), members, { entitlements: 3, inside: 8, outside: 6 })
  expect(share).toBeCloseTo(3 * (2 / 3) ** 2 * (1 / 3) + (2 / 3) ** 3, 12)
})

test('without more other access, or when nobody else has any of the block, chance explains nothing', () => {
  expect(shareByChance(peopleHolding(5, 5), members, { entitlements: 2, inside: 8, outside: 3 })).toBe(0)
  expect(shareByChance(peopleHolding(5, 2), members, { entitlements: 2, inside: 8, outside: 0 })).toBe(0)
})

test('when members would have more than all of a block, chance explains all of it', () => {
  expect(shareByChance(peopleHolding(9, 2), members, { entitlements: 2, inside: 8, outside: 10 })).toBe(1)
})
