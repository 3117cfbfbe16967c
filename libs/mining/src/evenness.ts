import type { Combination } from './count-cohorts.ts'
import type { PopulationGraph } from './population.ts'
import { type Ordinals, ScratchArray } from './shared-arrays.ts'
import { binomialTail } from './wilson.ts'

/** Kept from one test to the next, as in grouping.ts: there is one test at a time. */
const scratch = { seenIn: new ScratchArray(), misses: new ScratchArray() }

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
 *
 * Who lacks what costs a pass over the rows of the cohort. The sizes of the parts cost little, and often answer already
 * that none can be bare: each is either so large that all misses together would not be half of it, or too small for
 * its misses to be a pattern.
 */
export class EvennessTest {
  private readonly graph: PopulationGraph
  private readonly others: readonly number[]
  /** The last row in which an entitlement was seen, by a number that every row gets afresh. */
  private readonly seenIn: Int32Array
  private rowNumber = 0
  private readonly partSize: Uint32Array[]
  private readonly partMisses: Uint32Array[]
  /** By attribute the values that the cohort has, so many of them as `partCount` says. */
  private readonly parts: Int32Array[]
  private readonly partCount: Uint32Array
  /** The parts in which the entitlement at hand is missed. */
  private readonly missedParts: Int32Array
  /** For each number of misses the largest part that they can make bare, see `largestBare`. */
  private readonly bareLimit: number[] = []
  private verdicts = new Uint8Array(64)

  constructor(graph: PopulationGraph, combination: Combination) {
    this.graph = graph
    this.others = graph.attributes.map((_, i) => i).filter((i) => !combination.includes(i))
    this.seenIn = scratch.seenIn.filled(graph.kept.length, -1)
    this.partSize = graph.attributes.map((a) => new Uint32Array(a.valueCount))
    this.parts = graph.attributes.map((a) => new Int32Array(a.valueCount))
    this.partCount = new Uint32Array(graph.attributes.length)
    this.missedParts = new Int32Array(Math.max(0, ...graph.attributes.map((a) => a.valueCount)))
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
    const verdicts = this.verdicts.fill(1, 0, passed.length)
    const size = end - start
    let fewestHeld = size
    for (let i = 0; i < passed.length; i++) if (held[i] < fewestHeld) fewestHeld = held[i]
    if (size - fewestHeld < fewestMisses) return verdicts
    const smallest = this.others.map((other) => this.measureParts(other, members, start, end))
    const smallestOfAll = Math.min(...smallest)
    const doubtful: number[] = []
    for (let i = 0; i < passed.length; i++) if (smallestOfAll <= this.largestBare(size - held[i])) doubtful.push(i)
    if (doubtful.length > 0) {
      const misses = this.collectMisses(members, start, end, passed, held, doubtful)
      for (const [o, other] of this.others.entries()) {
        let from = 0
        for (const i of doubtful) {
          const missCount = size - held[i]
          const to = from + missCount
          if (verdicts[i] === 1 && smallest[o] <= this.largestBare(missCount)) {
            const partCount = this.tallyMisses(other, misses, from, to)
            if (this.takeBarePart(other, partCount, missCount, size)) verdicts[i] = 0
          }
          from = to + 1
        }
      }
    }
    for (const other of this.others) this.forgetParts(other)
    return verdicts
  }

  /** Sizes of the parts by one attribute; answers the smallest that could be bare at all, infinity without any. */
  private measureParts(other: number, members: Uint32Array, start: number, end: number): number {
    const { column } = this.graph.attributes[other]
    const partSize = this.partSize[other]
    const parts = this.parts[other]
    let count = 0
    for (let m = start; m < end; m++) {
      const value = column[members[m]]
      if (value >= 0 && partSize[value]++ === 0) parts[count++] = value
    }
    this.partCount[other] = count
    let smallest = Number.POSITIVE_INFINITY
    for (let part = 0; part < count; part++) {
      const within = partSize[parts[part]]
      if (within >= fewestMisses && within < smallest && within !== end - start) smallest = within
    }
    return smallest
  }

  private forgetParts(other: number): void {
    const partSize = this.partSize[other]
    const parts = this.parts[other]
    for (let part = 0; part < this.partCount[other]; part++) partSize[parts[part]] = 0
  }

  /**
   * The size of the largest part that `misses` in all can make bare, 0 for none: with all of them in it, at the lowest
   * rate to reckon with, and with no other part looked at, their chance is as small as it gets.
   */
  private largestBare(misses: number): number {
    let largest = this.bareLimit[misses]
    if (largest === undefined) {
      largest = 0
      if (misses >= fewestMisses) {
        for (largest = misses * 2 - 1; largest >= fewestMisses; largest--) {
          const chance = binomialTail(Math.min(misses, largest), largest, leastMissRate)
          // A little is left to rounding: who is kept by mistake is judged in full.
          if (chance * 0.999 < falseAlarm / this.others.length) break
        }
        if (largest < fewestMisses) largest = 0
      }
      this.bareLimit[misses] = largest
    }
    return largest
  }

  /** The members that lack each of the doubtful entitlements, one list after the other with one free place between. */
  private collectMisses(
    members: Uint32Array,
    start: number,
    end: number,
    passed: readonly number[],
    held: readonly number[],
    doubtful: readonly number[],
  ): Int32Array {
    const { rowOffset, rowEntitlement } = this.graph
    const { seenIn } = this
    const wanted = new Int32Array(doubtful.length)
    const next = new Int32Array(doubtful.length)
    let until = 0
    let total = 0
    for (let d = 0; d < doubtful.length; d++) {
      const e = passed[doubtful[d]]
      wanted[d] = e
      next[d] = total
      if (e >= until) until = e + 1
      total += end - start - held[doubtful[d]] + 1
    }
    const misses = scratch.misses.asItIs(total)
    for (let m = start; m < end; m++) {
      const person = members[m]
      const row = this.rowNumber++
      markRow(rowEntitlement, rowOffset[person], rowOffset[person + 1], until, seenIn, row)
      noteMisses(wanted, seenIn, row, person, misses, next)
    }
    return misses
  }

  /** Counts the misses `from .. to` by part into `partMisses`, and lists the parts that have any; answers how many. */
  private tallyMisses(other: number, misses: Int32Array, from: number, to: number): number {
    const { column } = this.graph.attributes[other]
    const partMisses = this.partMisses[other]
    const { missedParts } = this
    let count = 0
    for (let at = from; at < to; at++) {
      const value = column[misses[at]]
      if (value < 0) continue
      if (partMisses[value]++ === 0) missedParts[count++] = value
    }
    return count
  }

  /** Whether one of the listed parts is bare; clears their tally. */
  private takeBarePart(other: number, partCount: number, missCount: number, size: number): boolean {
    const partSize = this.partSize[other]
    const partMisses = this.partMisses[other]
    const threshold = falseAlarm / (partCount * this.others.length)
    let bare = false
    for (let part = 0; part < partCount; part++) {
      const value = this.missedParts[part]
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

// Row loops as functions of their own: see `countRow` of count-cohorts.ts.

function markRow(row: Ordinals, start: number, end: number, until: number, seenIn: Int32Array, mark: number): void {
  for (let at = start; at < end; at++) {
    const e = row[at]
    if (e >= until) break
    seenIn[e] = mark
  }
}

/** Without a branch, as in `countRow`: every place is written, and kept by moving on. */
function noteMisses(
  wanted: Int32Array,
  seenIn: Int32Array,
  mark: number,
  person: number,
  misses: Int32Array,
  next: Int32Array,
): void {
  for (let d = 0; d < wanted.length; d++) {
    const to = next[d]
    misses[to] = person
    // Marks only grow, so what was seen earlier is less.
    next[d] = to + ((seenIn[wanted[d]] - mark) >>> 31)
  }
}
