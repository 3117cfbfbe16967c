import type { AccessRows } from './reduce-access.ts'

/** The members and the entitlements of a role, as ordinals of the access. */
interface RoleCells {
  readonly identities: Uint32Array
  readonly entitlements: Uint32Array
}

/** The changes if the model loses this role. */
export interface RoleContribution {
  /** Grants that people hold and that only this role gives. */
  readonly soleGrants: number
  /** Pairs of person and entitlement that the role gives although the person does not hold the entitlement. */
  readonly addedGrants: number
}

/** The grants that each role adds to the other roles, in the order of `roles`. It visits all cells of all roles twice. */
export function roleContributions(access: AccessRows, roles: readonly RoleCells[]): RoleContribution[] {
  const { identityCount, entitlementCount, rowOffset, rowEntitlement } = access
  const rolesOf = rolesByIdentity(identityCount, roles)
  const sole = new Float64Array(roles.length)
  const added = new Float64Array(roles.length)
  const givenBy = new Uint32Array(entitlementCount)
  const heldBy = new Uint32Array(entitlementCount)
  for (let identity = 0; identity < identityCount; identity++) {
    const own = rolesOf.role.subarray(rolesOf.start[identity], rolesOf.start[identity + 1])
    // The number of the identity marks the entitlements that it holds, so the array need not be cleared.
    for (let at = rowOffset[identity]!; at < rowOffset[identity + 1]!; at++) heldBy[rowEntitlement[at]!] = identity + 1
    for (const role of own) for (const entitlement of roles[role]!.entitlements) givenBy[entitlement]!++
    for (const role of own) {
      for (const entitlement of roles[role]!.entitlements) {
        if (heldBy[entitlement] !== identity + 1) added[role]!++
        else if (givenBy[entitlement] === 1) sole[role]!++
      }
    }
    for (const role of own) for (const entitlement of roles[role]!.entitlements) givenBy[entitlement] = 0
  }
  return roles.map((_, role) => ({ soleGrants: sole[role]!, addedGrants: added[role]! }))
}

/** The roles of each identity: identity `i` has `role[start[i] .. start[i + 1])`. */
function rolesByIdentity(identityCount: number, roles: readonly RoleCells[]) {
  const start = new Uint32Array(identityCount + 1)
  for (const { identities } of roles) for (const identity of identities) start[identity + 1]!++
  for (let identity = 0; identity < identityCount; identity++) start[identity + 1]! += start[identity]!
  const role = new Uint32Array(start[identityCount]!)
  const next = start.slice()
  roles.forEach(({ identities }, index) => {
    for (const identity of identities) role[next[identity]!++] = index
  })
  return { start, role }
}
