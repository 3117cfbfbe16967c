import { type AccessGrid, isGranted } from '../access-grid.ts'
import type { Partners } from '../partners.ts'
import type { Step } from '../run-hooks.ts'
import type { DominanceLog, GrowingLog } from './dominance-log.ts'
import { dropBetween } from './drop-between.ts'
import { LineSweep } from './line-sweep.ts'
import type { Lines } from './lines.ts'

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
  const log: GrowingLog = { implier: [], implied: [] }
  const rows: Lines = {
    offset: rowOffset,
    crossing: rowColumn,
    grant: Uint32Array.from({ length: grantCount }, (_, g) => g),
    count: rowCount,
  }
  const columns: Lines = { offset: columnOffset, crossing: columnRow, grant: columnGrant, count: columnCount }
  const alongRows = new LineSweep(rows, columns, live, log, onStep, (row, column) =>
    partners === undefined ? false : partners[column]!.some((partner) => isGranted(grid, row, partner)),
  )
  const alongColumns = new LineSweep(columns, rows, live, log, onStep, undefined)
  for (;;) {
    if (!onStep()) break
    const before = log.implied.length
    alongRows.sweep()
    alongColumns.sweep()
    if (log.implied.length > before) continue
    // The sweeps look along the grant's own row and column. Only what they leave pays for a look at the cells between.
    dropBetween(grid, live, partners, log, onStep)
    if (log.implied.length === before) break
  }
  return { implier: Uint32Array.from(log.implier), implied: Uint32Array.from(log.implied) }
}
