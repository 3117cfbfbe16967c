import type { FittingPairs } from './fitting-pairs.ts'

/** Grants of which the one is drawn that throws out the fewest. */
const drawn = 50

/** A list of live grants of which no two fit, and who may still join it. Grants are named by their places in `pairs`. */
export class IncompatibleList {
  size = 0
  readonly isIn: Uint8Array
  /** Outside of the list and in conflict with none of it, in any order. */
  readonly free: number[] = []
  private readonly offset: Uint32Array
  private readonly fitting: Uint32Array
  /** How many of the list each fits with. */
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

  /** Of some outside of the list the one that fits with the fewest of it, of equal ones the one that was not moved for the longest. */
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

  /** Takes those out that fit with `k`; returns the pairs looked at. */
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

  /** Makes the list the one whose `isIn` it was before. */
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
