import { type AccessGrid, type Rectangle, transposed } from '../access-grid.ts'
import type { Partners } from '../partners.ts'
import type { Step } from '../run-hooks.ts'
import { searchComplexity } from './search-complexity.ts'
import { withoutNeedless } from './without-needless.ts'

/**
 * Makes roles with fewer links from roles that cover the `needed` grants. The search alternates between rows and columns, because a move
 * that is small on one side is large on the other. With `iterations` 0 it only removes links that are not needed, so the number of roles
 * and of links never grows.
 */
export function leastComplexity(
  grid: AccessGrid,
  needed: Uint8Array,
  partners: Partners,
  start: readonly Rectangle[],
  options: {
    readonly iterations: number
    readonly maxEntitlements: number | undefined
    readonly random: () => number
    readonly onStep: Step
  },
): Rectangle[] {
  const { random, onStep, maxEntitlements } = options
  // A grid that is too large for bits is not searched.
  if (grid.bits.length === 0 || start.length === 0) return start.slice()
  const isFree = partners === undefined && maxEntitlements === undefined
  const isAllowed = isFree ? undefined : columnRule(grid, partners, maxEntitlements)
  if (options.iterations === 0) {
    const reduced = withoutNeedless(grid, needed, start)
    if (reduced !== undefined) return reduced
    return searchComplexity(grid, start, { iterations: 0, hot: 0, needed, isAllowed, random, onStep })
  }
  const iterations = Math.ceil(options.iterations / 4)
  if (!isFree) {
    return searchComplexity(grid, start, { iterations: iterations * 4, hot: 1, needed, isAllowed, random, onStep })
  }
  const across = transposed(grid)
  const neededAcross = Uint8Array.from(grid.columnGrant, (g) => needed[g]!)
  let roles = start.slice()
  for (let turn = 0; turn < 4; turn++) {
    const hot = 0.5 ** turn
    roles =
      turn % 2 === 0
        ? searchComplexity(grid, roles, { iterations, hot, needed, random, onStep })
        : flip(searchComplexity(across, flip(roles), { iterations, hot, needed: neededAcross, random, onStep }))
  }
  return roles
}

function flip(rectangles: readonly Rectangle[]): Rectangle[] {
  return rectangles.map(({ rows, columns }) => ({ rows: columns, columns: rows }))
}

/** Returns whether a set of columns may be a role: it is not too large, and no two of its columns are forbidden partners. */
function columnRule(
  grid: AccessGrid,
  partners: Partners,
  most = Number.POSITIVE_INFINITY,
): (columns: Int32Array) => boolean {
  return (columns) => {
    let weight = 0
    for (let w = 0; w < columns.length; w++) {
      for (let rest = columns[w]!; rest !== 0; rest &= rest - 1) {
        const column = (w << 5) + 31 - Math.clz32(rest & -rest)
        weight += grid.columnWeight[column]!
        if (weight > most) return false
        for (const other of partners?.[column] ?? []) if ((columns[other >>> 5]! >>> (other & 31)) & 1) return false
      }
    }
    return true
  }
}
