/** Why a policy left an entitlement out of a candidate, in the order in which policies apply. */
export const policySteps = ['protected', 'unused', 'separation', 'budget', 'size'] as const

export type PolicyStep = (typeof policySteps)[number]

/** Entitlements that come into a candidate never, or only above a coverage. `policy` is a place in the list of policies. */
interface ProtectedAccess {
  readonly policy: number
  /** Per entitlement 1 when the policy protects it. */
  readonly isProtected: Uint8Array
  /** From this coverage on the entitlement may stay, in basis points; undefined: never. */
  readonly leastCoverage: number | undefined
}

/** Two sets of which a candidate holds at most one. */
interface SeparatedDuties {
  readonly policy: number
  /** Per entitlement: 1 when it is of the first set, 2 of the second, 3 when it gives something of both. */
  readonly sides: Uint8Array
}

/** How many cells of a candidate may be news to its members. */
interface OverGrantBudget {
  readonly policy: number
  /** Of all cells, in basis points. */
  readonly mostShare: number | undefined
  readonly mostGrants: number | undefined
  /** A privileged entitlement counts so many times. */
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
  /** In the order in which they are applied: highest severity first. */
  readonly separation: readonly SeparatedDuties[]
  readonly budgets: readonly OverGrantBudget[]
  readonly sizes: readonly LeastSize[]
  /** Per grant of the snapshot 0, or 1 + the place of the policy by which its use does not count; undefined: all count. */
  readonly unused: Uint16Array | undefined
  /** Per entitlement 1 when it is privileged. */
  readonly isPrivileged: Uint8Array
  /** Per entitlement its place in the order of ids: ties go by it. */
  readonly idRank: Uint32Array
}

/** Policies that ask nothing, for a snapshot of so many entitlements. */
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
