import type { Combination } from './count-cohorts.ts'
import type { PopulationGraph } from './population.ts'
import { ScratchArray } from './shared-arrays.ts'
import { binomialTail } from './wilson.ts'

/** Kept from one test to the next, as in grouping.ts: there is one test at a time. */
const scratch = { slot: new ScratchArray(), heldBy: new ScratchArray() }

/** Chance of calling an evenly held entitlement of one cohort uneven, over all parts that are looked at. */
const falseAlarm = 0.0001

/** The rate of forgotten grants to reckon with; estimated from a few members it would often come out as none. */
const leastMissRate = 0.05

/** Fewer misses than this are never a pattern: three at the rate of 0.05 have a chance above `falseAlarm`. */
const fewestMisses = 4

/**
 * Asks whether those who lack an entitlement sit in one part of the cohort. If nearly all of a title's holders in one
 * department have it and nobody in another, the title is not the reason, though its coverage may pass: the combination
 * of both is, and it can only be found when the title alone is refused.
 *
 * A part is one value of one more attribute. A part is bare when more than half of it lacks the entitlement and the
 * binomial chance of so many misses at the rate of the rest is below 0.0001 divided by the number of parts looked at.
 */
export class EvennessTest {
  private readonly graph: PopulationGraph
  private readonly others: readonly number[]
  private readonly slot: Int32Array
  private readonly heldBy: Int32Array
  private readonly misses: number[][] = []
  private readonly partSize: Uint32Array[]
  private readonly partMisses: Uint32Array[]
  private verdicts = new Uint8Array(64)

  constructor(graph: PopulationGraph, combination: Combination) {
    this.graph = graph
    this.others = graph.attributes.map((_, i) => i).filter((i) => !combination.includes(i))
    this.slot = scratch.slot.filled(graph.kept.length, -1)
    this.heldBy = scratch.heldBy.filled(graph.kept.length, -1)
    this.partSize = graph.attributes.map((a) => new Uint32Array(a.valueCount))
    this.partMisses = graph.attributes.map((a) => new Uint32Array(a.valueCount))
  }

  /**
   * 1 for each of the `passed` entitlements that the members `start .. end` hold evenly; valid until the next call.
   * @param held how many of those members hold each of `passed`
   */
  test(
    members: Uint32Array,
    start: number,
    end: number,
    passed: readonly number[],
    held: readonly number[],
  ): Uint8Array {
    if (this.verdicts.length < passed.length) this.verdicts = new Uint8Array(passed.length * 2)
    const verdicts = this.verdicts
    const size = end - start
    const doubtful: number[] = []
    for (let i = 0; i < passed.length; i++) {
      verdicts[i] = 1
      if (size - held[i] >= fewestMisses) doubtful.push(i)
    }
    if (doubtful.length === 0 || this.others.length === 0) return verdicts
    this.collectMisses(members, start, end, passed, doubtful)
    for (const other of this.others) {
      const { column } = this.graph.attributes[other]
      let isSized = false
      for (let d = 0; d < doubtful.length; d++) {
        if (verdicts[doubtful[d]] === 0) continue
        const parts = this.tallyMisses(other, this.misses[d])
        // Most cohorts have no part with enough misses; only then the sizes of the parts are worth a pass.
        if (!isSized && parts.some((value) => this.partMisses[other][value] >= fewestMisses)) {
          this.addPartSizes(column, other, members, start, end)
          isSized = true
        }
        if (this.takeBarePart(other, parts, this.misses[d].length, size)) verdicts[doubtful[d]] = 0
      }
      if (isSized)
        for (let m = start; m < end; m++) if (column[members[m]] >= 0) this.partSize[other][column[members[m]]] = 0
    }
    return verdicts
  }

  private addPartSizes(column: Int32Array, other: number, members: Uint32Array, start: number, end: number): void {
    const partSize = this.partSize[other]
    for (let m = start; m < end; m++) if (column[members[m]] >= 0) partSize[column[members[m]]]++
  }

  private collectMisses(
    members: Uint32Array,
    start: number,
    end: number,
    passed: readonly number[],
    doubtful: readonly number[],
  ): void {
    const { rowOffset, rowEntitlement } = this.graph
    const { slot, heldBy, misses } = this
    for (let d = 0; d < doubtful.length; d++) {
      slot[passed[doubtful[d]]] = d
      if (misses[d] === undefined) misses[d] = []
      misses[d].length = 0
    }
    for (let m = start; m < end; m++) {
      const person = members[m]
      const rowEnd = rowOffset[person + 1]
      for (let at = rowOffset[person]; at < rowEnd; at++) {
        const d = slot[rowEntitlement[at]]
        if (d >= 0) heldBy[d] = m
      }
      for (let d = 0; d < doubtful.length; d++) if (heldBy[d] !== m) misses[d].push(person)
    }
    for (let d = 0; d < doubtful.length; d++) {
      slot[passed[doubtful[d]]] = -1
      heldBy[d] = -1
    }
  }

  /** Counts misses by part into `partMisses`; answers the parts that have any. */
  private tallyMisses(other: number, misses: readonly number[]): number[] {
    const { column } = this.graph.attributes[other]
    const partMisses = this.partMisses[other]
    const parts: number[] = []
    for (const person of misses) {
      const value = column[person]
      if (value < 0) continue
      if (partMisses[value]++ === 0) parts.push(value)
    }
    return parts
  }

  /** Whether one of the parts is bare; clears their tally. */
  private takeBarePart(other: number, parts: readonly number[], missCount: number, size: number): boolean {
    const partSize = this.partSize[other]
    const partMisses = this.partMisses[other]
    const threshold = falseAlarm / (parts.length * this.others.length)
    let bare = false
    for (const value of parts) {
      const missed = partMisses[value]
      partMisses[value] = 0
      const within = partSize[value]
      if (bare || missed < fewestMisses || missed * 2 <= within || within === size) continue
      const restRate = Math.max(leastMissRate, (missCount - missed) / (size - within))
      bare = restRate < missed / within && binomialTail(missed, within, restRate) < threshold
    }
    return bare
  }
}
