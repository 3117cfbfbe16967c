import fc from 'fast-check'
import { expect, test } from 'vitest'
import { removedBetween } from './removed-between.ts'
import type { SnapshotParts } from './snapshot.ts'
import { anySnapshotParts } from './testing-snapshots.ts'

/** The same graph under chosen keys, ascending as the keys of a directory are. */
function withKeys(parts: SnapshotParts, step: number): SnapshotParts {
  return {
    ...parts,
    identityKey: parts.identityKey.map((_, i) => 1 + i * step),
    entitlementKey: parts.entitlementKey.map((_, e) => 1 + e * (3 - step)),
  }
}

const grantsOf = ({ identityKey, entitlementKey, rowOffset, rowEntitlement }: SnapshotParts) =>
  [...identityKey].flatMap((key, i) =>
    [...rowEntitlement.subarray(rowOffset[i], rowOffset[i + 1])].map((e) => `${key} ${entitlementKey[e]}`),
  )
const peopleOf = ({ identityKey, identityStatus }: SnapshotParts) =>
  [...identityKey].filter((_, i) => identityStatus[i] !== 2)

test('what is removed is what sets of people and grants lack, for any two graphs', () => {
  const anyParts = fc.tuple(anySnapshotParts(), fc.constantFrom(1, 2)).map(([parts, step]) => withKeys(parts, step))
  let removed = 0
  fc.assert(
    fc.property(anyParts, anyParts, (before, after) => {
      const people = new Set(peopleOf(after))
      const grants = new Set(grantsOf(after))
      const expected = {
        peopleBefore: peopleOf(before).length,
        peopleRemoved: peopleOf(before).filter((key) => !people.has(key)).length,
        grantsBefore: grantsOf(before).length,
        grantsRemoved: grantsOf(before).filter((grant) => !grants.has(grant)).length,
      }
      expect(removedBetween(before, after)).toEqual(expected)
      expect(removedBetween(before, before)).toEqual({ ...expected, peopleRemoved: 0, grantsRemoved: 0 })
      removed += expected.grantsRemoved
    }),
    { numRuns: 300, seed: 1 },
  )
  expect(removed).toBeGreaterThan(0)
})
