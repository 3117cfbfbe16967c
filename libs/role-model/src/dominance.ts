import { type AccessGrid, grantAt, isGranted } from './access-grid.ts'

/** Columns that must not meet in one role: per column its partners. Undefined when there are none. */
export type Partners = readonly (readonly number[])[] | undefined

/** What was dropped because of what, in order: `implied[i]` goes with `implier[i]`. */
export interface DominanceLog {
  readonly implier: Uint32Array
  readonly implied: Uint32Array
}

/**
 * Drops live grants that are covered by whoever covers another one, until nothing more can be dropped, and says why.
 *
 * Take a live grant (u, p). A role that gives p to u has some holders of p for members and some entitlements of u for
 * entitlements, and matters only by live grants. So of the rows only X counts: holders of p with a live grant among u's
 * columns. Of the columns only Y: columns of u with a live grant among p's holders. A row that has all of Y can join any such
 * role, a column that all of X have can join too, and both at once. Every other live grant between such rows and columns is
 * implied. In set cover this is the dominance of elements: each set with (u, p) can be had with the implied ones as well.
 */
export function dropImpliedGrants(
  grid: AccessGrid,
  live: Uint8Array,
  partners: Partners,
  onStep: () => void = () => {},
): DominanceLog {
  const { rowCount, columnCount, grantCount, rowOffset, rowColumn, columnOffset, columnRow, grantRow } = grid
  const liveInRow = new Uint32Array(rowCount)
  const liveInColumn = new Uint32Array(columnCount)
  const todo: number[] = []
  for (let g = 0; g < grantCount; g++) {
    if (live[g] === 0) continue
    liveInRow[grantRow[g]]++
    liveInColumn[rowColumn[g]]++
    todo.push(g)
  }
  const size = (g: number) =>
    (columnOffset[rowColumn[g] + 1] - columnOffset[rowColumn[g]]) * (rowOffset[grantRow[g] + 1] - rowOffset[grantRow[g]])
  const sizes = new Float64Array(grantCount)
  for (const g of todo) sizes[g] = size(g)
  // Small neighbourhoods first: they cost least, and what they drop makes the larger ones smaller.
  todo.sort((a, b) => sizes[a] - sizes[b] || a - b)

  // A grant is looked at again only if something was dropped in one of its columns and in one of its rows since.
  let clock = 1
  const checkedAt = new Uint32Array(grantCount)
  const droppedInRow = new Uint32Array(rowCount).fill(1)
  const droppedInColumn = new Uint32Array(columnCount).fill(1)
  const newestOfRow = new Uint32Array(rowCount)
  const newestOfColumn = new Uint32Array(columnCount)
  const columnCandidates = new Uint32Array(columnCount)
  const rowCandidates = new Uint32Array(rowCount)
  const implier: number[] = []
  const implied: number[] = []

  let remaining = todo
  for (;;) {
    for (let row = 0; row < rowCount; row++) {
      let newest = 0
      for (let g = rowOffset[row]; g < rowOffset[row + 1]; g++) newest = Math.max(newest, droppedInColumn[rowColumn[g]])
      newestOfRow[row] = newest
    }
    for (let column = 0; column < columnCount; column++) {
      let newest = 0
      const end = columnOffset[column + 1]
      for (let at = columnOffset[column]; at < end; at++) newest = Math.max(newest, droppedInRow[columnRow[at]])
      newestOfColumn[column] = newest
    }
    const before = implied.length
    for (const g of remaining) {
      if (live[g] === 0) continue
      if (newestOfRow[grantRow[g]] <= checkedAt[g] || newestOfColumn[rowColumn[g]] <= checkedAt[g]) continue
      checkedAt[g] = clock
      onStep()
      const columns = commonColumns(grid, live, liveInRow, liveInColumn, g, columnCandidates, partners)
      const rows = commonRows(grid, live, liveInRow, liveInColumn, g, rowCandidates)
      if (columns === 0 && rows === 0) continue
      clock++
      for (let i = -1; i < rows; i++) {
        const row = i < 0 ? grantRow[g] : rowCandidates[i]
        for (let j = -1; j < columns; j++) {
          if (i < 0 && j < 0) continue
          const other = grantAt(grid, row, j < 0 ? rowColumn[g] : columnCandidates[j])
          if (other < 0 || live[other] === 0) continue
          live[other] = 0
          liveInRow[row]--
          liveInColumn[rowColumn[other]]--
          droppedInRow[row] = clock
          droppedInColumn[rowColumn[other]] = clock
          implier.push(g)
          implied.push(other)
        }
      }
    }
    if (implied.length === before) break
    remaining = remaining.filter((g) => live[g] === 1)
  }
  return { implier: Uint32Array.from(implier), implied: Uint32Array.from(implied) }
}

/** Columns other than p's that all of X have and that have a live grant; written to `found`, their number returned. */
function commonColumns(
  grid: AccessGrid,
  live: Uint8Array,
  liveInRow: Uint32Array,
  liveInColumn: Uint32Array,
  g: number,
  found: Uint32Array,
  partners: Partners,
): number {
  const { rowOffset, rowColumn, columnOffset, columnRow, columnGrant, grantRow } = grid
  const u = grantRow[g]
  const p = rowColumn[g]
  let count = 0
  for (let at = rowOffset[u]; at < rowOffset[u + 1]; at++) {
    const column = rowColumn[at]
    if (column === p || liveInColumn[column] === 0) continue
    // Rather drop too little: a column joins only if no partner of it is anywhere among u's.
    if (partners !== undefined && partners[column].some((q) => isGranted(grid, u, q))) continue
    found[count++] = column
  }
  const end = columnOffset[p + 1]
  // First the holders that are certainly in X. Most searches end here, with nothing in common.
  for (let at = columnOffset[p]; at < end && count > 0; at++) {
    const row = columnRow[at]
    if (row !== u && live[columnGrant[at]] === 1) count = keepColumnsOf(grid, row, found, count)
  }
  for (let at = columnOffset[p]; at < end && count > 0; at++) {
    const row = columnRow[at]
    if (row === u || liveInRow[row] === 0 || live[columnGrant[at]] === 1) continue
    if (hasLiveColumnOf(grid, live, row, u)) count = keepColumnsOf(grid, row, found, count)
  }
  return count
}

function keepColumnsOf(grid: AccessGrid, row: number, found: Uint32Array, count: number): number {
  let kept = 0
  for (let i = 0; i < count; i++) if (isGranted(grid, row, found[i])) found[kept++] = found[i]
  return kept
}

function hasLiveColumnOf(grid: AccessGrid, live: Uint8Array, row: number, of: number): boolean {
  for (let at = grid.rowOffset[row]; at < grid.rowOffset[row + 1]; at++) {
    if (live[at] === 1 && isGranted(grid, of, grid.rowColumn[at])) return true
  }
  return false
}

/** Rows other than u that have all of Y and a live grant; written to `found`, their number returned. */
function commonRows(
  grid: AccessGrid,
  live: Uint8Array,
  liveInRow: Uint32Array,
  liveInColumn: Uint32Array,
  g: number,
  found: Uint32Array,
): number {
  const { rowOffset, rowColumn, columnOffset, columnRow, grantRow } = grid
  const u = grantRow[g]
  const p = rowColumn[g]
  let count = 0
  for (let at = columnOffset[p]; at < columnOffset[p + 1]; at++) {
    const row = columnRow[at]
    if (row !== u && liveInRow[row] > 0) found[count++] = row
  }
  const end = rowOffset[u + 1]
  for (let at = rowOffset[u]; at < end && count > 0; at++) {
    if (rowColumn[at] !== p && live[at] === 1) count = keepRowsOf(grid, rowColumn[at], found, count)
  }
  for (let at = rowOffset[u]; at < end && count > 0; at++) {
    const column = rowColumn[at]
    if (column === p || liveInColumn[column] === 0 || live[at] === 1) continue
    if (hasLiveRowOf(grid, live, column, p)) count = keepRowsOf(grid, column, found, count)
  }
  return count
}

function keepRowsOf(grid: AccessGrid, column: number, found: Uint32Array, count: number): number {
  let kept = 0
  for (let i = 0; i < count; i++) if (isGranted(grid, found[i], column)) found[kept++] = found[i]
  return kept
}

function hasLiveRowOf(grid: AccessGrid, live: Uint8Array, column: number, of: number): boolean {
  const { columnOffset, columnRow, columnGrant } = grid
  for (let at = columnOffset[column]; at < columnOffset[column + 1]; at++) {
    if (live[columnGrant[at]] === 1 && isGranted(grid, columnRow[at], of)) return true
  }
  return false
}
