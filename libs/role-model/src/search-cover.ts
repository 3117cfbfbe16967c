import type { AccessGrid, Rectangle } from './access-grid.ts'
import { type Cover, liveGrantsOf } from './cover-grants.ts'
import { cellsPerStep } from './dominance.ts'
import type { GrowRectangle } from './grow-rectangle.ts'
import type { Step } from './run-hooks.ts'

/** What the iterations may cost on average, in cells looked at. */
const cellsPerIteration = 50_000

/** What covering a grant once more is worth to a rectangle that grows, of what it is worth to cover one that no other does. */
const shareOfSecond = 0.05

/**
 * Looks for a cover with fewer rectangles, by local search with weights (as for the set cover problem: Gao et al. 2015). One
 * rectangle too few is kept: leave out the one that covers least of what no other does, grow one around a grant that is uncovered, and let all that stays uncovered weigh
 * one more. So what is hard to cover shapes the rectangles in the end. When everything is covered, one more leaves. Ends
 * at `bound` rectangles or after `iterations`; the same seed takes the same way.
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
  const { grantCount } = grid
  /** What covering a grant is worth. */
  const price = Float64Array.from(live)
  /** What it is worth to a rectangle that grows now. */
  const weight = new Float64Array(grantCount)
  const times = new Int32Array(grantCount)
  // The sum of the slots of the rectangles that cover a grant: where there is only one, it is that one.
  const owners = new Float64Array(grantCount)
  const uncovered: number[] = []
  const placeInUncovered = new Int32Array(grantCount)
  for (let g = 0; g < grantCount; g++) if (live[g] === 1) open(g)
  const slots: (Rectangle | undefined)[] = []
  const grantsOf: Uint32Array[] = []
  /** The price of what only this one covers. */
  const loss: number[] = []
  const addedAt: number[] = []
  let size = 0
  start.rectangles.forEach((rectangle, slot) => {
    add(slot, rectangle, start.grants[slot]!, 0)
  })

  // Where columns are long an iteration costs a hundred times more: cells are counted as well as iterations.
  let cells = options.iterations * cellsPerIteration
  let newest = -1
  let improvedAt = 0
  for (let iteration = 1; iteration - improvedAt <= options.iterations && cells > 0; iteration++) {
    if (!onStep()) break
    if (uncovered.length === 0) {
      best = present()
      improvedAt = iteration
      if (size <= bound || !onStep(slots.length / cellsPerStep)) break
      leave(leastLoss())
      if (uncovered.length === 0) continue
    }
    const slot = leave(leastLoss())
    const g = uncovered[Math.floor(random() * uncovered.length)]!
    cells -= costOf(g)
    onStep((costOf(g) + slots.length + uncovered.length) / cellsPerStep)
    const rectangle = grow(g, weight)
    add(slot, rectangle, liveGrantsOf(grid, live, rectangle), iteration)
    newest = slot
    for (const open of uncovered) weight[open] = ++price[open]!
  }
  return uncovered.length === 0 && size < best.rectangles.length ? present() : best

  function present(): Cover {
    const used = slots.flatMap((rectangle, slot) => (rectangle === undefined ? [] : [slot]))
    return { rectangles: used.map((slot) => slots[slot] as Rectangle), grants: used.map((slot) => grantsOf[slot]!) }
  }

  /** About how many cells are looked at around a grant: its rectangle to begin with, and each line for each that leaves. */
  function costOf(g: number): number {
    const row = grid.grantRow[g]!
    const column = grid.rowColumn[g]!
    const columns = grid.rowOffset[row + 1]! - grid.rowOffset[row]!
    const holders = grid.columnOffset[column + 1]! - grid.columnOffset[column]!
    return columns * holders + ((columns + holders) * (columns + holders)) / 4
  }

  /** The slot whose rectangle covers least of what no other does, the oldest of these; not the one that came last. */
  function leastLoss(): number {
    let found = -1
    for (let slot = 0; slot < slots.length; slot++) {
      if (slots[slot] === undefined || slot === newest) continue
      if (found < 0 || loss[slot]! < loss[found]! || (loss[slot] === loss[found] && addedAt[slot]! < addedAt[found]!)) {
        found = slot
      }
    }
    return found
  }

  function open(g: number): void {
    placeInUncovered[g] = uncovered.length
    uncovered.push(g)
    weight[g] = price[g]!
  }

  function close(g: number): void {
    const last = uncovered[uncovered.length - 1]!
    uncovered[placeInUncovered[g]!] = last
    placeInUncovered[last] = placeInUncovered[g]!
    uncovered.pop()
  }

  function add(slot: number, rectangle: Rectangle, grants: Uint32Array, iteration: number): void {
    slots[slot] = rectangle
    grantsOf[slot] = grants
    addedAt[slot] = iteration
    loss[slot] = 0
    size++
    for (const g of grants) {
      owners[g]! += slot
      if (++times[g]! === 1) {
        close(g)
        loss[slot] += price[g]!
        weight[g] = price[g]! * shareOfSecond
      } else if (times[g] === 2) {
        loss[owners[g]! - slot]! -= price[g]!
        weight[g] = 0
      }
    }
  }

  function leave(slot: number): number {
    slots[slot] = undefined
    size--
    for (const g of grantsOf[slot]!) {
      owners[g]! -= slot
      if (--times[g]! === 0) open(g)
      else if (times[g] === 1) {
        loss[owners[g]!]! += price[g]!
        weight[g] = price[g]! * shareOfSecond
      }
    }
    return slot
  }
}
