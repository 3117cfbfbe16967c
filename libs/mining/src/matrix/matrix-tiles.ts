import type { Snapshot } from '../snapshot.ts'
import { type Arranged, type MatrixOrder, type MatrixTiles, mostTiles } from './matrix-question.ts'
import { MatrixRows } from './matrix-row.ts'

/** The largest number of cells that are visited to count the access through groups. */
const mostGroupSteps = 1_000_000_000

/** Tiles, and the counts for each role. */
export interface CountedTiles {
  readonly tiles: MatrixTiles
  readonly isGroupCounted: boolean
  /** Per role the number of its cells that are assigned, and that only groups give. */
  readonly assignedOfRole: Float64Array
  readonly byGroupOfRole: Float64Array
}

/** Counts the cells of all kinds by tile, in one pass over the rows. */
export function countTiles(snapshot: Snapshot, order: Arranged & Pick<MatrixOrder, 'keepsHeld'>): CountedTiles {
  const tiles = emptyTiles(order.rows.length, order.columns.length)
  const { rowsPerTile, columnsPerTile, columnTiles, assigned, byGroup, modelled, gains, losses } = tiles
  const isGroupCounted = groupSteps(snapshot, order) <= mostGroupSteps
  const roleCount = order.roleColumnOffset.length - 1
  const assignedOfRole = new Float64Array(roleCount)
  const byGroupOfRole = new Float64Array(roleCount)
  const rows = new MatrixRows(snapshot, order)
  // One division for each column instead of one for each cell.
  const tileOf = Uint16Array.from(order.columns, (_, column) => Math.floor(column / columnsPerTile))
  const held: number[] = []
  let base = 0
  const tellAssigned = (column: number) => {
    assigned[base + tileOf[column]!]!++
    held.push(column)
  }
  const tellByGroup = (column: number) => {
    byGroup[base + tileOf[column]!]!++
    if (order.keepsHeld) modelled[base + tileOf[column]!]!++
  }
  const tellModelled = (column: number) => {
    const isHeld = rows.isByGroup(column)
    if (!isHeld || !order.keepsHeld) modelled[base + tileOf[column]!]!++
    if (!isHeld && !rows.isAssigned(column)) gains[base + tileOf[column]!]!++
  }
  const tellRole = (role: number, column: number) => {
    if (rows.isAssigned(column)) assignedOfRole[role]!++
    else if (rows.isByGroup(column)) byGroupOfRole[role]!++
  }
  for (let row = 0; row < order.rows.length; row++) {
    base = Math.floor(row / rowsPerTile) * columnTiles
    held.length = 0
    rows.assigned(row, tellAssigned)
    if (isGroupCounted) rows.byGroup(row, tellByGroup)
    rows.modelled(row, tellModelled, tellRole)
    for (let at = 0; at < held.length; at++) {
      const column = held[at]!
      if (rows.isModelled(column)) continue
      if (order.keepsHeld) modelled[base + tileOf[column]!]!++
      else losses[base + tileOf[column]!]!++
    }
  }
  return { tiles, isGroupCounted, assignedOfRole, byGroupOfRole }
}

function emptyTiles(rowCount: number, columnCount: number): MatrixTiles {
  const rowsPerTile = Math.max(1, Math.ceil(rowCount / mostTiles))
  const columnsPerTile = Math.max(1, Math.ceil(columnCount / mostTiles))
  const rowTiles = Math.ceil(rowCount / rowsPerTile)
  const columnTiles = Math.ceil(columnCount / columnsPerTile)
  const counts = () => new Uint32Array(rowTiles * columnTiles)
  return {
    rowsPerTile,
    columnsPerTile,
    rowTiles,
    columnTiles,
    assigned: counts(),
    byGroup: counts(),
    modelled: counts(),
    gains: counts(),
    losses: counts(),
  }
}

/** The number of cells that counting the access through groups would visit. */
function groupSteps({ closure, rowOffset, rowEntitlement, entitlementCount }: Snapshot, { rows }: Arranged): number {
  if (closure === undefined) return 0
  const steps = new Uint32Array(entitlementCount)
  for (const [index, group] of closure.group.entries()) {
    const row = closure.groupRow[index]!
    steps[group] = closure.givenOffset[row + 1]! - closure.givenOffset[row]!
  }
  let sum = 0
  for (const person of rows)
    for (let at = rowOffset[person]!; at < rowOffset[person + 1]!; at++) sum += steps[rowEntitlement[at]!]!
  return sum
}
