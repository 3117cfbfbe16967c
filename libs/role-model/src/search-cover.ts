import type { AccessGrid, Rectangle } from './access-grid.ts'
import { type Cover, liveGrantsOf } from './cover-grants.ts'
import { cellsPerStep, type Partners } from './dominance.ts'
import type { GrowRectangle } from './grow-rectangle.ts'
import { listFitting, liveRows } from './incompatible-grants.ts'
import type { Step } from './run-hooks.ts'

/** What the iterations may cost on average, in cells looked at. */
const cellsPerIteration = 50_000

/**
 * Looks for a cover with fewer rectangles, by local search: leave out a rectangle that covers little which no other does,
 * with some neighbours, grow others around what is uncovered now, and keep the outcome unless there are more than before.
 * Weights are shaken a little each time, so that the same place is not rebuilt the same way. Ends at `bound` rectangles or
 * after `iterations`; the same seed takes the same way.
 */
export function searchCover(
  grid: AccessGrid,
  live: Uint8Array,
  partners: Partners,
  start: Cover,
  options: {
    readonly fits: Float64Array
    readonly grow: GrowRectangle
    readonly bound: number
    readonly iterations: number
    readonly random: () => number
    readonly onStep: Step
  },
): Cover {
  const { fits, grow, bound, random, onStep } = options
  if (start.rectangles.length <= bound || start.rectangles.length < 2) return start
  const { grantCount } = grid
  const rows = liveRows(grid, live)
  const price = Float64Array.from(live, (isLive, g) => isLive / (1 + fits[g]) ** 2)
  // Covered grants weigh nothing while a rectangle grows.
  const weight = new Float64Array(grantCount)
  const times = new Int32Array(grantCount)
  // The sum of the numbers of the rectangles that cover a grant: where there is only one, it is that one.
  const owners = new Float64Array(grantCount)
  const slots: (Rectangle | undefined)[] = []
  const grantsOf: Uint32Array[] = []
  const free: number[] = []
  const near: number[] = []
  let size = 0
  start.rectangles.forEach((rectangle, r) => {
    add(rectangle, start.grants[r])
  })

  // Where columns are long an iteration costs a hundred times more: cells are counted as well as iterations.
  let cells = options.iterations * cellsPerIteration
  for (let iteration = 0; iteration < options.iterations && size > bound && cells > 0; iteration++) {
    if (!onStep(64)) break
    const before = size
    const removed = leaving().map((r) => ({ r, rectangle: slots[r] as Rectangle, grants: grantsOf[r] }))
    for (const { r, grants } of removed) {
      remove(r)
      cells -= grants.length * 8
    }
    const uncovered: number[] = []
    for (const { grants } of removed) for (const g of grants) if (times[g] === 0 && weight[g] === 0) open(g, uncovered)
    // Now from the most constrained grant, now from what the first rectangle to leave had for itself: those are at the front.
    if (random() < 0.5) uncovered.sort((a, b) => fits[a] - fits[b] || a - b)
    const added: Rectangle[] = []
    for (const g of uncovered) {
      if (times[g] > 0 || added.length > removed.length) continue
      const rectangle = grow(g, weight)
      cells -= costOf(g)
      onStep(costOf(g) / cellsPerStep)
      add(rectangle, liveGrantsOf(grid, live, rectangle))
      added.push(rectangle)
    }
    const isCovered = uncovered.every((g) => times[g] > 0)
    for (const g of uncovered) weight[g] = 0
    const dropped = isCovered ? dropNeedless() : []
    if (isCovered && size <= before) continue
    for (const { rectangle, grants } of dropped) add(rectangle, grants)
    for (const rectangle of added) remove(slots.indexOf(rectangle))
    for (const { rectangle, grants } of removed) add(rectangle, grants)
  }
  const kept = slots.flatMap((rectangle, r) => (rectangle === undefined ? [] : [r]))
  return { rectangles: kept.map((r) => slots[r] as Rectangle), grants: kept.map((r) => grantsOf[r]) }

  /** About how many cells are looked at around a grant: its rectangle to begin with, and each line for each that leaves. */
  function costOf(g: number): number {
    const row = grid.grantRow[g]
    const column = grid.rowColumn[g]
    const columns = grid.rowOffset[row + 1] - grid.rowOffset[row]
    const holders = grid.columnOffset[column + 1] - grid.columnOffset[column]
    return columns * holders + ((columns + holders) * (columns + holders)) / 4
  }

  /** Of a few rectangles the one with the least of its own, and the owners of some grants that fit with one of its own. */
  function leaving(): number[] {
    let found = -1
    let least = Number.POSITIVE_INFINITY
    for (let i = 0; i < 12; i++) {
      const r = Math.floor(random() * slots.length)
      if (slots[r] === undefined) continue
      let own = 0
      for (const g of grantsOf[r]) if (times[g] === 1) own += price[g]
      if (own >= least) continue
      least = own
      found = r
    }
    if (found < 0) return []
    const chosen = new Set([found])
    const own = grantsOf[found].filter((g) => times[g] === 1)
    const wanted = 2 + Math.floor(random() * 6)
    for (let i = 0; i < 3 && chosen.size < wanted; i++) {
      const from = own[Math.floor(random() * own.length)] ?? grantsOf[found][0]
      const count = listFitting(grid, rows, live, partners, from, near)
      cells -= costOf(from)
      for (let k = 0; k < 24 && count > 0 && chosen.size < wanted; k++) {
        const g = near[Math.floor(random() * count)]
        if (times[g] === 1) chosen.add(owners[g])
      }
    }
    return [...chosen]
  }

  function open(g: number, uncovered: number[]): void {
    weight[g] = price[g] * (0.5 + random())
    uncovered.push(g)
  }

  function add(rectangle: Rectangle, grants: Uint32Array): number {
    const r = free.pop() ?? slots.length
    slots[r] = rectangle
    grantsOf[r] = grants
    size++
    for (const g of grants) {
      times[g]++
      owners[g] += r
      weight[g] = 0
    }
    return r
  }

  function remove(r: number): void {
    for (const g of grantsOf[r]) {
      times[g]--
      owners[g] -= r
    }
    slots[r] = undefined
    free.push(r)
    size--
  }

  function dropNeedless(): { rectangle: Rectangle; grants: Uint32Array }[] {
    const dropped: { rectangle: Rectangle; grants: Uint32Array }[] = []
    for (let r = 0; r < slots.length; r++) {
      const rectangle = slots[r]
      if (rectangle === undefined || !grantsOf[r].every((g) => times[g] > 1)) continue
      dropped.push({ rectangle, grants: grantsOf[r] })
      remove(r)
    }
    return dropped
  }
}
