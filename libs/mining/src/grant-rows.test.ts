import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rowsFromGrants, transpose } from './grant-rows.ts'
import { snapshotOf } from './snapshot.ts'
import { anySnapshotParts } from './testing-snapshots.ts'

const anyGrants = fc
  .record({ identityCount: fc.integer({ min: 1, max: 8 }), entitlementCount: fc.integer({ min: 1, max: 8 }) })
  .chain((counts) =>
    fc.record({
      counts: fc.constant(counts),
      grants: fc.array(
        fc.record({
          identity: fc.nat(counts.identityCount - 1),
          entitlement: fc.nat(counts.entitlementCount - 1),
          day: fc.nat(65535),
        }),
        { maxLength: 60 },
      ),
    }),
  )

test('rows equal a map of sets, duplicates once with their latest day', () => {
  fc.assert(
    fc.property(anyGrants, ({ counts, grants }) => {
      const expected = Array.from({ length: counts.identityCount }, () => new Map<number, number>())
      for (const { identity, entitlement, day } of grants) {
        expected[identity]!.set(entitlement, Math.max(day, expected[identity]!.get(entitlement) ?? 0))
      }
      const rows = rowsFromGrants(counts, {
        identity: Uint32Array.from(grants, (g) => g.identity),
        entitlement: Uint32Array.from(grants, (g) => g.entitlement),
        lastUsedDay: Uint16Array.from(grants, (g) => g.day),
      })
      const got = expected.map((_, i) => {
        const [start, end] = [rows.rowOffset[i]!, rows.rowOffset[i + 1]]
        return [...rows.rowEntitlement.subarray(start, end)].map((e, at) => [e, rows.lastUsedDay?.[start + at]])
      })
      expect(got).toEqual(expected.map((row) => [...row].sort(([a], [b]) => a - b)))
    }),
  )
})

test('an ordinal out of range is refused and named', () => {
  const grants = { identity: Uint32Array.of(0, 2), entitlement: Uint32Array.of(0, 0) }
  expect(() => rowsFromGrants({ identityCount: 2, entitlementCount: 1 }, grants)).toThrow(
    'identity[1]: expected less than 2, got 2',
  )
})

test('columns equal asking every identity for every entitlement', () => {
  fc.assert(
    fc.property(anySnapshotParts(), (parts) => {
      const snapshot = snapshotOf(parts)
      const { columnOffset, columnIdentity } = transpose(snapshot)
      for (let e = 0; e < snapshot.entitlementCount; e++) {
        const holders = []
        for (let i = 0; i < snapshot.identityCount; i++) {
          if (parts.rowEntitlement.subarray(parts.rowOffset[i], parts.rowOffset[i + 1]).includes(e)) holders.push(i)
        }
        expect([...columnIdentity.subarray(columnOffset[e], columnOffset[e + 1])]).toEqual(holders)
      }
      expect(columnIdentity.length).toBe(snapshot.grantCount)
    }),
  )
})
