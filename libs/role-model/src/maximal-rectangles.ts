import { type AccessGrid, isGranted, type Rectangle } from './access-grid.ts'
import type { Partners } from './partners.ts'
import type { Step } from './run-hooks.ts'

/**
 * The full rectangles that matter around the live grants `around`: every set of live grants that one role can cover and that
 * includes one of these is inside one of the rectangles. Undefined if it takes more than `limit` steps.
 *
 * Around a grant (u, p) it starts with the holders of p and the columns of u. As long as a cell is zero, a rectangle leaves out
 * either its row or its column; the search tries both. It removes lines without a live grant at once, and does not visit the
 * same rows and columns twice.
 */
export function maximalRectangles(
  grid: AccessGrid,
  live: Uint8Array,
  partners: Partners,
  around: readonly number[],
  limit: number,
  onStep: Step,
): Rectangle[] | undefined {
  const seen = new Map<string, Rectangle>()
  let steps = limit
  for (const g of around) {
    const u = grid.grantRow[g]!
    const p = grid.rowColumn[g]!
    const rows = [...grid.columnRow.subarray(grid.columnOffset[p], grid.columnOffset[p + 1])]
    const columns = [...grid.rowColumn.subarray(grid.rowOffset[u]!, grid.rowOffset[u + 1]!)].filter(
      (column) => partners?.[p]?.includes(column) !== true,
    )
    const visited = new Set<string>()
    if (!split(rows, columns, u, p, visited)) return undefined
  }
  return [...seen.values()]

  function split(allRows: number[], allColumns: number[], u: number, p: number, visited: Set<string>): boolean {
    const [rows, columns] = withLiveGrants(grid, live, allRows, allColumns, u, p)
    const name = `${rows.join()}/${columns.join()}`
    if (visited.has(name)) return true
    visited.add(name)
    if (!onStep() || steps-- <= 0) return false
    const zero = worstZero(rows, columns)
    if (zero === undefined) {
      if (!seen.has(name)) seen.set(name, { rows: Uint32Array.from(rows), columns: Uint32Array.from(columns) })
      return true
    }
    const [row, column, partner] = zero
    return (
      split(
        partner < 0 ? rows.filter((r) => r !== row) : rows,
        partner < 0 ? columns : columns.filter((c) => c !== partner),
        u,
        p,
        visited,
      ) &&
      split(
        rows,
        columns.filter((c) => c !== column),
        u,
        p,
        visited,
      )
    )
  }

  /** A zero cell, or two columns that must not be in one role. */
  function worstZero(rows: readonly number[], columns: readonly number[]): [number, number, number] | undefined {
    let worst: [number, number, number] | undefined
    let most = 0
    for (const row of rows) {
      const missing = columns.filter((column) => !isGranted(grid, row, column))
      if (missing.length <= most) continue
      most = missing.length
      worst = [row, missing[0]!, -1]
    }
    if (worst !== undefined || partners === undefined) return worst
    for (const column of columns) {
      const partner = partners[column]!.find((other) => columns.includes(other))
      if (partner !== undefined) return [-1, column, partner]
    }
    return undefined
  }
}

/** Removes rows and columns without a live grant at a crossing of both, until nothing changes; u and p always stay. */
function withLiveGrants(
  grid: AccessGrid,
  live: Uint8Array,
  allRows: number[],
  allColumns: number[],
  u: number,
  p: number,
): [number[], number[]] {
  let rows = allRows
  let columns = allColumns
  for (;;) {
    const inColumns = new Set(columns)
    const useful = new Set<number>([p])
    const kept = rows.filter((row) => {
      let isUseful = row === u
      for (let g = grid.rowOffset[row]!; g < grid.rowOffset[row + 1]!; g++) {
        if (live[g] === 0 || !inColumns.has(grid.rowColumn[g]!)) continue
        useful.add(grid.rowColumn[g]!)
        isUseful = true
      }
      return isUseful
    })
    const keptColumns = columns.filter((column) => useful.has(column))
    if (kept.length === rows.length && keptColumns.length === columns.length) return [rows, columns]
    rows = kept
    columns = keptColumns
  }
}
