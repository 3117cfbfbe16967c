import { type AccessGrid, isGranted } from '../access-grid.ts'
import type { Partners } from '../partners.ts'
import type { Step } from '../run-hooks.ts'
import type { DominanceLog, GrowingLog } from './dominance-log.ts'
import { dropBetween } from './drop-between.ts'
import { LineSweep } from './line-sweep.ts'
import type { Lines } from './lines.ts'

/**
 * Drops live grants that every role with another live grant can also cover, until nothing more can be dropped. The log says
 * which grant implied each of them.
 *
 * Take a live grant (u, p). The members of a role that gives p to u are holders of p, and its entitlements are entitlements of
 * u. Only live grants matter. So of the rows only X counts: the holders of p with a live grant in u's columns. Of the columns
 * only Y counts: the columns of u with a live grant among p's holders. A row that has all of Y can join any such role, a column
 * that all of X have can join it too, and both can join together. Every other live grant where such a row and such a column
 * cross is implied. In set cover this is the dominance of elements: a set with (u, p) can always include the implied elements.
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
    // The sweeps compare only within the row and the column of a grant. It pays to compare the cells between only when they
    // find nothing more.
    dropBetween(grid, live, partners, log, onStep)
    if (log.implied.length === before) break
  }
  return { implier: Uint32Array.from(log.implier), implied: Uint32Array.from(log.implied) }
}
