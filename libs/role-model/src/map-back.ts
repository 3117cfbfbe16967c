import type { AccessGrid, Rectangle } from './access-grid.ts'
import type { Cover } from './cover-grants.ts'
import type { DominanceLog } from './dominance.ts'

/**
 * Rectangles over all grants from a cover of those that dominance left. Each of these belongs to one rectangle, and the log,
 * read from its end, gives every implied grant to the rectangle of its implier. A rectangle is then the rows and columns of
 * its grants.
 *
 * Why it is full: at the moment when the log speaks of (u, p), each grant of p's rectangle was live, so its rows are in X and
 * its columns in Y (see dominance.ts), and implied rows and columns are those that fit with all of X and all of Y.
 */
export function mapBack(grid: AccessGrid, live: Uint8Array, cover: Cover, log: DominanceLog): Rectangle[] {
  const owner = new Int32Array(grid.grantCount).fill(-1)
  cover.grants.forEach((grants, r) => {
    for (const g of grants) if (owner[g]! < 0 && live[g] === 1) owner[g] = r
  })
  const { implier, implied } = log
  for (let i = implied.length - 1; i >= 0; i--) owner[implied[i]!] = owner[implier[i]!]!
  const rows: Set<number>[] = cover.rectangles.map(() => new Set())
  const columns: Set<number>[] = cover.rectangles.map(() => new Set())
  for (let g = 0; g < grid.grantCount; g++) {
    if (owner[g]! < 0) continue
    rows[owner[g]!]!.add(grid.grantRow[g]!)
    columns[owner[g]!]!.add(grid.rowColumn[g]!)
  }
  return rows.flatMap((set, r) =>
    set.size === 0 ? [] : [{ rows: Uint32Array.from(set).sort(), columns: Uint32Array.from(columns[r]!).sort() }],
  )
}
