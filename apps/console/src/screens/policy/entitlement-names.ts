import type { EntitlementName } from '@assay/contracts/assay/policy/v1/policy_pb'

interface Reference {
  readonly applicationId: string
  readonly entitlementId: string
}

const keyOf = ({ applicationId, entitlementId }: Reference) => JSON.stringify([applicationId, entitlementId])

/** Finds the name of an entitlement by its ids; undefined when the data have none. */
export function nameFinder(names: readonly EntitlementName[]): (reference: Reference) => EntitlementName | undefined {
  const byIds = new Map(names.map((name) => [keyOf(name), name]))
  return (reference) => byIds.get(keyOf(reference))
}
