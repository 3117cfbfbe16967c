import { rowsFromGrants } from '@assay/mining'
import { generateOrganisation } from '@assay/sample-org'
import { snapshotOfOrganisation } from '../../quality/organisation-snapshot.ts'
import type { PlantedOrganisation } from './organisation-draft.ts'

/** The sample organisation with its planted roles that have filters; the birthright role is common access. */
export function samplePlanted(identityCount: number, seed: number): PlantedOrganisation {
  const organisation = generateOrganisation({ seed, identityCount, missingShare: 0.05, extraShare: 0.02 })
  const identityOrdinal = new Map(organisation.identities.map(({ id }, ordinal) => [id, ordinal]))
  const entitlementOrdinal = new Map(organisation.entitlements.map(({ id }, ordinal) => [id, ordinal]))
  const ordinals = (ids: readonly string[], of: ReadonlyMap<string, number>) =>
    Uint32Array.from(ids, (id) => of.get(id)!).sort()
  const all = organisation.plantedRoles.map(({ kind, identityIds, entitlementIds }) => ({
    kind,
    identities: ordinals(identityIds, identityOrdinal),
    entitlements: ordinals(entitlementIds, entitlementOrdinal),
  }))
  const identity: number[] = []
  const entitlement: number[] = []
  for (const { identities, entitlements } of all) {
    for (const person of identities) {
      for (const e of entitlements) {
        identity.push(person)
        entitlement.push(e)
      }
    }
  }
  const parts = snapshotOfOrganisation(organisation)
  return {
    parts,
    roles: all.filter((_, r) => organisation.plantedRoles[r]!.filters.length > 0),
    truth: rowsFromGrants(
      { identityCount: parts.identityKey.length, entitlementCount: parts.entitlementKey.length },
      { identity: Uint32Array.from(identity), entitlement: Uint32Array.from(entitlement) },
    ),
  }
}
