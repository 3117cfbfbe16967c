import { minePotentialRoles, snapshotOf } from '@assay/mining'
import { generateOrganisation } from '@assay/sample-org'
import { expect, test } from 'vitest'
import { snapshotOfOrganisation } from './organisation-snapshot.ts'

/*
 * As cohort-recovery, for the miner that uses no attributes. It must find the planted roles of at least 20 people (its
 * default); a mined role is spurious when it is like no planted role of any size. All enabled identities are mined, services
 * and agents as well. Found: Jaccard of at least 0.9 on identities and, the same role, on entitlements.
 */
function recover(settings: { seed: number; identityCount: number; missingShare: number; extraShare: number }) {
  const organisation = generateOrganisation(settings)
  const { roles } = minePotentialRoles(snapshotOf(snapshotOfOrganisation(organisation)))
  const identityOrdinal = new Map(organisation.identities.map(({ id }, ordinal) => [id, ordinal]))
  const entitlementOrdinal = new Map(organisation.entitlements.map(({ id }, ordinal) => [id, ordinal]))
  const planted = organisation.plantedRoles
    .filter((role) => role.filters.length > 0)
    .map((role) => ({
      identities: new Set(role.identityIds.map((id) => identityOrdinal.get(id)!)),
      entitlements: new Set(role.entitlementIds.map((id) => entitlementOrdinal.get(id)!)),
    }))
  const mined = roles.map((role) => ({
    identities: new Set(role.identities),
    entitlements: new Set(role.entitlements),
  }))
  const isSame = (a: (typeof planted)[number], b: (typeof planted)[number]) =>
    jaccard(a.entitlements, b.entitlements) >= 0.9 && jaccard(a.identities, b.identities) >= 0.9
  const asked = planted.filter((role) => role.identities.size >= 20)
  const recall = asked.filter((role) => mined.some((m) => isSame(role, m))).length / asked.length
  const precision = mined.filter((m) => planted.some((role) => isSame(role, m))).length / mined.length
  return { recall, precision, f1: (2 * recall * precision) / (recall + precision), asked: asked.length }
}

function jaccard(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  return a.intersection(b).size / a.union(b).size
}

test.each([1, 2, 3, 4, 5])('seed %i: mining finds the planted roles without attributes', (seed) => {
  const { f1, asked } = recover({ seed, identityCount: 2000, missingShare: 0.05, extraShare: 0.02 })
  expect(asked).toBeGreaterThan(70)
  expect(f1).toBeGreaterThanOrEqual(0.95)
})

test.each([
  { missingShare: 0, extraShare: 0, least: 0.95 },
  { missingShare: 0.1, extraShare: 0.05, least: 0.8 },
])('$missingShare missing and $extraShare extra: most still come back', ({ least, ...noise }) => {
  expect(recover({ seed: 6, identityCount: 2000, ...noise }).f1).toBeGreaterThanOrEqual(least)
})
