import { identityStatuses, identityTypes, rowsFromGrants, type SnapshotParts } from '@assay/mining'
import type { Organisation } from '@assay/sample-org'

/** The snapshot of a sample organisation; ordinals are positions in its lists, keys equal ordinals. */
export function snapshotOfOrganisation(organisation: Organisation): SnapshotParts {
  const { identities, entitlements, applications, grants } = organisation
  const applicationOrdinal = new Map(applications.map((application, ordinal) => [application.id, ordinal]))
  const columns: [string, (i: (typeof identities)[number]) => string][] = [
    ['department', (i) => i.department],
    ['job_title', (i) => i.jobTitle],
    ['manager', (i) => i.managerId],
    ['employment_type', (i) => i.employmentType],
    ['employment_status', (i) => i.employmentStatus],
    ['directory_status', (i) => i.status],
    ['location', (i) => i.attributes.location],
    ['cost_center', (i) => i.attributes.cost_center],
    ['project', (i) => i.attributes.project],
  ]
  return {
    identityKey: Int32Array.from(identities.keys()),
    entitlementKey: Int32Array.from(entitlements.keys()),
    applicationKey: Int32Array.from(applications.keys()),
    entitlementApplication: Int32Array.from(entitlements, (e) => applicationOrdinal.get(e.applicationId) ?? -1),
    identityStatus: Uint8Array.from(identities, (i) => identityStatuses[i.status]),
    identityType: Uint8Array.from(identities, (i) => identityTypes[i.type]),
    ...rowsFromGrants({ identityCount: identities.length, entitlementCount: entitlements.length }, grants),
    attributes: columns.map(([key, read]) => dictionaryOf(key, identities.map(read))),
  }
}

function dictionaryOf(key: string, cells: readonly string[]) {
  const ordinals = new Map<string, number>()
  const column = Int32Array.from(cells, (cell) => {
    if (cell === '') return -1
    const ordinal = ordinals.get(cell) ?? ordinals.size
    ordinals.set(cell, ordinal)
    return ordinal
  })
  return { key, values: [...ordinals.keys()], column }
}
