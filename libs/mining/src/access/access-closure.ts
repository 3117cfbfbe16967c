/**
 * The entitlements that each group gives, over any number of groups in between. A group is an entitlement from which other entitlements
 * follow. The groups of a cycle give the same entitlements, including themselves, and share a row, so a cycle of n groups takes n numbers
 * and not n².
 */
export interface AccessClosure {
  /** Ordinals of the groups, ascending. */
  readonly group: Uint32Array
  /** The row of each group, parallel to `group`. Rows are numbered in the order of their first groups. */
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
