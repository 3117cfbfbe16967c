import { isWithin } from '@assay/mining'
import { type AccessGrid, isGranted } from './access-grid.ts'
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
    partners === undefined ? false : partners[column]!.some((partner) => isGranted(grid, row, partner)),
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
 * For each line and each live grant of it: which other live grants of the line lie on crossings that all of X have? They lie on
 * crossings that every line has which is live on the grant's own crossing, for all of these are in X. Mostly there are none;
 * what there is, the rest of X is asked for, one after the other.
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
  /** Per crossing the grant of the line at hand, -1 for none; and whether that one may be dropped. */
  const grantOf = new Int32Array(across.count).fill(-1)
  const mayDrop = new Uint8Array(across.count)
  /** Per line whether it is in X of the line at hand, by the number of that one. */
  const asked = new Int32Array(count).fill(-1)
  const isInX = new Uint8Array(count)
  const liveAtLastSweep = new Int32Array(count).fill(-1)
  const crossingChanged = new Uint8Array(across.count)
  const liveInCrossing = new Int32Array(across.count)
  const everMet = new MetCrossings(offset, crossing, across, live)
  /** The grants that were live when the sweep began: those of line `l` are from `liveOffset` at `l` up to `l + 1`. */
  const liveOffset = new Uint32Array(count + 1)
  const liveGrant = new Uint32Array(grant.length)
  const liveCrossing = new Uint32Array(grant.length)
  let candidates = new Uint32Array(64)
  let turn = 0

  return () => {
    liveInCrossing.fill(0)
    let liveCount = 0
    for (let line = 0; line < count; line++) {
      liveOffset[line] = liveCount
      for (let at = offset[line]!; at < offset[line + 1]!; at++) {
        if (live[grant[at]!] === 0) continue
        liveGrant[liveCount] = grant[at]!
        liveCrossing[liveCount++] = crossing[at]!
        liveInCrossing[crossing[at]!]!++
      }
    }
    liveOffset[count] = liveCount
    crossingChanged.fill(0)
    for (let line = 0; line < count; line++) {
      const liveInLine = liveOffset[line + 1]! - liveOffset[line]!
      if (liveInLine === liveAtLastSweep[line]) continue
      for (let at = offset[line]!; at < offset[line + 1]!; at++) crossingChanged[crossing[at]!] = 1
      liveAtLastSweep[line] = liveInLine
    }
    for (let line = 0; line < count; line++) {
      // Alone in its line, a grant implies nothing along it.
      if (liveOffset[line + 1]! - liveOffset[line]! > 1) sweepLine(line)
    }
  }

  function sweepLine(line: number): void {
    turn++
    const start = offset[line]!
    const end = offset[line + 1]!
    for (let at = start; at < end; at++) {
      const cross = crossing[at]!
      grantOf[cross] = grant[at]!
      mayDrop[cross] = live[grant[at]!] === 0 || isBarred?.(line, cross) === true ? 0 : 1
    }
    for (let at = liveOffset[line]!; at < liveOffset[line + 1]!; at++) {
      const g = liveGrant[at]!
      const cross = liveCrossing[at]!
      if (live[g] === 0 || crossingChanged[cross] === 0) continue
      const cellsBefore = everMet.cells
      const found = candidatesOf(cross)
      const cells = everMet.cells - cellsBefore + found * (across.offset[cross + 1]! - across.offset[cross]!)
      if (!onStep(1 + cells / cellsPerStep)) break
      const implied = found === 0 ? 0 : heldByAllOfX(line, cross, found)
      for (let i = 0; i < implied; i++) {
        const other = candidates[i]!
        live[grantOf[other]!] = 0
        mayDrop[other] = 0
        liveInCrossing[other]!--
        log.implier.push(g)
        log.implied.push(grantOf[other]!)
      }
    }
    for (let at = start; at < end; at++) {
      grantOf[crossing[at]!] = -1
      mayDrop[crossing[at]!] = 0
    }
  }

  /** Crossings whose grants may be dropped and that every line has which is live here; ascending, their number returned. */
  function candidatesOf(cross: number): number {
    const met = everMet.of(cross, liveInCrossing[cross]!)
    if (candidates.length < met.length) candidates = new Uint32Array(met.length * 2)
    let found = 0
    for (let i = 0; i < met.length; i++) if (mayDrop[met[i]!] === 1) candidates[found++] = met[i]!
    return found
  }

  /** Of the candidates those that all other lines of X have, moved to the front in their order; their number returned. */
  function heldByAllOfX(line: number, cross: number, found: number): number {
    let left = found
    for (let at = across.offset[cross]!; at < across.offset[cross + 1]! && left > 0; at++) {
      const other = across.crossing[at]!
      // Whoever is live here has all candidates.
      if (other === line || live[across.grant[at]!] === 1 || liveOffset[other] === liveOffset[other + 1]) continue
      if (asked[other] !== turn) {
        asked[other] = turn
        isInX[other] = isLiveNearby(other) ? 1 : 0
      }
      if (isInX[other] === 0) continue
      let kept = 0
      for (let i = 0; i < left; i++) {
        if (isWithin(crossing, candidates[i]!, offset[other]!, offset[other + 1]!)) candidates[kept++] = candidates[i]!
      }
      left = kept
    }
    return left
  }

  /** Whether a line has a live grant where it meets the line at hand. */
  function isLiveNearby(other: number): boolean {
    for (let at = liveOffset[other]!; at < liveOffset[other + 1]!; at++) {
      if (grantOf[liveCrossing[at]!]! >= 0 && live[liveGrant[at]!] === 1) return true
    }
    return false
  }
}

/** For each crossing the others that all lines have which are live on it. Kept until one of these grants is dropped. */
class MetCrossings {
  private readonly offset: Uint32Array
  private readonly crossing: Uint32Array
  private readonly across: Lines
  private readonly live: Uint8Array
  private readonly met: Uint32Array[] = []
  /** Those that are found, before it is known how many. */
  private scratch = new Uint32Array(64)
  /** Live grants only become fewer: as long as there are so many, they are the same. */
  private readonly liveThen: Int32Array
  /** Work that was done, in cells that are looked up; four that are passed in a row are one. */
  cells = 0

  constructor(offset: Uint32Array, crossing: Uint32Array, across: Lines, live: Uint8Array) {
    this.offset = offset
    this.crossing = crossing
    this.across = across
    this.live = live
    this.liveThen = new Int32Array(across.count).fill(-1)
  }

  /** @param liveCount grants that are live on the crossing, at least one */
  of(cross: number, liveCount: number): Uint32Array {
    if (this.liveThen[cross] !== liveCount) {
      this.liveThen[cross] = liveCount
      this.met[cross] = this.find(cross)
    }
    return this.met[cross]!
  }

  private find(cross: number): Uint32Array {
    const { offset, crossing, across, live } = this
    const end = across.offset[cross + 1]!
    let shortest = -1
    for (let at = across.offset[cross]!; at < end; at++) {
      const line = across.crossing[at]!
      if (live[across.grant[at]!] === 0) continue
      if (shortest < 0 || offset[line + 1]! - offset[line]! < offset[shortest + 1]! - offset[shortest]!) shortest = line
    }
    let left = offset[shortest + 1]! - offset[shortest]!
    if (this.scratch.length < left) this.scratch = new Uint32Array(left * 2)
    const found = this.scratch
    for (let i = 0; i < left; i++) found[i] = crossing[offset[shortest]! + i]!
    // The crossing itself is always met.
    for (let at = across.offset[cross]!; at < end && left > 1; at++) {
      const line = across.crossing[at]!
      if (live[across.grant[at]!] === 0 || line === shortest) continue
      left = this.keepMet(found, left, offset[line]!, offset[line + 1]!)
    }
    if (left === 1) return none
    let kept = 0
    for (let i = 0; i < left; i++) if (found[i] !== cross) found[kept++] = found[i]!
    return found.slice(0, kept)
  }

  /** Moves those of the first `count` that a line has to the front, in their order; both ascend. Answers how many. */
  private keepMet(found: Uint32Array, count: number, start: number, end: number): number {
    const { crossing } = this
    let kept = 0
    if (count * 16 < end - start) {
      for (let i = 0; i < count; i++) if (isWithin(crossing, found[i]!, start, end)) found[kept++] = found[i]!
      this.cells += count * 2
      return kept
    }
    let at = start
    for (let i = 0; i < count && at < end; i++) {
      const wanted = found[i]!
      while (at < end && crossing[at]! < wanted) at++
      if (at < end && crossing[at] === wanted) found[kept++] = wanted
    }
    this.cells += (count + at - start) / 4
    return kept
  }
}

const none = new Uint32Array(0)

/** Cells that are looked at in a step of ten microseconds, about. */
export const cellsPerStep = 1000

/** The cells of a grant's rectangle before anything leaves it. */
export function cellsAround({ rowOffset, columnOffset, rowColumn, grantRow }: AccessGrid, g: number): number {
  const row = grantRow[g]!
  const column = rowColumn[g]!
  return (rowOffset[row + 1]! - rowOffset[row]!) * (columnOffset[column + 1]! - columnOffset[column]!)
}

/** Drops live grants between the common rows and the common columns of a live grant. */
function dropBetween(grid: AccessGrid, live: Uint8Array, partners: Partners, log: Log, onStep: Step): void {
  const { grantCount, rowColumn, grantRow } = grid
  const liveInRow = new Uint32Array(grid.rowCount)
  const liveInColumn = new Uint32Array(grid.columnCount)
  for (let g = 0; g < grantCount; g++) {
    liveInRow[grantRow[g]!]! += live[g]!
    liveInColumn[rowColumn[g]!]! += live[g]!
  }
  const columns = new Uint32Array(grid.columnCount)
  const rows = new Uint32Array(grid.rowCount)
  /** Per column the grant for which it was found last, plus 1. */
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

/** The grants of each line that were live once: those that still are, are among them. Far fewer than all when most are dropped. */
interface LiveLines {
  readonly offset: Uint32Array
  readonly grant: Uint32Array
}

/** @param grants by place in the lines; absent where a grant's place is its number */
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

/** Columns other than p's that all of X have and that have a live grant; written to `found`, their number returned. */
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
    // Rather drop too little: a column joins only if no partner of it is anywhere among u's.
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

/** Rows other than u that have all of Y and a live grant; written to `found`, their number returned. */
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
