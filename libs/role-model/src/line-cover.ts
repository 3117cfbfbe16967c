import type { AccessGrid } from './access-grid.ts'
import { type Cover, liveGrantsOf } from './cover-grants.ts'
import type { Partners } from './partners.ts'

const none = -1

/**
 * The fewest roles that are each one row with all its columns, or one column with all its rows. A useful cover has no more
 * roles than this one. Lines that cover all grants are a vertex cover of the graph of rows and columns, whose smallest size is
 * the size of a largest matching (König). The matching grows along shortest paths (Hopcroft and Karp). With forbidden partners
 * a row is not a valid role, so each column is one. Undefined if there are not fewer roles than `fewerThan`.
 */
export function lineCover(
  grid: AccessGrid,
  live: Uint8Array,
  partners: Partners,
  fewerThan = Number.POSITIVE_INFINITY,
): Cover | undefined {
  const { rowCount, columnCount, rowColumn, rowOffset, columnOffset, columnRow } = grid
  const rows = partners === undefined ? new Uint8Array(rowCount) : undefined
  const columns = new Uint8Array(columnCount)
  if (rows === undefined) for (let g = 0; g < live.length; g++) columns[rowColumn[g]!]! |= live[g]!
  else chooseLines(grid, live, rows, columns)
  const count = countOf(rows) + countOf(columns)
  if (count >= fewerThan) return undefined
  const cover: Cover = { rectangles: [], grants: [] }
  const add = (of: Uint32Array, and: Uint32Array) => {
    const rectangle = { rows: of, columns: and }
    cover.rectangles.push(rectangle)
    cover.grants.push(liveGrantsOf(grid, live, rectangle))
  }
  for (let row = 0; row < (rows?.length ?? 0); row++) {
    if (rows?.[row] === 1) add(Uint32Array.of(row), rowColumn.slice(rowOffset[row], rowOffset[row + 1]))
  }
  for (let column = 0; column < columnCount; column++) {
    if (columns[column] === 1)
      add(columnRow.slice(columnOffset[column], columnOffset[column + 1]), Uint32Array.of(column))
  }
  return cover
}

function countOf(isChosen: Uint8Array | undefined): number {
  return isChosen?.reduce((sum, one) => sum + one, 0) ?? 0
}

/** Marks a smallest vertex cover, from a largest matching: the rows that were not reached and the columns that were. */
function chooseLines(grid: AccessGrid, live: Uint8Array, rows: Uint8Array, columns: Uint8Array): void {
  const { rowCount, rowOffset, rowColumn } = grid
  const columnOf = new Int32Array(rowCount).fill(none)
  const rowOf = new Int32Array(columns.length).fill(none)
  const layer = new Int32Array(rowCount)
  const next = new Uint32Array(rowCount)
  const queue = new Uint32Array(rowCount)
  while (layerRows() && growMatching() > 0);
  // After the last round the layers have every row that an alternating path from an unmatched row reaches.
  for (let row = 0; row < rowCount; row++) {
    let hasLive = false
    for (let g = rowOffset[row]!; g < rowOffset[row + 1]!; g++) {
      if (live[g] === 0) continue
      hasLive = true
      if (layer[row] !== none) columns[rowColumn[g]!] = 1
    }
    if (hasLive && layer[row] === none) rows[row] = 1
  }

  /** Numbers the rows by their distance from an unmatched row. Returns whether it met an unmatched column. */
  function layerRows(): boolean {
    let end = 0
    layer.fill(none)
    for (let row = 0; row < rowCount; row++) {
      next[row] = rowOffset[row]!
      if (columnOf[row] !== none) continue
      layer[row] = 0
      queue[end++] = row
    }
    let isFree = false
    for (let at = 0; at < end; at++) {
      const row = queue[at]!
      for (let g = rowOffset[row]!; g < rowOffset[row + 1]!; g++) {
        if (live[g] === 0) continue
        const other = rowOf[rowColumn[g]!]!
        if (other === none) isFree = true
        else if (layer[other] === none) {
          layer[other] = layer[row]! + 1
          queue[end++] = other
        }
      }
    }
    return isFree
  }

  function growMatching(): number {
    let grown = 0
    for (let row = 0; row < rowCount; row++) if (columnOf[row] === none && augment(row)) grown++
    return grown
  }

  /** Follows the layers from a row to an unmatched column, and swaps the matched edges of that path. */
  function augment(from: number): boolean {
    const path = [from]
    while (path.length > 0) {
      const row = path[path.length - 1]!
      let deeper = none
      while (next[row]! < rowOffset[row + 1]! && deeper === none) {
        const g = next[row]!
        const other = rowOf[rowColumn[g]!]!
        if (live[g] === 1 && other === none) {
          for (const one of path) {
            columnOf[one] = rowColumn[next[one]!]!
            rowOf[columnOf[one]!] = one
          }
          return true
        }
        if (live[g] === 1 && layer[other] === layer[row]! + 1) deeper = other
        else next[row]!++
      }
      if (deeper !== none) path.push(deeper)
      else {
        path.pop()
        layer[row] = none
        if (path.length > 0) next[path[path.length - 1]!]!++
      }
    }
    return false
  }
}
