import type { AccessGrid, Rectangle } from './access-grid.ts'
import type { Cover } from './cover-grants.ts'
import type { DominanceLog } from './dominance/dominance-log.ts'

/**
 * Makes rectangles over all grants from a cover of the grants that dominance left. Each of these grants belongs to one
 * rectangle. The log, read from its end, gives every implied grant to the rectangle of its implier. A rectangle is then the
 * rows and columns of its grants.
 *
 * Why it is full: when the log recorded an entry for (u, p), each grant of p's rectangle was live, so its rows are in X and its
 * columns in Y (see drop-implied-grants.ts). Implied rows and columns fit with all of X and all of Y.
 */
export function mapBack(grid: AccessGrid, live: Uint8Array, cover: Cover, log: DominanceLog): Rectangle[] {
  const owner = new Int32Array(grid.grantCount).fill(-1)
  cover.grants.forEach((grants, r) => {
    for (const g of grants) if (owner[g]! < 0 && live[g] === 1) owner[g] = r
  })
  const { implier, implied } = log
  for (let i = implied.length - 1; i >= 0; i--) owner[implied[i]!] = owner[implier[i]!]!
  const rows = linesOf(owner, cover.rectangles.length, grid.rowOffset, undefined)
  const columns = linesOf(owner, cover.rectangles.length, grid.columnOffset, grid.columnGrant)
  return rows.flatMap((list, r) =>
    list.length === 0 ? [] : [{ rows: Uint32Array.from(list), columns: Uint32Array.from(columns[r]!) }],
  )
}

/**
 * For each owner the lines that have one of its grants, ascending.
 * @param grants the grant at each position in the lines; absent if the position is the grant
 */
function linesOf(
  owner: Int32Array,
  ownerCount: number,
  offset: Uint32Array,
  grants: Uint32Array | undefined,
): readonly (readonly number[])[] {
  const lines: number[][] = Array.from({ length: ownerCount }, () => [])
  for (let line = 0; line + 1 < offset.length; line++) {
    for (let at = offset[line]!; at < offset[line + 1]!; at++) {
      const of = owner[grants === undefined ? at : grants[at]!]!
      const own = of < 0 ? undefined : lines[of]!
      if (own !== undefined && own[own.length - 1] !== line) own.push(line)
    }
  }
  return lines
}
