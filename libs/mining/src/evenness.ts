import type { Combination } from './combinations.ts'
import { DescriptionPrice } from './description-price.ts'
import { contrast, divergence, fewestOfBlock, inSteps, leastEvidence } from './evidence.ts'
import { MainValues } from './main-values.ts'
import type { PopulationGraph } from './population.ts'
import { type Ordinals, ScratchArray } from './shared-arrays.ts'

/** Memory that is reused for each test, as in grouping.ts: only one test runs at a time. */
const scratch = { bitOf: new ScratchArray(), misses: new ScratchArray(), lacks: new ScratchArray() }

/** A part has at least two persons: the access that one person lacks says nothing about others. */
const smallestPart = 2

/** One for each population, independent of the number of combinations. */
const mainValuesOf = new WeakMap<PopulationGraph, MainValues>()

/**
 * Tests whether the members who lack an entitlement of a cohort are concentrated in one part of it. If nearly all holders of a title have
 * the entitlement in one department and none have it in another, the title is not the reason, though its coverage may pass. The reason is
 * the combination of both, which can be found only when the title alone is rejected.
 *
 * A part is one value of one further attribute that at least two members share. The entitlements that more than half of a part lacks are
 * a block. The evidence comes from the people, as in person-test.ts: the part is bare when the filter that excludes it would matter. A
 * bare part makes the cohort uneven when it is shorter to describe the other parts one by one. Members with an unknown value are ignored.
 * So is a part whose people nearly all have another value than the cohort's: three people of a surgery ward in the cohort of another
 * clinic are there by mistake.
 */
export class EvennessTest {
  private readonly graph: PopulationGraph
  private readonly price: DescriptionPrice
  private readonly minCohortSize: number
  private readonly combination: Combination
  private readonly others: readonly number[]
  private readonly mainValues: MainValues
  /** A member of the current cohort, who has the cohort's values. */
  private member = 0
  /** The bit of each entitlement that is currently tested, 0 for all others. */
  private readonly bitOf: Int32Array
  /** Per bit the position for the next miss of its entitlement. */
  private readonly next = new Uint32Array(32)
  /** Per person the entitlements of the current block that the person lacks. */
  private readonly lacks: Int32Array
  private readonly partSize: Uint32Array[]
  private readonly partMisses: Uint32Array[]
  /** Per attribute the values that occur in the cohort, `partCount` of them. */
  private readonly parts: Int32Array[]
  private readonly partCount: Uint32Array
  /** Per attribute the number of members whose value is known, and the number of its parts with more than one person. */
  private readonly known: Uint32Array
  private readonly largePartCount: Uint32Array
  /** The parts in which the current entitlement is missing. */
  private readonly missedParts: Int32Array
  /** The columns of one list have the same known members. Those of the current cohort are counted once for each list. */
  private readonly knownOf = new Map<Int32Array, number>()
  private verdicts = new Uint8Array(64)
  /** The start of the misses of each doubtful entitlement; one element more than there are entitlements. */
  private missOffset = new Uint32Array(64)

  constructor(graph: PopulationGraph, combination: Combination, minCohortSize: number) {
    this.graph = graph
    this.price = new DescriptionPrice(graph, 1)
    this.minCohortSize = minCohortSize
    this.combination = combination
    let mainValues = mainValuesOf.get(graph)
    if (mainValues === undefined) {
      mainValues = new MainValues(graph)
      mainValuesOf.set(graph, mainValues)
    }
    this.mainValues = mainValues
    this.others = graph.attributes.map((_, i) => i).filter((i) => !combination.includes(i))
    this.bitOf = scratch.bitOf.filled(graph.kept.length, 0)
    this.lacks = scratch.lacks.filled(graph.persons.length, 0)
    this.partSize = graph.attributes.map((a) => new Uint32Array(a.valueCount))
    this.parts = graph.attributes.map((a) => new Int32Array(a.valueCount))
    this.partCount = new Uint32Array(graph.attributes.length)
    this.known = new Uint32Array(graph.attributes.length)
    this.largePartCount = new Uint32Array(graph.attributes.length)
    this.missedParts = new Int32Array(Math.max(0, ...graph.attributes.map((a) => a.valueCount)))
    this.partMisses = graph.attributes.map((a) => new Uint32Array(a.valueCount))
  }

  /**
   * Returns 1 for each of the `passed` entitlements that the members `start .. end` hold evenly; valid until the next call.
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
    const doubtful: number[] = []
    for (let i = 0; i < passed.length; i++) if (size - held[i]! >= smallestPart) doubtful.push(i)
    if (doubtful.length === 0) return verdicts
    let mostMissed = 0
    for (const i of doubtful) mostMissed = Math.max(mostMissed, size - held[i]!)
    if (!this.canProve(size, 2 * mostMissed - 1)) return verdicts
    this.knownOf.clear()
    // More than half of a bare part lacks an entitlement, so the part has fewer than twice as many people as lack it.
    const suspects = this.others.filter((other) => this.canBeBare(other, members, start, end, 2 * mostMissed - 1))
    if (suspects.length === 0) {
      for (const other of this.others) this.forgetParts(other)
      return verdicts
    }
    this.member = members[start]!
    const misses = this.collectMisses(members, start, end, passed, held, doubtful)
    for (const other of suspects) {
      for (const [part, seed] of this.emptyParts(other, misses, doubtful.length, size)) {
        if (!this.isBare(other, part, seed, misses) || this.isByMistake(other, part)) continue
        const block = this.withAllThatTheyLack(other, part, seed, misses, doubtful.length)
        const rate = this.rateOutside(block, doubtful, passed, held, size)
        if (this.paysToSplit(other, block, misses, rate)) for (const d of block) verdicts[doubtful[d]!] = 0
      }
    }
    for (const other of this.others) this.forgetParts(other)
    return verdicts
  }

  /**
   * Whether a part of at most `mostPeople` of `size` people could prove anything, whatever the attribute. The contrast of a part that lacks
   * everything with a rest that lacks nothing is largest when the part is half of the people, and when the values of all are known.
   */
  private canProve(size: number, mostPeople: number): boolean {
    const within = Math.min(mostPeople, size / 2)
    // Far more than the rounding of either side.
    const slack = 0.001
    return contrast(size - within, size - within, 0, within) + slack >= this.price.filter(0, 1) + leastEvidence
  }

  /**
   * Measures the parts of one attribute. Returns whether a part of at most `mostPeople` people would be bare if all of them lacked an
   * entitlement.
   */
  private canBeBare(other: number, members: Uint32Array, start: number, end: number, mostPeople: number): boolean {
    const { column, known: isKnown } = this.graph.attributes[other]!
    const partSize = this.partSize[other]!
    const parts = this.parts[other]!
    let count = 0
    let large = 0
    for (let m = start; m < end; m++) {
      const value = column[members[m]!]!
      if (value < 0) continue
      const before = partSize[value]!++
      if (before === 0) parts[count++] = value
      if (before === smallestPart - 1) large++
    }
    this.partCount[other] = count
    this.largePartCount[other] = large
    let withValue = 0
    let largest = 0
    for (let p = 0; p < count; p++) {
      const within = partSize[parts[p]!]!
      withValue += within
      if (within <= mostPeople && within > largest) largest = within
    }
    const known = isKnown === column ? withValue : this.knownAmong(isKnown, members, start, end)
    this.known[other] = known
    return largest >= smallestPart && this.proves(other, largest, 0, known - largest)
  }

  private knownAmong(isKnown: Int32Array, members: Uint32Array, start: number, end: number): number {
    let known = this.knownOf.get(isKnown)
    if (known === undefined) {
      known = countKnown(isKnown, members, start, end)
      this.knownOf.set(isKnown, known)
    }
    return known
  }

  private forgetParts(other: number): void {
    const partSize = this.partSize[other]!
    const parts = this.parts[other]!
    for (let part = 0; part < this.partCount[other]!; part++) partSize[parts[part]!] = 0
  }

  /** The members who lack each of the doubtful entitlements, one list after the other. */
  private collectMisses(
    members: Uint32Array,
    start: number,
    end: number,
    passed: readonly number[],
    held: readonly number[],
    doubtful: readonly number[],
  ): Int32Array {
    if (this.missOffset.length <= doubtful.length) this.missOffset = new Uint32Array(doubtful.length * 2)
    const { missOffset } = this
    let total = 0
    for (let d = 0; d < doubtful.length; d++) {
      missOffset[d] = total
      total += end - start - held[doubtful[d]!]!
    }
    missOffset[doubtful.length] = total
    const misses = scratch.misses.asItIs(total)
    for (let first = 0; first < doubtful.length; first += 32) {
      this.collectBatch(members, start, end, passed, doubtful, first, misses)
    }
    return misses
  }

  /** The same for up to 32 entitlements from `first` on. One word then represents a row; most members lack none of them. */
  private collectBatch(
    members: Uint32Array,
    start: number,
    end: number,
    passed: readonly number[],
    doubtful: readonly number[],
    first: number,
    misses: Int32Array,
  ): void {
    const { rowOffset, rowEntitlement } = this.graph
    const { bitOf, next } = this
    const count = Math.min(32, doubtful.length - first)
    for (let i = 0; i < count; i++) {
      bitOf[passed[doubtful[first + i]!]!] = 1 << i
      next[i] = this.missOffset[first + i]!
    }
    // `passed` ascends, so the last entitlement ends the rows.
    const until = passed[doubtful[first + count - 1]!]! + 1
    const all = count === 32 ? -1 : (1 << count) - 1
    for (let m = start; m < end; m++) {
      const person = members[m]!
      let lacked = all & ~bitsOfRow(rowEntitlement, rowOffset[person]!, rowOffset[person + 1]!, until, bitOf)
      while (lacked !== 0) {
        const i = 31 - Math.clz32(lacked)
        lacked ^= 1 << i
        misses[next[i]!++] = person
      }
    }
    for (let i = 0; i < count; i++) bitOf[passed[doubtful[first + i]!]!] = 0
  }

  /** The parts of which more than half lack an entitlement, each with all such entitlements. */
  private emptyParts(other: number, misses: Int32Array, count: number, size: number): ReadonlyMap<number, number[]> {
    const { column } = this.graph.attributes[other]!
    const partSize = this.partSize[other]!
    const partMisses = this.partMisses[other]!
    const { missedParts, missOffset } = this
    const found = new Map<number, number[]>()
    for (let d = 0; d < count; d++) {
      const missed = tally(column, misses, missOffset[d]!, missOffset[d + 1]!, partMisses, missedParts)
      for (let part = 0; part < missed; part++) {
        const value = missedParts[part]!
        const within = partSize[value]!
        if (partMisses[value]! * 2 > within && within >= smallestPart && within < size) {
          const block = found.get(value)
          if (block === undefined) found.set(value, [d])
          else block.push(d)
        }
        partMisses[value] = 0
      }
    }
    return found
  }

  private isBare(other: number, part: number, block: readonly number[], misses: Int32Array): boolean {
    const { column, known } = this.graph.attributes[other]!
    const { lacks } = this
    const within = this.partSize[other]![part]!
    const rest = this.known[other]! - within
    if (!this.proves(other, within, 0, rest)) return false
    const lacking = block.length - fewestOfBlock(block.length) + 1
    let inPart = 0
    let inKnown = 0
    this.forEachMiss(block, misses, (person) => {
      if (++lacks[person]! !== lacking || known[person]! < 0) return
      inKnown++
      if (column[person] === part) inPart++
    })
    this.forEachMiss(block, misses, (person) => (lacks[person] = 0))
    return this.proves(other, within, within - inPart, rest - (inKnown - inPart))
  }

  /**
   * Whether the people of a part belong to another value of an attribute that the cohort fixes; or the part's attribute follows from one
   * that the cohort fixes, and the part's value is not the one that follows.
   */
  private isByMistake(other: number, part: number): boolean {
    return this.combination.some((position) => {
      const own = this.graph.attributes[position]!.column[this.member]!
      const main = this.mainValues.table(other, position)[part]!
      if (main >= 0 && main !== own) return true
      if (!this.mainValues.doesFollow(position, other)) return false
      const follows = this.mainValues.table(position, other)[own]!
      return follows >= 0 && follows !== part
    })
  }

  /** Whether a part in which `having` people have a block proves, against the rest, that the filter matters. */
  private proves(other: number, within: number, having: number, havingOfRest: number): boolean {
    const rest = this.known[other]! - within
    if (having * rest >= havingOfRest * within) return false
    const least = this.price.filter(other, this.largePartCount[other]) + leastEvidence
    return inSteps(contrast(havingOfRest, rest, having, within)) >= inSteps(least)
  }

  /**
   * The block, extended by everything else that most of the part's people who lack the block also lack: these entitlements are judged
   * together.
   */
  private withAllThatTheyLack(
    other: number,
    part: number,
    block: readonly number[],
    misses: Int32Array,
    count: number,
  ): readonly number[] {
    const { column } = this.graph.attributes[other]!
    const { lacks, missOffset } = this
    const lacking = block.length - fewestOfBlock(block.length) + 1
    let lackers = 0
    this.forEachMiss(block, misses, (person) => {
      if (++lacks[person]! === lacking && column[person] === part) lackers++
    })
    const all = [...block]
    for (let d = 0; d < count; d++) {
      if (block.includes(d)) continue
      let missed = 0
      for (let at = missOffset[d]!; at < missOffset[d + 1]!; at++) {
        if (lacks[misses[at]!]! >= lacking && column[misses[at]!] === part) missed++
      }
      if (missed * 2 > lackers) all.push(d)
    }
    this.forEachMiss(block, misses, (person) => (lacks[person] = 0))
    return all.sort((a, b) => a - b)
  }

  private forEachMiss(block: readonly number[], misses: Int32Array, visit: (person: number) => void): void {
    const { missOffset } = this
    for (const d of block) for (let at = missOffset[d]!; at < missOffset[d + 1]!; at++) visit(misses[at]!)
  }

  /** The average rate of the entitlements of a block outside the cohort. */
  private rateOutside(
    block: readonly number[],
    doubtful: readonly number[],
    passed: readonly number[],
    held: readonly number[],
    size: number,
  ): number {
    const { holders, persons } = this.graph
    let outside = 0
    for (const d of block) outside += holders[passed[doubtful[d]!]!]! - held[doubtful[d]!]! + 0.5
    return outside / (block.length * (persons.length - size + 1))
  }

  /**
   * Whether it is shorter to describe the parts that hold the block than the cohort with its exceptions. A site is still the reason for
   * the other departments when one of thirty departments does not use it. Members whose part is unknown are ignored.
   */
  private paysToSplit(other: number, block: readonly number[], misses: Int32Array, rate: number): boolean {
    const { column } = this.graph.attributes[other]!
    const { lacks, partMisses, partSize, parts, partCount, price } = this
    const lacking = block.length - fewestOfBlock(block.length) + 1
    this.forEachMiss(block, misses, (person) => {
      if (++lacks[person]! === lacking && column[person]! >= 0) partMisses[other]![column[person]!]!++
    })
    this.forEachMiss(block, misses, (person) => (lacks[person] = 0))
    // The names of the entitlements are counted once for the cohort, or once for each part.
    const names = block.length * price.entitlement
    const filter = price.filter(other, this.largePartCount[other])
    let known = 0
    let holding = 0
    let split = names
    for (let p = 0; p < partCount[other]!; p++) {
      const part = parts[other]![p]!
      const within = partSize[other]![part]!
      const having = within - partMisses[other]![part]!
      partMisses[other]![part] = 0
      if (this.isByMistake(other, part)) continue
      known += within
      holding += having
      if (within < this.minCohortSize || having <= rate * within) continue
      split += Math.max(0, block.length * divergence(having, within, rate) - filter - names)
    }
    const whole = holding > rate * known ? block.length * divergence(holding, known, rate) : 0
    return inSteps(split) > inSteps(whole)
  }
}

function countKnown(isKnown: Int32Array, members: Uint32Array, start: number, end: number): number {
  let known = 0
  for (let m = start; m < end; m++) if (isKnown[members[m]!]! >= 0) known++
  return known
}

/** Counts the persons `from .. to` by their value, and lists the values that occur. Returns their number. */
function tally(
  column: Int32Array,
  persons: Int32Array,
  from: number,
  to: number,
  count: Uint32Array,
  listed: Int32Array,
): number {
  let found = 0
  for (let at = from; at < to; at++) {
    const value = column[persons[at]!]!
    if (value < 0) continue
    if (count[value]!++ === 0) listed[found++] = value
  }
  return found
}

// The row loops are separate functions: see `countRow` of count-cohorts.ts.

function bitsOfRow(row: Ordinals, start: number, end: number, until: number, bitOf: Int32Array): number {
  let bits = 0
  for (let at = start; at < end; at++) {
    const e = row[at]!
    if (e >= until) break
    bits |= bitOf[e]!
  }
  return bits
}
