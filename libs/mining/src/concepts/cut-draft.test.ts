import { expect, test } from 'vitest'
import { encodeSnapshotToBuffer } from '../encode-snapshot.ts'
import { CandidateCounter } from '../policy/count-candidate.ts'
import { noPolicies, type PoliciesInForce } from '../policy/policies-in-force.ts'
import { plainlyCut } from '../policy/testing-policy-twin.ts'
import { type Snapshot, snapshotOf } from '../snapshot.ts'
import { organisationParts, seeded } from '../testing-snapshots.ts'
import { minePotentialRoles } from './mine-roles.ts'
import { minePotentialRolesInThreads } from './role-threads.ts'

const parts = organisationParts({ seed: 3, identityCount: 900, missing: 0.08 })
const snapshot = snapshotOf(parts)

function policiesOf({ entitlementCount, rowEntitlement }: Snapshot, seed: number): PoliciesInForce {
  const random = seeded(seed)
  const mask = (most: number, share: number) =>
    Uint8Array.from({ length: entitlementCount }, () => (random() < share ? 1 + Math.floor(random() * most) : 0))
  return {
    ...noPolicies(entitlementCount),
    protection: [{ policy: 0, isProtected: mask(1, 0.1), leastCoverage: undefined }],
    unused: Uint16Array.from(rowEntitlement, (e) => (e % 6 === 0 && random() < 0.6 ? 2 : 0)),
    separation: [{ policy: 2, sides: mask(2, 0.5) }],
    budgets: [{ policy: 3, mostShare: 700, mostGrants: 400, privilegedWeight: 3 }],
    sizes: [{ policy: 4, fewestMembers: 12, fewestEntitlements: 2 }],
    isPrivileged: mask(1, 0.2),
  }
}

test('potential roles hold to every policy as they are proposed, and say what was left out', () => {
  const settings = { minIdentities: 10 }
  const uncut = minePotentialRoles(snapshot, settings)
  let leftOut = 0
  for (const seed of [1, 2, 3]) {
    const policies = policiesOf(snapshot, seed)
    let total = -1
    const { roles } = minePotentialRoles(
      snapshot,
      { ...settings, policies },
      { onOutline: ({ rolesTotal }) => (total = rolesTotal) },
    )
    expect(total).toBe(roles.length)
    expect(roles.length).toBeGreaterThan(5)
    const counter = new CandidateCounter(snapshot, policies)
    for (const role of roles) {
      const counts = counter.count(role.identities, role.entitlements, 0.5)
      expect(plainlyCut(counts, policies)).toEqual({
        kept: [...role.entitlements],
        leftOut: [],
        refusedBy: undefined,
      })
      expect([...role.grantedCount]).toEqual([...counts.held])
      leftOut += role.leftOut?.length ?? 0
      for (const { entitlement } of role.leftOut ?? []) expect([...role.entitlements]).not.toContain(entitlement)
    }
    const names = roles.map(({ entitlements }) => entitlements.join())
    expect(new Set(names).size).toBe(names.length)
  }
  expect(leftOut).toBeGreaterThan(10)
  expect(uncut.roles.some((role) => 'leftOut' in role)).toBe(false)
  const { roles } = minePotentialRoles(snapshot, { ...settings, policies: noPolicies(snapshot.entitlementCount) })
  expect(roles).toEqual(uncut.roles)
})

test('threads cut as one thread does', async () => {
  const policies = policiesOf(snapshot, 4)
  const settings = { minIdentities: 10, policies }
  const buffer = encodeSnapshotToBuffer(parts)
  const { roles } = await minePotentialRolesInThreads(buffer, settings, { threads: 2 })
  expect(roles).toEqual(minePotentialRoles(snapshot, settings).roles)
})
