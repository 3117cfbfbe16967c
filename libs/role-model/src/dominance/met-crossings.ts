import { isWithin } from '@assay/mining'
import type { Lines } from './lines.ts'

const none = new Uint32Array(0)

/**
 * For each crossing the other crossings that all lines have which are live at it. Cached until one of these grants is dropped.
 */
export class MetCrossings {
  private readonly offset: Uint32Array
  private readonly crossing: Uint32Array
  private readonly across: Lines
  private readonly live: Uint8Array
  private readonly met: Uint32Array[] = []
  /** The results while they are collected. */
  private scratch = new Uint32Array(64)
  /**
   * The number of live grants when the result was cached. Live grants only become fewer, so an equal number means the same
   * grants.
   */
  private readonly liveThen: Int32Array
  /** The work done, in cells that were looked up. Four cells read in sequence count as one. */
  cells = 0

  constructor(offset: Uint32Array, crossing: Uint32Array, across: Lines, live: Uint8Array) {
    this.offset = offset
    this.crossing = crossing
    this.across = across
    this.live = live
    this.liveThen = new Int32Array(across.count).fill(-1)
  }

  /** @param liveCount the number of live grants at the crossing, at least one */
  of(cross: number, liveCount: number): Uint32Array {
    if (this.liveThen[cross] !== liveCount) {
      this.liveThen[cross] = liveCount
      this.met[cross] = this.find(cross)
    }
    return this.met[cross]!
  }

  private find(cross: number): Uint32Array {
    const { offset, crossing, across, live } = this
    const end = across.offset[cross + 1]!
    let shortest = -1
    for (let at = across.offset[cross]!; at < end; at++) {
      const line = across.crossing[at]!
      if (live[across.grant[at]!] === 0) continue
      if (shortest < 0 || offset[line + 1]! - offset[line]! < offset[shortest + 1]! - offset[shortest]!) shortest = line
    }
    let left = offset[shortest + 1]! - offset[shortest]!
    if (this.scratch.length < left) this.scratch = new Uint32Array(left * 2)
    const found = this.scratch
    for (let i = 0; i < left; i++) found[i] = crossing[offset[shortest]! + i]!
    // The crossing itself is always among the results.
    for (let at = across.offset[cross]!; at < end && left > 1; at++) {
      const line = across.crossing[at]!
      if (live[across.grant[at]!] === 0 || line === shortest) continue
      left = this.keepMet(found, left, offset[line]!, offset[line + 1]!)
    }
    if (left === 1) return none
    let kept = 0
    for (let i = 0; i < left; i++) if (found[i] !== cross) found[kept++] = found[i]!
    return found.slice(0, kept)
  }

  /**
   * Moves those of the first `count` crossings that a line has to the front, in their order. Both ascend. Returns their number.
   */
  private keepMet(found: Uint32Array, count: number, start: number, end: number): number {
    const { crossing } = this
    let kept = 0
    if (count * 16 < end - start) {
      for (let i = 0; i < count; i++) if (isWithin(crossing, found[i]!, start, end)) found[kept++] = found[i]!
      this.cells += count * 2
      return kept
    }
    let at = start
    for (let i = 0; i < count && at < end; i++) {
      const wanted = found[i]!
      while (at < end && crossing[at]! < wanted) at++
      if (at < end && crossing[at] === wanted) found[kept++] = wanted
    }
    this.cells += (count + at - start) / 4
    return kept
  }
}
