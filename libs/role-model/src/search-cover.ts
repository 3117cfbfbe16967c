import type { AccessGrid } from './access-grid.ts'
import { cellsPerStep } from './cells-per-step.ts'
import { ChangingCover } from './changing-cover.ts'
import { type Cover, liveGrantsOf } from './cover-grants.ts'
import type { GrowRectangle } from './grow-rectangle.ts'
import type { Step } from './run-hooks.ts'

/** The average cost of an iteration, in cells that it reads. All iterations together may cost no more. */
const cellsPerIteration = 50_000

/**
 * Looks for a cover with fewer rectangles, by local search with weights (as for the set cover problem: Gao et al. 2015). The
 * cover always lacks one rectangle. An iteration removes the rectangle with the least loss, grows a rectangle around an
 * uncovered grant, and raises the price of each grant that is still uncovered. So the grants that are hard to cover determine
 * the rectangles in the end. When everything is covered, one more rectangle is removed. It ends at `bound` rectangles, or after
 * `iterations` without a better cover. The same seed gives the same result.
 */
export function searchCover(
  grid: AccessGrid,
  live: Uint8Array,
  start: Cover,
  options: {
    readonly grow: GrowRectangle
    readonly bound: number
    readonly iterations: number
    readonly random: () => number
    readonly onStep: Step
  },
): Cover {
  const { grow, random, onStep } = options
  // With two rectangles nothing can be exchanged: one is removed, and the other is the newest.
  const bound = Math.max(2, options.bound)
  let best = start
  if (start.rectangles.length <= bound) return best
  const cover = new ChangingCover(live, start)
  const { uncovered, slots, weight } = cover
  // If columns are long, an iteration costs a hundred times more. So cells are counted as well as iterations.
  let cells = options.iterations * cellsPerIteration
  let newest = -1
  let improvedAt = 0
  for (let iteration = 1; iteration - improvedAt <= options.iterations && cells > 0; iteration++) {
    if (!onStep()) break
    if (uncovered.length === 0) {
      best = cover.present()
      improvedAt = iteration
      if (cover.size <= bound || !onStep(slots.length / cellsPerStep)) break
      cover.leave(cover.leastLoss(newest))
      if (uncovered.length === 0) continue
    }
    const slot = cover.leastLoss(newest)
    cover.leave(slot)
    const g = uncovered[Math.floor(random() * uncovered.length)]!
    const cost = costOf(grid, g)
    cells -= cost
    onStep((cost + slots.length + uncovered.length) / cellsPerStep)
    const rectangle = grow(g, weight)
    cover.add(slot, rectangle, liveGrantsOf(grid, live, rectangle), iteration)
    newest = slot
    cover.raisePrices()
  }
  return uncovered.length === 0 && cover.size < best.rectangles.length ? cover.present() : best
}

/** About the number of cells that growing around a grant reads: its first rectangle, and a line for each line that is dropped. */
function costOf(grid: AccessGrid, g: number): number {
  const row = grid.grantRow[g]!
  const column = grid.rowColumn[g]!
  const columns = grid.rowOffset[row + 1]! - grid.rowOffset[row]!
  const holders = grid.columnOffset[column + 1]! - grid.columnOffset[column]!
  return columns * holders + ((columns + holders) * (columns + holders)) / 4
}
