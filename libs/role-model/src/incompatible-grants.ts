import { type AccessGrid, isGranted } from './access-grid.ts'
import type { Partners } from './dominance.ts'

/**
 * Live grants of which no two fit into one role: as many roles are needed at least. Two grants (u, p) and (v, q) fit if u
 * holds q, v holds p, and p and q may meet. Greedy: of what is left, take the grant that fits with the fewest, and set
 * aside all that fit with it.
 */
export function incompatibleGrants(
  grid: AccessGrid,
  live: Uint8Array,
  partners: Partners,
  onStep: () => void,
): Uint32Array {
  const { grantCount } = grid
  const left = live.slice()
  const fits = new Uint32Array(grantCount)
  const order: number[] = []
  for (let g = 0; g < grantCount; g++) {
    if (live[g] === 0) continue
    onStep()
    order.push(g)
    let count = 0
    forEachFitting(grid, left, partners, g, () => {
      count++
    })
    fits[g] = count
  }
  // Buckets by the number of fitting grants that are left; numbers only fall, so the pointer steps back at most as often.
  const buckets: number[][] = []
  for (const g of order) {
    const bucket = (buckets[fits[g]] ??= [])
    bucket.push(g)
  }
  const chosen: number[] = []
  let at = 0
  while (at < buckets.length) {
    const g = buckets[at]?.pop()
    if (g === undefined) {
      at++
      continue
    }
    if (left[g] === 0 || fits[g] !== at) continue
    onStep()
    chosen.push(g)
    left[g] = 0
    const aside: number[] = []
    forEachFitting(grid, left, partners, g, (other) => aside.push(other))
    for (const other of aside) left[other] = 0
    for (const other of aside) {
      forEachFitting(grid, left, partners, other, (neighbour) => {
        const count = --fits[neighbour]
        const bucket = (buckets[count] ??= [])
        bucket.push(neighbour)
        if (count < at) at = count
      })
    }
  }
  return Uint32Array.from(chosen).sort()
}

/** Calls back for each other grant that is left and fits with `g`; found from the rows each time, nothing is stored. */
export function forEachFitting(
  grid: AccessGrid,
  left: Uint8Array,
  partners: Partners,
  g: number,
  found: (other: number) => void,
): void {
  const { rowOffset, rowColumn, columnOffset, columnRow, grantRow } = grid
  const u = grantRow[g]
  const p = rowColumn[g]
  const forbidden = partners?.[p]
  for (let at = columnOffset[p]; at < columnOffset[p + 1]; at++) {
    const row = columnRow[at]
    for (let other = rowOffset[row]; other < rowOffset[row + 1]; other++) {
      if (left[other] === 0 || other === g) continue
      const column = rowColumn[other]
      if (isGranted(grid, u, column) && !(forbidden?.includes(column) ?? false)) found(other)
    }
  }
}
