import { expect, test } from 'vitest'
import type { DraftRole } from './draft-role.ts'
import { spendOverGrants } from './spend-over-grants.ts'
import { accessOfMasks, rowOf } from './testing-twins.ts'

test('of roles that differ by one grant in what joining them adds, the two that add fewer are joined', () => {
  const access = accessOfMasks([0b00011, 0b11011, 0b01011, 0b01011], 5)
  const role = (identities: number[]): DraftRole => ({
    identities,
    entitlements: rowOf(access, identities[0]!),
    kept: -1,
  })
  const [widest, narrowest, middle] = [role([1]), role([0]), role([2, 3])] as const
  const joined = spendOverGrants(access, [widest, narrowest, middle], 2, new Map(), () => true)
  expect(joined).toEqual([widest, { identities: [0, 2, 3], entitlements: [0, 1, 3], kept: -1 }])
})
