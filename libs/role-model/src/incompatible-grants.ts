import { type AccessGrid, isGranted } from './access-grid.ts'
import { cellsAround, cellsPerStep } from './cells-per-step.ts'
import type { Partners } from './partners.ts'
import type { Step } from './run-hooks.ts'

/**
 * Live grants of which no two fit into one role, so at least as many roles are needed. Two grants (u, p) and (v, q) fit if u
 * holds q, v holds p, and p and q may be in one role. Greedy: choose the grant that fits with the fewest others, and exclude
 * all that fit with it. On small kernels this is the fewest of the grants that are left. On large ones it is the fewest at the
 * start, because updating the numbers would cost more than everything else. `order` has the live grants by ascending `fits`.
 */
export function incompatibleGrants(
  grid: AccessGrid,
  live: Uint8Array,
  partners: Partners,
  order: Uint32Array,
  fitting: Float64Array,
  onStep: Step,
): Uint32Array {
  const left = live.slice()
  const fits = fitting.slice()
  const near: number[] = []
  const rows = liveRows(grid, live)
  let pairs = 0
  for (const g of order) pairs += fits[g]!
  const chosen = pairs > maxCountedPairs || partners !== undefined ? inOrder() : byCount()
  return Uint32Array.from(chosen).sort()

  function inOrder(): number[] {
    const chosen: number[] = []
    for (const g of order) {
      if (left[g] === 0) continue
      if (!onStep(1 + cellsAround(grid, g) / cellsPerStep)) break
      chosen.push(g)
      const count = listFitting(grid, rows, left, partners, g, near)
      for (let i = 0; i < count; i++) left[near[i]!] = 0
      left[g] = 0
    }
    return chosen
  }

  function byCount(): number[] {
    const chosen: number[] = []
    const buckets: number[][] = Array.from({ length: fits[order[order.length - 1]!]! + 1 || 0 }, () => [])
    for (let i = order.length - 1; i >= 0; i--) buckets[fits[order[i]!]!]!.push(order[i]!)
    const aside: number[] = []
    for (let at = 0; at < buckets.length; ) {
      const g = buckets[at]!.pop()
      if (g === undefined) at++
      if (g === undefined || left[g] === 0 || fits[g] !== at) continue
      if (!onStep(1 + ((1 + fits[g]) * cellsAround(grid, g)) / cellsPerStep)) break
      chosen.push(g)
      left[g] = 0
      const count = listFitting(grid, rows, left, partners, g, aside)
      for (let i = 0; i < count; i++) left[aside[i]!] = 0
      for (let i = 0; i < count; i++) {
        const touched = listFitting(grid, rows, left, partners, aside[i]!, near)
        for (let k = 0; k < touched; k++) {
          const fewer = --fits[near[k]!]!
          buckets[fewer]!.push(near[k]!)
          if (fewer < at) at = fewer
        }
      }
    }
    return chosen
  }
}

const maxCountedPairs = 2_000_000

/**
 * For each live grant the number of grants that fit with it, without regard to partners. For each row it counts once what every
 * other row shares with it, then sums over the holders. If the columns are so long that this would take too many steps, the
 * number is the size of the row times the size of the column.
 */
export function countFitting(grid: AccessGrid, live: Uint8Array, onStep: Step): Float64Array {
  const { rowCount, columnCount, grantCount, rowOffset, rowColumn, columnOffset, columnRow, columnGrant, grantRow } =
    grid
  const fits = new Float64Array(grantCount)
  let steps = 0
  for (let c = 0; c < columnCount; c++) steps += (columnOffset[c + 1]! - columnOffset[c]!) ** 2
  if (steps > maxCountingSteps) {
    for (let g = 0; g < grantCount; g++) {
      const column = rowColumn[g]!
      const row = grantRow[g]!
      fits[g] = (columnOffset[column + 1]! - columnOffset[column]!) * (rowOffset[row + 1]! - rowOffset[row]!)
    }
    return fits
  }
  const shared = new Float64Array(rowCount)
  const touched = new Uint32Array(rowCount)
  for (let row = 0; row < rowCount; row++) {
    onStep()
    let count = 0
    for (let g = rowOffset[row]!; g < rowOffset[row + 1]!; g++) {
      const end = columnOffset[rowColumn[g]! + 1]!
      for (let at = columnOffset[rowColumn[g]!]!; at < end; at++) {
        if (live[columnGrant[at]!] === 1 && shared[columnRow[at]!]!++ === 0) touched[count++] = columnRow[at]!
      }
    }
    for (let g = rowOffset[row]!; g < rowOffset[row + 1]!; g++) {
      if (live[g] === 0) continue
      let sum = -1
      const end = columnOffset[rowColumn[g]! + 1]!
      for (let at = columnOffset[rowColumn[g]!]!; at < end; at++) sum += shared[columnRow[at]!]!
      fits[g] = sum
    }
    for (let i = 0; i < count; i++) shared[touched[i]!] = 0
  }
  return fits
}

const maxCountingSteps = 2_000_000_000

/** The live grants by ascending `fits`: the grants that the fewest roles can cover come first. */
export function byFitting(live: Uint8Array, fits: Float64Array): Uint32Array {
  const order: number[] = []
  for (let g = 0; g < live.length; g++) if (live[g] === 1) order.push(g)
  return Uint32Array.from(order.sort((a, b) => fits[a]! - fits[b]! || a - b))
}

/** The live grants of each row, so that rows with few of them cost little. */
export function liveRows(grid: AccessGrid, live: Uint8Array): { start: Uint32Array; grants: Uint32Array } {
  const start = new Uint32Array(grid.rowCount + 1)
  const grants: number[] = []
  for (let row = 0; row < grid.rowCount; row++) {
    for (let g = grid.rowOffset[row]!; g < grid.rowOffset[row + 1]!; g++) if (live[g] === 1) grants.push(g)
    start[row + 1] = grants.length
  }
  return { start, grants: Uint32Array.from(grants) }
}

/**
 * Writes each other grant of `left` that fits with `g` to `found`, and returns their number.
 * @param rows the live grants of each row, from `liveRows`
 */
export function listFitting(
  grid: AccessGrid,
  rows: { readonly start: Uint32Array; readonly grants: Uint32Array },
  left: Uint8Array,
  partners: Partners,
  g: number,
  found: number[],
): number {
  const { rowColumn, columnOffset, columnRow, grantRow } = grid
  const { start, grants } = rows
  const u = grantRow[g]!
  const p = rowColumn[g]!
  const barred = partners?.[p]
  let count = 0
  for (let at = columnOffset[p]!; at < columnOffset[p + 1]!; at++) {
    const row = columnRow[at]!
    const end = start[row + 1]!
    for (let i = start[row]!; i < end; i++) {
      const other = grants[i]!
      if (left[other] === 0 || other === g || !isGranted(grid, u, rowColumn[other]!)) continue
      if (barred?.includes(rowColumn[other]!) !== true) found[count++] = other
    }
  }
  return count
}
