import type { AccessGrid, Rectangle } from './access-grid.ts'
import { type Cover, liveGrantsOf } from './cover-grants.ts'
import type { GrowRectangle } from './grow-rectangle.ts'

/**
 * Looks for a cover with fewer rectangles, by weighted local search: leave out the rectangle whose grants nobody else covers
 * weigh least, grow another around a grant that is now uncovered, leave out the least again. What stays uncovered gains
 * weight, so that the search does not turn in circles. Ends at `bound` rectangles or after `iterations`; the same seed takes
 * the same way.
 */
export function searchCover(
  grid: AccessGrid,
  live: Uint8Array,
  start: Cover,
  options: {
    readonly fits: Float64Array
    readonly grow: GrowRectangle
    readonly bound: number
    readonly iterations: number
    readonly random: () => number
    readonly onStep: () => void
  },
): Cover {
  const { fits, grow, bound, random, onStep } = options
  const { grantCount } = grid
  let best = start
  if (start.rectangles.length <= bound) return best
  const price = Float64Array.from(live, (isLive, g) => isLive / (1 + fits[g]) ** 2)
  // Covered grants weigh nothing while a rectangle grows.
  const weight = price.slice()
  const times = new Int32Array(grantCount)
  // The sum of the numbers of the rectangles that cover a grant: with only one left, it is that one.
  const owners = new Float64Array(grantCount)
  const rectangles: (Rectangle | undefined)[] = []
  const grantsOf: Uint32Array[] = []
  const loss: number[] = []
  const addedAt: number[] = []
  const uncovered: number[] = []
  const placeOf = new Int32Array(grantCount).fill(-1)
  let size = 0
  for (let g = 0; g < grantCount; g++) if (live[g] === 1) setUncovered(g)
  start.rectangles.forEach((rectangle, r) => {
    add(rectangle, start.grants[r], -1)
  })

  for (let iteration = 0; iteration < options.iterations; iteration++) {
    onStep()
    if (uncovered.length === 0) {
      dropNeedless()
      best = snapshot()
      if (size <= bound) return best
      remove(least(iteration))
      continue
    }
    const g = uncovered[Math.floor(random() * uncovered.length)]
    const rectangle = grow(g, weight)
    add(rectangle, liveGrantsOf(grid, live, rectangle), iteration)
    dropNeedless()
    while (size >= best.rectangles.length) remove(least(iteration))
    for (const other of uncovered) {
      price[other] *= 1.1
      weight[other] = price[other]
    }
  }
  return best

  function add(rectangle: Rectangle, grants: Uint32Array, iteration: number): void {
    const r = rectangles.length
    rectangles.push(rectangle)
    grantsOf.push(grants)
    loss.push(0)
    addedAt.push(iteration)
    size++
    for (const g of grants) {
      if (times[g] === 0) {
        setCovered(g)
        loss[r] += price[g]
      } else if (times[g] === 1) loss[owners[g]] -= price[g]
      times[g]++
      owners[g] += r
    }
  }

  function remove(r: number): void {
    rectangles[r] = undefined
    size--
    for (const g of grantsOf[r]) {
      times[g]--
      owners[g] -= r
      if (times[g] === 0) setUncovered(g)
      else if (times[g] === 1) loss[owners[g]] += price[g]
    }
    grantsOf[r] = new Uint32Array(0)
  }

  /** The rectangle that costs least to leave out; the one just added stays. */
  function least(iteration: number): number {
    let found = -1
    for (let r = 0; r < rectangles.length; r++) {
      if (rectangles[r] === undefined || addedAt[r] === iteration) continue
      if (found < 0 || loss[r] < loss[found] || (loss[r] === loss[found] && addedAt[r] < addedAt[found])) found = r
    }
    return found
  }

  function dropNeedless(): void {
    for (let r = 0; r < rectangles.length; r++) {
      // Sums of prices go astray by rounding: the grants decide.
      if (rectangles[r] !== undefined && loss[r] < 1e-9 && grantsOf[r].every((g) => times[g] > 1)) remove(r)
    }
  }

  function setUncovered(g: number): void {
    placeOf[g] = uncovered.length
    uncovered.push(g)
    weight[g] = price[g]
  }

  function setCovered(g: number): void {
    const last = uncovered[uncovered.length - 1]
    uncovered[placeOf[g]] = last
    placeOf[last] = placeOf[g]
    uncovered.pop()
    placeOf[g] = -1
    weight[g] = 0
  }

  function snapshot(): Cover {
    const kept = rectangles.map((_, r) => r).filter((r) => rectangles[r] !== undefined)
    return { rectangles: kept.map((r) => rectangles[r] as Rectangle), grants: kept.map((r) => grantsOf[r]) }
  }
}
