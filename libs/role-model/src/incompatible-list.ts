import type { FittingPairs } from './fitting-pairs.ts'

/** The number of random grants among which `drawOutside` takes the best. */
const drawn = 50

/**
 * A list of live grants of which no two fit, and the grants that may still join it. A grant is named by its position in
 * `pairs`.
 */
export class IncompatibleList {
  size = 0
  readonly isIn: Uint8Array
  /** Grants outside the list that fit with none of it, in any order. */
  readonly free: number[] = []
  private readonly offset: Uint32Array
  private readonly fitting: Uint32Array
  /** For each grant the number of grants in the list that fit with it. */
  private readonly conflicts: Int32Array
  private readonly movedAt: Uint32Array
  private readonly placeInFree: Int32Array

  constructor({ grants, offset, fitting }: FittingPairs) {
    const count = grants.length
    this.offset = offset
    this.fitting = fitting
    this.isIn = new Uint8Array(count)
    this.conflicts = new Int32Array(count)
    this.movedAt = new Uint32Array(count)
    this.placeInFree = new Int32Array(count).fill(-1)
    for (let k = 0; k < count; k++) this.becomeFree(k)
  }

  /**
   * Draws some random grants outside the list, and returns the one that fits with the fewest of the list; of equal ones the one
   * that was not moved for the longest time.
   */
  drawOutside(random: () => number): number {
    const { isIn, conflicts, movedAt } = this
    const count = isIn.length
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

  /** Removes the grants that fit with `k` from the list; returns the number of pairs read. */
  throwOut(k: number, iteration: number): number {
    const { offset, fitting, conflicts, isIn } = this
    let seen = offset[k + 1]! - offset[k]!
    for (let at = offset[k]!; at < offset[k + 1]! && conflicts[k]! > 0; at++) {
      if (isIn[fitting[at]!] === 0) continue
      seen += offset[fitting[at]! + 1]! - offset[fitting[at]!]!
      this.takeOut(fitting[at]!, iteration)
    }
    return seen
  }

  putIn(k: number, iteration: number): void {
    const { offset, fitting, conflicts } = this
    this.stopBeingFree(k)
    this.isIn[k] = 1
    this.movedAt[k] = iteration
    this.size++
    for (let at = offset[k]!; at < offset[k + 1]!; at++)
      if (conflicts[fitting[at]!]!++ === 0) this.stopBeingFree(fitting[at]!)
  }

  /** Restores the list to the one with this `isIn`. */
  restore(before: Uint8Array, iteration: number): void {
    const { isIn } = this
    for (let k = 0; k < isIn.length; k++) if (isIn[k] === 1 && before[k] === 0) this.takeOut(k, iteration)
    for (let k = 0; k < isIn.length; k++) if (isIn[k] === 0 && before[k] === 1) this.putIn(k, iteration)
  }

  private takeOut(k: number, iteration: number): void {
    const { offset, fitting, conflicts, isIn } = this
    isIn[k] = 0
    this.movedAt[k] = iteration
    this.size--
    if (conflicts[k] === 0) this.becomeFree(k)
    for (let at = offset[k]!; at < offset[k + 1]!; at++) {
      const other = fitting[at]!
      if (--conflicts[other]! === 0 && isIn[other] === 0) this.becomeFree(other)
    }
  }

  private becomeFree(k: number): void {
    this.placeInFree[k] = this.free.length
    this.free.push(k)
  }

  private stopBeingFree(k: number): void {
    const { free, placeInFree } = this
    const at = placeInFree[k]!
    if (at < 0) return
    const last = free[free.length - 1]!
    free[at] = last
    placeInFree[last] = at
    free.pop()
    placeInFree[k] = -1
  }
}
