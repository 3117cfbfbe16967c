import { type AccessGrid, isGranted } from '../access-grid.ts'
import { cellsAround, cellsPerStep } from '../cells-per-step.ts'
import type { Partners } from '../partners.ts'
import type { Step } from '../run-hooks.ts'
import type { GrowingLog } from './dominance-log.ts'

/** Drops live grants between the common rows and the common columns of a live grant. */
export function dropBetween(
  grid: AccessGrid,
  live: Uint8Array,
  partners: Partners,
  log: GrowingLog,
  onStep: Step,
): void {
  const { grantCount, rowColumn, grantRow } = grid
  const liveInRow = new Uint32Array(grid.rowCount)
  const liveInColumn = new Uint32Array(grid.columnCount)
  for (let g = 0; g < grantCount; g++) {
    liveInRow[grantRow[g]!]! += live[g]!
    liveInColumn[rowColumn[g]!]! += live[g]!
  }
  const columns = new Uint32Array(grid.columnCount)
  const rows = new Uint32Array(grid.rowCount)
  /** For each column the last grant for which it was a common column, plus 1. */
  const foundFor = new Uint32Array(grid.columnCount)
  const liveRows = liveLines(grid.rowOffset, undefined, live)
  const liveColumns = liveLines(grid.columnOffset, grid.columnGrant, live)
  for (let g = 0; g < grantCount; g++) {
    if (live[g] === 0) continue
    if (!onStep(1 + cellsAround(grid, g) / cellsPerStep)) return
    const columnsFound = commonColumns(grid, live, liveRows, liveInRow, liveInColumn, g, columns, partners)
    if (columnsFound === 0) continue
    const rowsFound = commonRows(grid, live, liveColumns, liveInRow, liveInColumn, g, rows)
    onStep((rowsFound * columnsFound) / cellsPerStep)
    for (let j = 0; j < columnsFound; j++) foundFor[columns[j]!] = g + 1
    for (let i = 0; i < rowsFound; i++) {
      const row = rows[i]!
      for (let at = liveRows.offset[row]!; at < liveRows.offset[row + 1]!; at++) {
        const other = liveRows.grant[at]!
        if (live[other] === 0 || foundFor[rowColumn[other]!] !== g + 1) continue
        live[other] = 0
        liveInRow[row]!--
        liveInColumn[rowColumn[other]!]!--
        log.implier.push(g)
        log.implied.push(other)
      }
    }
  }
}

/**
 * The grants of each line that were live at the start. Those that are still live are among them; these are far fewer than all
 * grants if most were dropped.
 */
interface LiveLines {
  readonly offset: Uint32Array
  readonly grant: Uint32Array
}

/** @param grants the grant at each position in the lines; absent if the position is the grant */
function liveLines(offset: Uint32Array, grants: Uint32Array | undefined, live: Uint8Array): LiveLines {
  const own = new Uint32Array(offset.length)
  const found = new Uint32Array(live.reduce((sum, isLive) => sum + isLive, 0))
  let count = 0
  for (let line = 0; line + 1 < offset.length; line++) {
    for (let at = offset[line]!; at < offset[line + 1]!; at++) {
      const g = grants === undefined ? at : grants[at]!
      if (live[g] === 1) found[count++] = g
    }
    own[line + 1] = count
  }
  return { offset: own, grant: found }
}

/** Columns other than p that all rows of X have and that have a live grant. Writes them to `found`, returns their number. */
function commonColumns(
  grid: AccessGrid,
  live: Uint8Array,
  liveRows: LiveLines,
  liveInRow: Uint32Array,
  liveInColumn: Uint32Array,
  g: number,
  found: Uint32Array,
  partners: Partners,
): number {
  const { rowOffset, rowColumn, columnOffset, columnRow, columnGrant, grantRow } = grid
  const u = grantRow[g]!
  const p = rowColumn[g]!
  let count = 0
  for (let at = rowOffset[u]!; at < rowOffset[u + 1]!; at++) {
    const column = rowColumn[at]!
    if (at === g || liveInColumn[column] === 0) continue
    // A column does not count if u holds any partner of it. This may drop too few grants, but never too many.
    if (partners?.[column]?.some((q) => isGranted(grid, u, q)) === true) continue
    found[count++] = column
  }
  const end = columnOffset[p + 1]!
  for (let at = columnOffset[p]!; at < end && count > 0; at++) {
    const row = columnRow[at]!
    if (row === u || liveInRow[row] === 0) continue
    if (live[columnGrant[at]!] === 0 && !hasLiveColumnOf(grid, live, liveRows, row, u)) continue
    let kept = 0
    for (let i = 0; i < count; i++) if (isGranted(grid, row, found[i]!)) found[kept++] = found[i]!
    count = kept
  }
  return count
}

function hasLiveColumnOf(grid: AccessGrid, live: Uint8Array, rows: LiveLines, row: number, of: number): boolean {
  for (let at = rows.offset[row]!; at < rows.offset[row + 1]!; at++) {
    const g = rows.grant[at]!
    if (live[g] === 1 && isGranted(grid, of, grid.rowColumn[g]!)) return true
  }
  return false
}

/** Rows other than u that have all columns of Y and a live grant. Writes them to `found`, returns their number. */
function commonRows(
  grid: AccessGrid,
  live: Uint8Array,
  liveColumns: LiveLines,
  liveInRow: Uint32Array,
  liveInColumn: Uint32Array,
  g: number,
  found: Uint32Array,
): number {
  const { rowOffset, rowColumn, columnOffset, columnRow, grantRow } = grid
  const u = grantRow[g]!
  const p = rowColumn[g]!
  let count = 0
  for (let at = columnOffset[p]!; at < columnOffset[p + 1]!; at++) {
    const row = columnRow[at]!
    if (row !== u && liveInRow[row]! > 0) found[count++] = row
  }
  const end = rowOffset[u + 1]!
  for (let at = rowOffset[u]!; at < end && count > 0; at++) {
    const column = rowColumn[at]!
    if (at === g || liveInColumn[column] === 0) continue
    if (live[at] === 0 && !hasLiveRowOf(grid, live, liveColumns, column, p)) continue
    let kept = 0
    for (let i = 0; i < count; i++) if (isGranted(grid, found[i]!, column)) found[kept++] = found[i]!
    count = kept
  }
  return count
}

function hasLiveRowOf(grid: AccessGrid, live: Uint8Array, columns: LiveLines, column: number, of: number): boolean {
  for (let at = columns.offset[column]!; at < columns.offset[column + 1]!; at++) {
    const g = columns.grant[at]!
    if (live[g] === 1 && isGranted(grid, grid.grantRow[g]!, of)) return true
  }
  return false
}
