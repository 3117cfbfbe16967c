import { type Arranged, type MatrixBlock, mostBlocks, type Stretch } from './matrix-question.ts'
import type { MatrixRoles } from './matrix-roles.ts'
import type { CountedTiles } from './matrix-tiles.ts'

/** The roles with people and entitlements in the matrix, those with the most cells first, and their positions. */
export function matrixBlocks(order: Arranged, { areas, people }: MatrixRoles, counted: CountedTiles): MatrixBlock[] {
  const largest = [...areas.keys()]
    .filter((role) => areas[role]! > 0)
    .sort((a, b) => areas[b]! - areas[a]! || a - b)
    .slice(0, mostBlocks)
  const rows = rowStretches(order, areas.length)
  return largest.map((role) => {
    const columns = order.roleColumn.subarray(order.roleColumnOffset[role]!, order.roleColumnOffset[role + 1]!)
    return {
      role,
      people: people[role]!,
      entitlements: columns.length,
      assigned: counted.assignedOfRole[role]!,
      byGroup: counted.byGroupOfRole[role]!,
      rows: rows[role]!,
      columns: longestStretch(columns),
    }
  })
}

/** The longest stretch of rows of each role; of equal ones the first. */
function rowStretches({ roleOffset, role }: Arranged, roleCount: number): Stretch[] {
  const start = new Int32Array(roleCount).fill(-1)
  const last = new Int32Array(roleCount).fill(-2)
  const best = Array.from({ length: roleCount }, () => ({ start: 0, count: 0 }))
  for (let row = 0; row + 1 < roleOffset.length; row++) {
    for (let at = roleOffset[row]!; at < roleOffset[row + 1]!; at++) {
      const one = role[at]!
      if (last[one] !== row - 1) start[one] = row
      last[one] = row
      if (row - start[one]! + 1 > best[one]!.count) best[one] = { start: start[one]!, count: row - start[one]! + 1 }
    }
  }
  return best
}

/** @param places ascending */
function longestStretch(places: Uint32Array): Stretch {
  let best = { start: 0, count: 0 }
  let from = 0
  for (let at = 0; at < places.length; at++) {
    if (at > 0 && places[at] !== places[at - 1]! + 1) from = at
    if (at - from + 1 > best.count) best = { start: places[from]!, count: at - from + 1 }
  }
  return best
}
