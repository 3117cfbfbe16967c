import type { AccessGrid } from './access-grid.ts'
import { cellsPerStep } from './cells-per-step.ts'
import { ChangingCover } from './changing-cover.ts'
import { type Cover, liveGrantsOf } from './cover-grants.ts'
import type { GrowRectangle } from './grow-rectangle.ts'
import type { Step } from './run-hooks.ts'

/** What the iterations may cost on average, in cells looked at. */
const cellsPerIteration = 50_000

/**
 * Looks for a cover with fewer rectangles, by local search with weights (as for the set cover problem: Gao et al. 2015). One
 * rectangle is missing all the time: leave out the one that covers least of what no other does, grow one around a grant that
 * is uncovered, and let all that stays uncovered weigh one more. So what is hard to cover shapes the rectangles in the end.
 * When everything is covered, one more leaves. Ends at `bound` rectangles or after `iterations`; the same seed takes the
 * same way.
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
  // Of two there is none to exchange: one leaves, and the other is the newest.
  const bound = Math.max(2, options.bound)
  let best = start
  if (start.rectangles.length <= bound) return best
  const cover = new ChangingCover(live, start)
  const { uncovered, slots, weight } = cover
  // Where columns are long an iteration costs a hundred times more: cells are counted as well as iterations.
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

/** About how many cells are looked at around a grant: its rectangle to begin with, and each line for each that leaves. */
function costOf(grid: AccessGrid, g: number): number {
  const row = grid.grantRow[g]!
  const column = grid.rowColumn[g]!
  const columns = grid.rowOffset[row + 1]! - grid.rowOffset[row]!
  const holders = grid.columnOffset[column + 1]! - grid.columnOffset[column]!
  return columns * holders + ((columns + holders) * (columns + holders)) / 4
}
