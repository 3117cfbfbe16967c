import type { AccessGrid } from './access-grid.ts'
import { cellsPerStep } from './cells-per-step.ts'
import { fittingPairs } from './fitting-pairs.ts'
import { IncompatibleList } from './incompatible-list.ts'
import type { Partners } from './partners.ts'
import type { Step } from './run-hooks.ts'

/** If the list is this much shorter than the longest one, the search returns to the longest one. */
const mostBehind = 4

/**
 * Looks for a longer list of live grants of which no two fit, by local search as for large independent sets (Andrade, Resende,
 * Werneck 2012). An iteration puts in a grant that removes few others, of equal ones the one that was not moved for the longest
 * time, and then adds grants that fit with none of the list. It ends at `enough` grants, or after `iterations` without a longer
 * list. If the kernel has too many pairs that fit, it returns `start`.
 */
export function searchIncompatible(
  grid: AccessGrid,
  live: Uint8Array,
  partners: Partners,
  start: Uint32Array,
  options: {
    /** The size of a known cover: no list is longer. */
    readonly enough: number
    readonly iterations: number
    readonly random: () => number
    readonly onStep: Step
  },
): Uint32Array {
  const { enough, iterations, random, onStep } = options
  const pairs = fittingPairs(grid, live, partners, onStep)
  if (pairs === undefined) return start
  const { grants } = pairs
  const count = grants.length
  const list = new IncompatibleList(pairs)
  const { free } = list
  const place = new Map(Array.from(grants, (g, k) => [g, k]))
  for (const g of start) list.putIn(place.get(g) as number, 0)
  let best = list.isIn.slice()
  let bestSize = list.size
  let improvedAt = 0
  for (let iteration = 1; iteration - improvedAt <= iterations; iteration++) {
    while (free.length > 0) list.putIn(free[Math.floor(random() * free.length)]!, iteration)
    if (list.size > bestSize) {
      best = list.isIn.slice()
      bestSize = list.size
      improvedAt = iteration
      onStep(count / cellsPerStep)
    }
    if (bestSize >= enough || list.size === count) break
    if (list.size <= bestSize - mostBehind) {
      list.restore(best, iteration)
      onStep(count / cellsPerStep)
    }
    const k = list.drawOutside(random)
    if (!onStep(0.2 + list.throwOut(k, iteration) / cellsPerStep)) break
    list.putIn(k, iteration)
  }
  return Uint32Array.from([...grants].filter((_, k) => best[k] === 1))
}
