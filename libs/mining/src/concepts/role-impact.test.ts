import fc from 'fast-check'
import { expect, test } from 'vitest'
import { snapshotOf } from '../snapshot.ts'
import { anySnapshotParts, tinyParts } from '../testing-snapshots.ts'
import { matchRoles } from './match-roles.ts'
import { roleOutliers } from './outliers.ts'
import { roleImpact } from './role-impact.ts'
import { heldBy, plainImpact, plainMatches, range } from './testing-concept-twins.ts'

const ordinalsBelow = (count: number) => fc.array(fc.nat({ max: Math.max(0, count - 1) }), { maxLength: count })
const anyRoles = anySnapshotParts().chain((parts) =>
  fc.record({
    snapshot: fc.constant(snapshotOf(parts)),
    roles: fc.array(
      fc.record({
        identities: ordinalsBelow(parts.identityKey.length),
        entitlements: ordinalsBelow(parts.entitlementKey.length),
      }),
      { maxLength: 4 },
    ),
  }),
)

test('an impact lists exactly who gains, who loses and what stays, whatever the order and the duplicates', () => {
  fc.assert(
    fc.property(anyRoles, ({ snapshot, roles }) => {
      for (const role of roles) {
        const impact = roleImpact(snapshot, role)
        const plain = plainImpact(snapshot, role)
        const pairs = (list: typeof impact.gains) => Array.from(list.identity, (i, at) => [i, list.entitlement[at]])
        expect(impact.stays).toBe(plain.stays)
        expect(pairs(impact.gains)).toEqual(plain.gains)
        expect(pairs(impact.loses)).toEqual(plain.loses)
        expect(impact.unchangedMembers).toBe(plain.unchanged)
        for (const { entitlement, gains, loses } of impact.entitlements) {
          expect(gains).toBe(plain.gains.filter(([, e]) => e === entitlement).length)
          expect(loses).toBe(plain.loses.filter(([, e]) => e === entitlement).length)
        }
        const nobodyElse = roleImpact(snapshot, role, { among: role.identities })
        expect(nobodyElse.loses.identity.length).toBe(0)
        expect(nobodyElse.gains).toEqual(impact.gains)
      }
    }),
  )
})

test('an ordinal that the snapshot does not have is refused, and named', () => {
  const snapshot = snapshotOf(tinyParts())
  expect(() => roleImpact(snapshot, { identities: [0, 2], entitlements: [] })).toThrow(
    'identities[1]: expected an ordinal below 2, got 2',
  )
  expect(() => roleOutliers(snapshot, [{ identities: [], entitlements: [0.5] }])).toThrow(
    'roles[0].entitlements[0]: expected an ordinal below 2, got 0.5',
  )
})

test('unexplained are the grants of no role, and every outlier carries its true numbers', () => {
  fc.assert(
    fc.property(anyRoles, ({ snapshot, roles }) => {
      const held = heldBy(snapshot)
      const isExplained = (i: number, e: number) =>
        roles.some((role) => role.identities.includes(i) && role.entitlements.includes(e))
      const left = held.map((set, i) => [...set].filter((e) => !isExplained(i, e)))
      const distinct = roles.map(({ identities, entitlements }) => ({
        identities: [...new Set(identities)],
        entitlements,
      }))
      const outliers = roleOutliers(snapshot, distinct)
      expect(outliers.unexplainedGrants).toBe(left.flat().length)
      expect(outliers.withoutPeers).toBe(
        range(snapshot.identityCount).filter((i) => !roles.some((role) => role.identities.includes(i))).length,
      )
      for (const { identity, entitlement, role, peerCount, peerHolders, peerShare } of outliers.grants) {
        expect(left[identity]).toContain(entitlement)
        const peers = distinct[role]!.identities.filter((i) => i !== identity)
        expect(distinct[role]!.identities).toContain(identity)
        expect(peerCount).toBe(peers.length)
        expect(peerHolders).toBe(peers.filter((i) => held[i]!.has(entitlement)).length)
        expect(peerShare).toBe(peerHolders / peerCount)
      }
      for (const { identity, role, unexplained, peerMean } of outliers.identities) {
        const peers = distinct[role]!.identities.filter((i) => i !== identity)
        expect(unexplained).toBe(left[identity]!.length)
        expect(peerMean).toBeCloseTo(peers.reduce((sum, i) => sum + left[i]!.length, 0) / peers.length)
      }
    }),
  )
})

test('roles of two runs are matched most similar first, each once, and never below one half', () => {
  const role = fc.record({
    identities: fc.uniqueArray(fc.nat(5), { maxLength: 6 }),
    entitlements: fc.uniqueArray(fc.nat(4), { maxLength: 5 }),
  })
  fc.assert(
    fc.property(fc.array(role, { maxLength: 6 }), fc.array(role, { maxLength: 6 }), (before, after) => {
      expect(matchRoles(before, after)).toEqual(plainMatches(before, after))
    }),
  )
})
