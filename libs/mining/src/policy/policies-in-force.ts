/** The reasons why a policy removes an entitlement from a candidate, in the order in which policies apply. */
export const policySteps = ['protected', 'unused', 'separation', 'budget', 'size'] as const

export type PolicyStep = (typeof policySteps)[number]

/** Entitlements that may not be in a candidate, or only from a coverage on. `policy` is a position in the list of policies. */
interface ProtectedAccess {
  readonly policy: number
  /** Per entitlement 1 when the policy protects it. */
  readonly isProtected: Uint8Array
  /** The least coverage, in basis points, with which the entitlement may stay; undefined means that it may not. */
  readonly leastCoverage: number | undefined
}

/** Two sets of entitlements. A candidate may have entitlements of only one of them. */
interface SeparatedDuties {
  readonly policy: number
  /** Per entitlement: 1 for the first set, 2 for the second, 3 when it gives entitlements of both. */
  readonly sides: Uint8Array
}

/** The largest number of cells of a candidate that its members do not hold yet. */
interface OverGrantBudget {
  readonly policy: number
  /** As a share of all cells, in basis points. */
  readonly mostShare: number | undefined
  readonly mostGrants: number | undefined
  /** The weight of a privileged entitlement. */
  readonly privilegedWeight: number
}

interface LeastSize {
  readonly policy: number
  readonly fewestMembers: number
  readonly fewestEntitlements: number
}

/** The policies in force, by the ordinals of one snapshot. Plain arrays, so that other threads read the same bytes. */
export interface PoliciesInForce {
  readonly protection: readonly ProtectedAccess[]
  /** In the order in which they are applied: the highest severity first. */
  readonly separation: readonly SeparatedDuties[]
  readonly budgets: readonly OverGrantBudget[]
  readonly sizes: readonly LeastSize[]
  /** Per grant of the snapshot: 0, or 1 + the position of the policy by which its use does not count; undefined when all count. */
  readonly unused: Uint16Array | undefined
  /** Per entitlement 1 when it is privileged. */
  readonly isPrivileged: Uint8Array
  /** Per entitlement its position in the order of ids, which breaks ties. */
  readonly idRank: Uint32Array
}

/** Empty policies for a snapshot with a number of entitlements. */
export function noPolicies(entitlementCount: number): PoliciesInForce {
  return {
    protection: [],
    separation: [],
    budgets: [],
    sizes: [],
    unused: undefined,
    isPrivileged: new Uint8Array(entitlementCount),
    idRank: Uint32Array.from({ length: entitlementCount }, (_, ordinal) => ordinal),
  }
}
