import { isWithin } from '@assay/mining'
import { type AccessGrid, grantAt, type Rectangle } from './access-grid.ts'
import { cellsAround, cellsPerStep } from './cells-per-step.ts'
import type { GrowRectangle } from './grow-rectangle.ts'
import { liveRows } from './incompatible-grants.ts'
import type { Step } from './run-hooks.ts'

/** Full rectangles that together cover the live grants, with the live grants of each. */
export interface Cover {
  readonly rectangles: Rectangle[]
  readonly grants: Uint32Array[]
}

/**
 * The live grants inside a rectangle, ascending.
 * @param liveOf the live grants of each row; saves time for rectangles with few live grants
 */
export function liveGrantsOf(
  grid: AccessGrid,
  live: Uint8Array,
  { rows, columns }: Rectangle,
  liveOf?: ReturnType<typeof liveRows>,
): Uint32Array {
  const found: number[] = []
  for (const row of rows) {
    const start = grid.rowOffset[row]!
    const end = grid.rowOffset[row + 1]!
    if (liveOf !== undefined && (liveOf.start[row + 1]! - liveOf.start[row]!) * 8 < columns.length) {
      for (let i = liveOf.start[row]!; i < liveOf.start[row + 1]!; i++) {
        const g = liveOf.grants[i]!
        if (live[g] === 1 && isWithin(columns, grid.rowColumn[g]!, 0, columns.length)) found.push(g)
      }
      continue
    }
    if (columns.length * 8 < end - start) {
      for (const column of columns) {
        const g = grantAt(grid, row, column)
        if (live[g] === 1) found.push(g)
      }
      continue
    }
    // Both lists ascend, so one pass compares them.
    let j = 0
    for (let g = start; g < end && j < columns.length; g++) {
      while (j < columns.length && columns[j]! < grid.rowColumn[g]!) j++
      if (j < columns.length && columns[j] === grid.rowColumn[g] && live[g] === 1) found.push(g)
    }
  }
  return Uint32Array.from(found)
}

/**
 * Covers the live grants with one rectangle after the other. Each grows around the uncovered grant that fits with the fewest
 * others: few roles can cover it, so little depends on the choice. For the same reason the weight of a grant is the inverse
 * square of that number while a rectangle grows: a grant that fits nearly everywhere will be covered anyway, and with equal
 * weights two identities that share two roles would count more than one role. (With 2,000 planted roles: 3,028 rectangles with
 * equal weights, 2,126 with the inverse, 2,006 with its square.) Rectangles that others make needless are dropped. Undefined if
 * the work budget is used up before all grants are covered.
 */
export function coverGreedily(
  grid: AccessGrid,
  live: Uint8Array,
  order: Uint32Array,
  fits: Float64Array,
  grow: GrowRectangle,
  onStep: Step,
): Cover | undefined {
  const weight = Float64Array.from(live, (isLive, g) => isLive / (1 + fits[g]!) ** 2)
  const cover: Cover = { rectangles: [], grants: [] }
  const liveOf = liveRows(grid, live)
  for (const g of order) {
    if (weight[g] === 0) continue
    if (!onStep(16 + cellsAround(grid, g) / cellsPerStep)) return undefined
    const rectangle = grow(g, weight)
    const grants = liveGrantsOf(grid, live, rectangle, liveOf)
    for (const other of grants) weight[other] = 0
    cover.rectangles.push(rectangle)
    cover.grants.push(grants)
  }
  return withoutNeedless(grid.grantCount, cover)
}

/** Drops each rectangle whose grants are all in other rectangles. Begins with the rectangle that has the fewest grants. */
function withoutNeedless(grantCount: number, cover: Cover): Cover {
  const times = new Uint32Array(grantCount)
  for (const grants of cover.grants) for (const g of grants) times[g]!++
  const order = cover.grants.map((_, r) => r).sort((a, b) => cover.grants[a]!.length - cover.grants[b]!.length || b - a)
  const isNeeded = new Uint8Array(cover.grants.length).fill(1)
  for (const r of order) {
    if (!cover.grants[r]!.every((g) => times[g]! > 1)) continue
    isNeeded[r] = 0
    for (const g of cover.grants[r]!) times[g]!--
  }
  return {
    rectangles: cover.rectangles.filter((_, r) => isNeeded[r] === 1),
    grants: cover.grants.filter((_, r) => isNeeded[r] === 1),
  }
}
