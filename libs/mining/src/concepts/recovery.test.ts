import { expect, test } from 'vitest'
import { snapshotOf } from '../snapshot.ts'
import { seeded } from '../testing-snapshots.ts'
import { matchRoles } from './match-roles.ts'
import { minePotentialRoles } from './mine-roles.ts'
import { type PlantedOrganisation, plantedRoles } from './testing-planted-roles.ts'
import { recoveryOf } from './testing-recovery.ts'

const mine = (parts: PlantedOrganisation['parts']) =>
  minePotentialRoles(snapshotOf(parts)).roles.map(({ identities, entitlements }) => ({
    identities: new Set(identities),
    entitlements: new Set(entitlements),
  }))

test.each([1, 2, 3, 4, 5])('seed %i: roles without attributes, nested and crossing, come back', (seed) => {
  const { parts, roles } = plantedRoles({ seed, identityCount: 2000 })
  const { planted, f1 } = recoveryOf(roles, mine(parts), 20)
  expect(planted).toBeGreaterThan(60)
  expect(f1).toBeGreaterThanOrEqual(0.9)
})

test.each([
  { missing: 0, extra: 0, least: 0.97 },
  { missing: 0.1, extra: 0.05, least: 0.85 },
  { missing: 0.2, extra: 0.1, least: 0.6 },
])('$missing missing and $extra extra: most still come back', ({ missing, extra, least }) => {
  const { parts, roles } = plantedRoles({ seed: 6, identityCount: 2000, missing, extra })
  expect(recoveryOf(roles, mine(parts), 20).f1).toBeGreaterThanOrEqual(least)
})

test('after 3 % of the people changed places, most roles are matched to what they were', () => {
  const { parts } = plantedRoles({ seed: 7, identityCount: 2000 })
  const before = minePotentialRoles(snapshotOf(parts)).roles
  const after = minePotentialRoles(snapshotOf(churned(parts, 0.03))).roles
  const matches = matchRoles(before, after)
  // A role of 20 that loses one member is none any more.
  expect(matches.length / before.length).toBeGreaterThan(0.9)
  expect(matches.reduce((sum, { similarity }) => sum + similarity, 0) / matches.length).toBeGreaterThanOrEqual(0.9)
})

/** Some people get the whole access of another. */
function churned(parts: PlantedOrganisation['parts'], share: number): PlantedOrganisation['parts'] {
  const random = seeded(99)
  const count = parts.identityKey.length
  const rows = Array.from({ length: count }, (_, i) => {
    const from = random() < share ? Math.floor(random() * count) : i
    return parts.rowEntitlement.subarray(parts.rowOffset[from], parts.rowOffset[from + 1])
  })
  const rowOffset = new Uint32Array(count + 1)
  for (let i = 0; i < count; i++) rowOffset[i + 1] = rowOffset[i]! + rows[i]!.length
  return { ...parts, rowOffset, rowEntitlement: Uint32Array.from(rows.flatMap((row) => [...row])) }
}
