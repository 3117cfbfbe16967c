import type { AccessClosure } from '../access/access-closure.ts'

/** The groups that give entitlements of a candidate. Positions refer to its list of entitlements. */
export interface GroupWays {
  /** Per entitlement of the snapshot its row below, -1 for entitlements that give none of the candidate's. */
  readonly row: Int32Array
  /** Row `r` gives the positions `position[offset[r] .. offset[r + 1])`. */
  readonly offset: Uint32Array
  readonly position: Uint32Array
  /** Ordinals of all groups that have a row. */
  readonly groups: readonly number[]
}

/**
 * Undefined when no group gives any of the entitlements.
 * @param positionOf per entitlement of the snapshot its position in the candidate, -1 for others
 */
export function groupWays(closure: AccessClosure | undefined, positionOf: Int32Array): GroupWays | undefined {
  if (closure === undefined) return undefined
  const { group, groupRow, givenOffset, givenEntitlement } = closure
  const rowCount = givenOffset.length - 1
  const offset = new Uint32Array(rowCount + 1)
  const positions: number[] = []
  for (let row = 0; row < rowCount; row++) {
    for (let at = givenOffset[row]!; at < givenOffset[row + 1]!; at++) {
      const position = positionOf[givenEntitlement[at]!]!
      if (position >= 0) positions.push(position)
    }
    offset[row + 1] = positions.length
  }
  if (positions.length === 0) return undefined
  const row = new Int32Array(positionOf.length).fill(-1)
  const groups: number[] = []
  for (let i = 0; i < group.length; i++) {
    const own = groupRow[i]!
    if (offset[own] === offset[own + 1]) continue
    row[group[i]!] = own
    groups.push(group[i]!)
  }
  return { row, offset, position: Uint32Array.from(positions), groups }
}
