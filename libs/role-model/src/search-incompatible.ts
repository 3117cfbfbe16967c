import type { AccessGrid } from './access-grid.ts'
import { cellsAround, cellsPerStep, type Partners } from './dominance.ts'
import { listFitting, liveRows } from './incompatible-grants.ts'
import type { Step } from './run-hooks.ts'

/** Pairs that fit are stored up to this number, 32 MB. On larger kernels the greedy list stays as it is. */
const maxStoredPairs = 8_000_000
/** Grants of which the one is put in that throws out the fewest. */
const drawn = 50
/** So many behind the longest list, the search goes back to it. */
const mostBehind = 4

/**
 * A longer list of live grants of which no two fit, by local search as for large independent sets (Andrade, Resende, Werneck 2012): put in a grant that throws out
 * few, of equal ones the one that was not moved for the longest, and fill up with those that fit with none of the list. Ends at `enough` grants, or after so many `iterations` without a longer one.
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
  const { grants, offset, fitting } = pairs
  const count = grants.length
  const isIn = new Uint8Array(count)
  /** How many of the list each fits with. */
  const conflicts = new Int32Array(count)
  const movedAt = new Uint32Array(count)
  /** Outside of the list and in conflict with none of it. */
  const free: number[] = []
  const placeInFree = new Int32Array(count).fill(-1)
  let size = 0
  for (let k = 0; k < count; k++) becomeFree(k)
  const place = new Map(Array.from(grants, (g, k) => [g, k]))
  for (const g of start) putIn(place.get(g) as number, 0)
  let best = isIn.slice()
  let bestSize = size
  let improvedAt = 0
  for (let iteration = 1; iteration - improvedAt <= iterations; iteration++) {
    while (free.length > 0) putIn(free[Math.floor(random() * free.length)]!, iteration)
    if (size > bestSize) {
      best = isIn.slice()
      bestSize = size
      improvedAt = iteration
      onStep(count / cellsPerStep)
    }
    if (bestSize >= enough || size === count) break
    if (size <= bestSize - mostBehind) {
      restore(iteration)
      onStep(count / cellsPerStep)
    }
    const k = drawOutside()
    if (!onStep(0.2 + throwOut(k, iteration) / cellsPerStep)) break
    putIn(k, iteration)
  }
  return Uint32Array.from([...grants].filter((_, k) => best[k] === 1))

  function drawOutside(): number {
    let found = -1
    for (let i = 0; i < drawn; i++) {
      const k = Math.floor(random() * count)
      if (isIn[k] === 1) continue
      const isBetter =
        found < 0 ||
        conflicts[k]! < conflicts[found]! ||
        (conflicts[k] === conflicts[found] && movedAt[k]! < movedAt[found]!)
      if (isBetter) found = k
    }
    return found < 0 ? isIn.indexOf(0) : found
  }

  /** Takes those out that fit with `k`; returns the pairs looked at. */
  function throwOut(k: number, iteration: number): number {
    let seen = offset[k + 1]! - offset[k]!
    for (let at = offset[k]!; at < offset[k + 1]! && conflicts[k]! > 0; at++) {
      if (isIn[fitting[at]!] === 0) continue
      seen += offset[fitting[at]! + 1]! - offset[fitting[at]!]!
      takeOut(fitting[at]!, iteration)
    }
    return seen
  }

  function putIn(k: number, iteration: number): void {
    stopBeingFree(k)
    isIn[k] = 1
    movedAt[k] = iteration
    size++
    for (let at = offset[k]!; at < offset[k + 1]!; at++)
      if (conflicts[fitting[at]!]!++ === 0) stopBeingFree(fitting[at]!)
  }

  function takeOut(k: number, iteration: number): void {
    isIn[k] = 0
    movedAt[k] = iteration
    size--
    if (conflicts[k] === 0) becomeFree(k)
    for (let at = offset[k]!; at < offset[k + 1]!; at++) {
      const other = fitting[at]!
      if (--conflicts[other]! === 0 && isIn[other] === 0) becomeFree(other)
    }
  }

  function restore(iteration: number): void {
    for (let k = 0; k < count; k++) if (isIn[k] === 1 && best[k] === 0) takeOut(k, iteration)
    for (let k = 0; k < count; k++) if (isIn[k] === 0 && best[k] === 1) putIn(k, iteration)
  }

  function becomeFree(k: number): void {
    placeInFree[k] = free.length
    free.push(k)
  }

  function stopBeingFree(k: number): void {
    const at = placeInFree[k]!
    if (at < 0) return
    const last = free[free.length - 1]!
    free[at] = last
    placeInFree[last] = at
    free.pop()
    placeInFree[k] = -1
  }
}

/** For each live grant the others that fit with it, all by their places among the live grants. Undefined when there are too many. */
function fittingPairs(grid: AccessGrid, live: Uint8Array, partners: Partners, onStep: Step) {
  const rows = liveRows(grid, live)
  const { grants } = rows
  const placeOf = new Uint32Array(grid.grantCount)
  for (let k = 0; k < grants.length; k++) placeOf[grants[k]!] = k
  const offset = new Uint32Array(grants.length + 1)
  let fitting = new Uint32Array(Math.min(grants.length * 16, maxStoredPairs))
  const near: number[] = []
  for (let k = 0; k < grants.length; k++) {
    if (!onStep(cellsAround(grid, grants[k]!) / cellsPerStep)) return undefined
    const found = listFitting(grid, rows, live, partners, grants[k]!, near)
    const end = offset[k]! + found
    if (end > maxStoredPairs) return undefined
    if (end > fitting.length) {
      const larger = new Uint32Array(Math.min(end * 2, maxStoredPairs))
      larger.set(fitting)
      fitting = larger
    }
    for (let i = 0; i < found; i++) fitting[offset[k]! + i] = placeOf[near[i]!]!
    offset[k + 1] = end
  }
  return { grants, offset, fitting }
}
