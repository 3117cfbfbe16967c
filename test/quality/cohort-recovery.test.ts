import { cohortMembers, mineCohorts, snapshotOf } from '@assay/mining'
import { generateOrganisation, type PlantedRole } from '@assay/sample-org'
import { expect, test } from 'vitest'
import { snapshotOfOrganisation } from './organisation-snapshot.ts'

/*
 * The measured figures, with the definitions of the terms:
 * - Planted cohort roles are the planted roles with filters. The birthright role has none; it must come back as common
 *   access, which is checked separately.
 * - Found: one suggestion has a Jaccard similarity of at least 0.9 with the role on identities and, the same one, on
 *   entitlements. Planted entitlements are what the role itself gives, as the generator lists them.
 * - Spurious: a suggestion through which no planted role was found, as a share of all suggestions, uncut, of people and of
 *   machines. A suggestion that comes near a role and misses 0.9 is therefore counted twice, as a miss and as spurious.
 * - The mining runs with its defaults, apart from the cap.
 */
const leastSimilarity = 0.9

interface Recovery {
  readonly planted: number
  readonly found: number
  readonly suggestions: number
  readonly spurious: number
}

function recover(settings: {
  seed: number
  identityCount: number
  missingShare: number
  extraShare: number
}): Recovery {
  const organisation = generateOrganisation(settings)
  const snapshot = snapshotOf(snapshotOfOrganisation(organisation))
  const { suggestions, populations } = mineCohorts(snapshot, { maxSuggestions: 1_000_000 })
  const identityOrdinal = new Map(organisation.identities.map(({ id }, ordinal) => [id, ordinal]))
  const entitlementOrdinal = new Map(organisation.entitlements.map(({ id }, ordinal) => [id, ordinal]))
  const ordinalsOf = (role: PlantedRole) => ({
    identities: new Set(role.identityIds.map((id) => identityOrdinal.get(id)!)),
    entitlements: new Set(role.entitlementIds.map((id) => entitlementOrdinal.get(id)!)),
  })
  const birthright = organisation.plantedRoles.filter((role) => role.filters.length === 0).map(ordinalsOf)
  const common = new Set(populations[0]!.commonAccess.map(({ entitlement }) => entitlement))
  for (const { entitlements } of birthright)
    expect(jaccard(entitlements, common)).toBeGreaterThanOrEqual(leastSimilarity)

  const planted = organisation.plantedRoles.filter((role) => role.filters.length > 0).map(ordinalsOf)
  const mined = suggestions.map(({ filters, population, entitlements }) => ({
    identities: new Set(cohortMembers(snapshot, filters, { population })),
    entitlements: new Set(entitlements.map(({ entitlement }) => entitlement)),
  }))
  const isSame = (a: (typeof planted)[number], b: (typeof planted)[number]) =>
    jaccard(a.entitlements, b.entitlements) >= leastSimilarity && jaccard(a.identities, b.identities) >= leastSimilarity
  return {
    planted: planted.length,
    found: planted.filter((role) => mined.some((suggestion) => isSame(role, suggestion))).length,
    suggestions: mined.length,
    spurious: mined.filter((suggestion) => !planted.some((role) => isSame(role, suggestion))).length,
  }
}

function jaccard(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  const shared = [...a].filter((member) => b.has(member)).length
  return a.size + b.size === 0 ? 1 : shared / (a.size + b.size - shared)
}

test.each([1, 2, 3, 4, 5])('seed %i: mining finds the planted cohort roles, and hardly any other', (seed) => {
  const recovery = recover({ seed, identityCount: 2000, missingShare: 0.05, extraShare: 0.02 })
  expect(recovery.planted).toBeGreaterThan(100)
  expect(recovery.found / recovery.planted).toBeGreaterThanOrEqual(0.95)
  expect(recovery.spurious / recovery.suggestions).toBeLessThanOrEqual(0.05)
})

test.each([
  { missingShare: 0, extraShare: 0, least: 0.98 },
  { missingShare: 0.1, extraShare: 0.05, least: 0.9 },
  { missingShare: 0.05, extraShare: 0.2, least: 0.95 },
])('$missingShare missing and $extraShare extra: the roles still come back', ({ least, ...noise }) => {
  const recovery = recover({ seed: 6, identityCount: 2000, ...noise })
  expect(recovery.found / recovery.planted).toBeGreaterThanOrEqual(least)
  expect(recovery.spurious / recovery.suggestions).toBeLessThanOrEqual(1 - least)
})
