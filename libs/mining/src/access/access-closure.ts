/**
 * What groups give, however many groups lie between. A group is an entitlement that entitlements follow from. Groups of
 * one cycle give the same, themselves included, and share a row: so a cycle of n groups takes n numbers, and not n².
 */
export interface AccessClosure {
  /** Ordinals of the groups, ascending. */
  readonly group: Uint32Array
  /** Parallel to `group`: its row. Rows are numbered in the order of their first groups. */
  readonly groupRow: Uint32Array
  /** Row `r` gives `givenEntitlement[givenOffset[r] .. givenOffset[r + 1])`, ordinals, strictly ascending. */
  readonly givenOffset: Uint32Array
  readonly givenEntitlement: Uint32Array
}

/** The closure of no memberships. */
export const noGroups: AccessClosure = {
  group: new Uint32Array(0),
  groupRow: new Uint32Array(0),
  givenOffset: new Uint32Array(1),
  givenEntitlement: new Uint32Array(0),
}
