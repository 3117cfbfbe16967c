import fc from 'fast-check'
import { expect, test } from 'vitest'
import { residualLayers, tellResidual } from '../insight/residual.ts'
import { type Snapshot, snapshotOf } from '../snapshot.ts'
import { organisationParts, seeded } from '../testing-snapshots.ts'
import { measureRoleHealth, type RoleInForce } from './role-health.ts'

/** Roles that overlap, with disabled members and common access among what they give. */
function anyRoles(snapshot: Snapshot, seed: number): RoleInForce[] {
  const random = seeded(seed)
  const some = (count: number, share: number) =>
    Uint32Array.from([...Array(count).keys()].filter(() => random() < share))
  return Array.from({ length: 4 }, () => ({
    members: some(snapshot.identityCount, 0.4),
    entitlements: some(snapshot.entitlementCount, 0.3),
  }))
}

test('the health of roles is what sets of cells say', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 500 }), (seed) => {
      const snapshot = snapshotOf(organisationParts({ seed, identityCount: 80 }))
      const roles = anyRoles(snapshot, seed + 1)
      const residual = tellResidual(snapshot, {
        settings: {},
        accepted: roles,
        open: [],
        protectedEntitlements: [],
        unusedBefore: 0,
      })
      const unmined = ['disabled', 'not_a_person', 'common_access']
      const held = new Set<string>()
      const toExplain = new Set<string>()
      for (let i = 0; i < snapshot.identityCount; i++) {
        for (let at = snapshot.rowOffset[i]!; at < snapshot.rowOffset[i + 1]!; at++) {
          held.add(`${i},${snapshot.rowEntitlement[at]}`)
          if (!unmined.includes(residualLayers[residual.layer[at]!]!))
            toExplain.add(`${i},${snapshot.rowEntitlement[at]}`)
        }
      }
      const cells = roles.flatMap(({ members, entitlements }) =>
        [...members].flatMap((i) => [...entitlements].map((e) => `${i},${e}`)),
      )
      const giving = cells.filter((cell) => toExplain.has(cell))
      const given = new Set(giving).size
      const over = cells.filter((cell) => !held.has(cell)).length
      const health = measureRoleHealth(snapshot, roles, residual)
      expect(health.grants).toBe(toExplain.size)
      expect(health.throughRoles).toBeCloseTo(given / toExplain.size, 12)
      expect(health.underGrant).toBeCloseTo(1 - given / toExplain.size, 12)
      expect(health.overGrant).toBeCloseTo(over / cells.length, 12)
      expect(health.overlap).toBeCloseTo((giving.length - given) / given, 12)
    }),
    { numRuns: 20 },
  )
})
