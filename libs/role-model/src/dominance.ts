import { type AccessGrid, grantAt, isGranted } from './access-grid.ts'
import type { Step } from './run-hooks.ts'

/** Columns that must not meet in one role: per column its partners. Undefined when there are none. */
export type Partners = readonly (readonly number[])[] | undefined

/** What was dropped because of what, in order: `implied[i]` goes with `implier[i]`. */
export interface DominanceLog {
  readonly implier: Uint32Array
  readonly implied: Uint32Array
}

/** The matrix seen from its rows or from its columns, both called lines. */
interface Lines {
  readonly offset: Uint32Array
  readonly crossing: Uint32Array
  readonly grant: Uint32Array
  readonly count: number
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
  onStep: Step = () => true,
): DominanceLog {
  const { rowCount, columnCount, grantCount, rowOffset, rowColumn, columnOffset, columnRow, columnGrant } = grid
  const log: Log = { implier: [], implied: [] }
  const rows: Lines = {
    offset: rowOffset,
    crossing: rowColumn,
    grant: Uint32Array.from({ length: grantCount }, (_, g) => g),
    count: rowCount,
  }
  const columns: Lines = { offset: columnOffset, crossing: columnRow, grant: columnGrant, count: columnCount }
  const alongRows = lineSweep(rows, columns, live, log, onStep, (row, column) =>
    partners === undefined ? false : partners[column].some((partner) => isGranted(grid, row, partner)),
  )
  const alongColumns = lineSweep(columns, rows, live, log, onStep, undefined)
  for (;;) {
    if (!onStep()) break
    const before = log.implied.length
    alongRows()
    alongColumns()
    if (log.implied.length > before) continue
    // The sweeps look along the grant's own row and column. Only what they leave pays for a look at the cells between.
    dropBetween(grid, live, partners, log, onStep)
    if (log.implied.length === before) break
  }
  return { implier: Uint32Array.from(log.implier), implied: Uint32Array.from(log.implied) }
}

interface Log {
  readonly implier: number[]
  readonly implied: number[]
}

/**
 * For each line and each live grant of it: which other live grants of the line lie on crossings that all of X have? The part
 * of another line that counts here is where it meets this one, a few words of bits; they are made when first needed and kept
 * while the line lasts. Most searches end after two or three of them, with nothing in common.
 *
 * A sweep skips lines where nothing was dropped near since the sweep before.
 */
function lineSweep(
  { offset, crossing, grant, count }: Lines,
  across: Lines,
  live: Uint8Array,
  log: Log,
  onStep: Step,
  isBarred: ((line: number, crossing: number) => boolean) | undefined,
): () => void {
  const place = new Int32Array(across.count).fill(-1)
  const slotOf = new Int32Array(count).fill(-1)
  const used: number[] = []
  let masks = new Int32Array(1024)
  let slots = 0
  const liveAtLastSweep = new Int32Array(count).fill(-1)
  const crossingChanged = new Uint8Array(across.count)

  return () => {
    const liveInCrossing = new Int32Array(across.count)
    const liveInLine = new Int32Array(count)
    for (let line = 0; line < count; line++) {
      for (let at = offset[line]; at < offset[line + 1]; at++) {
        if (live[grant[at]] === 0) continue
        liveInLine[line]++
        liveInCrossing[crossing[at]]++
      }
    }
    crossingChanged.fill(0)
    for (let line = 0; line < count; line++) {
      if (liveInLine[line] === liveAtLastSweep[line]) continue
      for (let at = offset[line]; at < offset[line + 1]; at++) crossingChanged[crossing[at]] = 1
      liveAtLastSweep[line] = liveInLine[line]
    }
    for (let line = 0; line < count; line++) {
      // Alone in its line, a grant implies nothing along it.
      if (liveInLine[line] > 1) sweepLine(line)
    }
  }

  function sweepLine(line: number): void {
    const start = offset[line]
    const length = offset[line + 1] - start
    const words = (length + 31) >>> 5
    const own = new Int32Array(words)
    for (let j = 0; j < length; j++) {
      place[crossing[start + j]] = j
      if (live[grant[start + j]] === 0 || isBarred?.(line, crossing[start + j]) === true) continue
      own[j >>> 5] |= 1 << (j & 31)
    }
    const common = new Int32Array(words)

    for (let j = 0; j < length; j++) {
      const g = grant[start + j]
      const cross = crossing[start + j]
      if (live[g] === 0 || crossingChanged[cross] === 0) continue
      if (!onStep(1 + ((across.offset[cross + 1] - across.offset[cross]) * words) / cellsPerStep)) break
      let any = 0
      for (let w = 0; w < words; w++) any |= common[w] = w === j >>> 5 ? own[w] & ~(1 << (j & 31)) : own[w]
      const end = across.offset[cross + 1]
      for (let at = across.offset[cross]; at < end && any !== 0; at++) {
        const other = across.crossing[at]
        if (other === line) continue
        let slot = slotOf[other]
        if (slot === -1) slot = maskOf(other, words)
        // No live grant where it meets this line: not in X.
        if (slot === -2) continue
        any = 0
        for (let w = 0, m = slot * words; w < words; w++, m++) any |= common[w] &= masks[m]
      }
      if (any === 0) continue
      for (let w = 0; w < words; w++) {
        for (let rest = common[w]; rest !== 0; rest &= rest - 1) {
          const implied = grant[start + (w << 5) + 31 - Math.clz32(rest & -rest)]
          live[implied] = 0
          log.implier.push(g)
          log.implied.push(implied)
        }
        own[w] &= ~common[w]
      }
    }
    for (let j = 0; j < length; j++) place[crossing[start + j]] = -1
    for (const other of used) slotOf[other] = -1
    used.length = 0
    slots = 0
  }

  function maskOf(other: number, words: number): number {
    used.push(other)
    const base = slots * words
    if (masks.length < base + words) {
      const larger = new Int32Array((base + words) * 2)
      larger.set(masks)
      masks = larger
    }
    masks.fill(0, base, base + words)
    let isInX = false
    for (let at = offset[other]; at < offset[other + 1]; at++) {
      const j = place[crossing[at]]
      if (j < 0) continue
      masks[base + (j >>> 5)] |= 1 << (j & 31)
      if (live[grant[at]] === 1) isInX = true
    }
    if (!isInX) {
      slotOf[other] = -2
      return -2
    }
    slotOf[other] = slots
    return slots++
  }
}

/** Cells that are looked at in a step of ten microseconds, about. */
export const cellsPerStep = 1000

/** The cells of a grant's rectangle before anything leaves it. */
export function cellsAround({ rowOffset, columnOffset, rowColumn, grantRow }: AccessGrid, g: number): number {
  const row = grantRow[g]
  const column = rowColumn[g]
  return (rowOffset[row + 1] - rowOffset[row]) * (columnOffset[column + 1] - columnOffset[column])
}

/** Drops live grants between the common rows and the common columns of a live grant. */
function dropBetween(grid: AccessGrid, live: Uint8Array, partners: Partners, log: Log, onStep: Step): void {
  const { grantCount, rowColumn, grantRow } = grid
  const liveInRow = new Uint32Array(grid.rowCount)
  const liveInColumn = new Uint32Array(grid.columnCount)
  for (let g = 0; g < grantCount; g++) {
    liveInRow[grantRow[g]] += live[g]
    liveInColumn[rowColumn[g]] += live[g]
  }
  const columns = new Uint32Array(grid.columnCount)
  const rows = new Uint32Array(grid.rowCount)
  for (let g = 0; g < grantCount; g++) {
    if (live[g] === 0) continue
    if (!onStep(1 + cellsAround(grid, g) / cellsPerStep)) return
    const columnsFound = commonColumns(grid, live, liveInRow, liveInColumn, g, columns, partners)
    if (columnsFound === 0) continue
    const rowsFound = commonRows(grid, live, liveInRow, liveInColumn, g, rows)
    onStep((rowsFound * columnsFound) / cellsPerStep)
    for (let i = 0; i < rowsFound; i++) {
      for (let j = 0; j < columnsFound; j++) {
        const other = grantAt(grid, rows[i], columns[j])
        if (other < 0 || live[other] === 0) continue
        live[other] = 0
        liveInRow[rows[i]]--
        liveInColumn[columns[j]]--
        log.implier.push(g)
        log.implied.push(other)
      }
    }
  }
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
    if (at === g || liveInColumn[column] === 0) continue
    // Rather drop too little: a column joins only if no partner of it is anywhere among u's.
    if (partners?.[column].some((q) => isGranted(grid, u, q)) === true) continue
    found[count++] = column
  }
  const end = columnOffset[p + 1]
  for (let at = columnOffset[p]; at < end && count > 0; at++) {
    const row = columnRow[at]
    if (row === u || liveInRow[row] === 0) continue
    if (live[columnGrant[at]] === 0 && !hasLiveColumnOf(grid, live, row, u)) continue
    let kept = 0
    for (let i = 0; i < count; i++) if (isGranted(grid, row, found[i])) found[kept++] = found[i]
    count = kept
  }
  return count
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
    const column = rowColumn[at]
    if (at === g || liveInColumn[column] === 0) continue
    if (live[at] === 0 && !hasLiveRowOf(grid, live, column, p)) continue
    let kept = 0
    for (let i = 0; i < count; i++) if (isGranted(grid, found[i], column)) found[kept++] = found[i]
    count = kept
  }
  return count
}

function hasLiveRowOf(grid: AccessGrid, live: Uint8Array, column: number, of: number): boolean {
  const { columnOffset, columnRow, columnGrant } = grid
  for (let at = columnOffset[column]; at < columnOffset[column + 1]; at++) {
    if (live[columnGrant[at]] === 1 && isGranted(grid, columnRow[at], of)) return true
  }
  return false
}
