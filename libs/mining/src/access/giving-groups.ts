import type { AccessClosure } from './access-closure.ts'

/** The inverse of the closure: the groups that give an entitlement. */
export interface GivingGroups {
  /** Entitlement `e` is in the rows `row[rowOffset[e] .. rowOffset[e + 1])` of the closure. */
  readonly rowOffset: Uint32Array
  readonly row: Uint32Array
  /** Row `r` belongs to the groups `group[groupOffset[r] .. groupOffset[r + 1])`. */
  readonly groupOffset: Uint32Array
  readonly group: Uint32Array
}

/** It takes 4 bytes for each entitlement of each row, and 8 for each group. */
export function givingGroups(closure: AccessClosure, entitlementCount: number): GivingGroups {
  const { group, groupRow, givenOffset, givenEntitlement } = closure
  const rowCount = givenOffset.length - 1
  const rowOfPlace = new Uint32Array(givenEntitlement.length)
  for (let r = 0; r < rowCount; r++) rowOfPlace.fill(r, givenOffset[r], givenOffset[r + 1])
  const rows = grouped(givenEntitlement, rowOfPlace, entitlementCount)
  const groups = grouped(groupRow, group, rowCount)
  return { rowOffset: rows.offset, row: rows.values, groupOffset: groups.offset, group: groups.values }
}

/** The values of each key, in their order. */
function grouped(keys: Uint32Array, values: Uint32Array, keyCount: number) {
  const offset = new Uint32Array(keyCount + 1)
  for (let at = 0; at < keys.length; at++) offset[keys[at]! + 1]!++
  for (let key = 0; key < keyCount; key++) offset[key + 1]! += offset[key]!
  const next = offset.slice(0, keyCount)
  const placed = new Uint32Array(values.length)
  for (let at = 0; at < keys.length; at++) placed[next[keys[at]!]!++] = values[at]!
  return { offset, values: placed }
}
