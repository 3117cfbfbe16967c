import type { CohortMiningSettings } from '../cohort-settings.ts'
import { type Combination, combinationKey, combinationsOf } from '../combinations.ts'
import { countRow, countRowOnly, keepReached } from '../count-cohorts.ts'
import { type Groups, splitGroups } from '../grouping.ts'
import type { PopulationGraph } from '../population.ts'
import { endOfHeldBy } from '../reduce-grants.ts'
import { GrowingList, type Ordinals } from '../shared-arrays.ts'

/** The most that cohort mining can explain, before it chooses among the cohorts. */
export interface CohortReach {
  /** All grants of enabled people. */
  readonly grants: number
  /** Grants of common access, which nearly all people hold and which needs no cohort. */
  readonly commonGrants: number
  /** All other grants that are in a cohort of at most three attributes of which enough members hold the entitlement. */
  readonly coveredGrants: number
  /** False when there are more combinations than were counted. `coveredGrants` is then a lower bound. */
  readonly isComplete: boolean
}

/** The cohorts of one combination, and the entitlements that enough members of each hold and no wider cohort has. */
interface Covered {
  readonly groups: Groups
  /** For group `g`: `entitlement[offset[g] .. offset[g + 1]]`. */
  readonly offset: Uint32Array
  readonly entitlement: Uint32Array
}

/** The largest number of grants that are read for all combinations: some seconds. */
const mostSteps = 1_500_000_000

/** The number of attributes in combinations of two and three: those with the most covered grants. */
const mostPaired = 24
const mostInThrees = 12

/**
 * Marks each grant in a cohort of at least `minCohortSize` people of whom at least the share `minCoverage` holds the entitlement. Cohorts
 * are the people with the same values of one to `maxFilters` attributes. The further tests of mining (lift, evenness, a gain) are not
 * applied.
 */
export class ReachCount {
  readonly #graph: PopulationGraph
  readonly #settings: CohortMiningSettings
  /** One element for each grant of the graph. */
  readonly #isCovered: Uint8Array
  /** The number of grants of each person that are not covered. */
  readonly #left: Uint32Array
  /** Each group counts from a zero that no earlier count can have reached, so the counts need no reset. */
  readonly #count: Int32Array
  #zero = 1
  readonly #touched: Int32Array
  /** Per entitlement the last group that newly reached it, and the last group for which a wider group has it. */
  readonly #reachedIn: Int32Array
  readonly #knownIn: Int32Array
  #group = 0
  #steps = 0
  coveredGrants = 0

  constructor(graph: PopulationGraph, settings: CohortMiningSettings) {
    this.#graph = graph
    this.#settings = settings
    this.#isCovered = new Uint8Array(graph.rowEntitlement.length)
    this.#left = Uint32Array.from(graph.persons, (_, p) => graph.rowOffset[p + 1]! - graph.rowOffset[p]!)
    this.#count = new Int32Array(graph.kept.length)
    this.#touched = new Int32Array(graph.kept.length + 1)
    this.#reachedIn = new Int32Array(graph.kept.length)
    this.#knownIn = new Int32Array(graph.kept.length)
  }

  /** Counts all combinations, the smaller ones first. */
  countAll(): CohortReach {
    const { attributes, persons, commonAccess, grantCount } = this.#graph
    const { minCohortSize, maxFilters } = this.#settings
    const gains = attributes.map(() => 0)
    const counted = new Map<string, Covered>()
    let isComplete = true
    let positions = [...attributes.keys()]
    for (let level = 1; level <= maxFilters && persons.length >= minCohortSize; level++) {
      if (level > 1) positions = best(positions, gains, level === 2 ? mostPaired : mostInThrees)
      if (positions.length < attributes.length) isComplete = false
      for (const combination of combinationsOf(positions, level)) {
        if (!namesEachOnce(this.#graph, combination)) continue
        if (this.#steps > mostSteps) {
          isComplete = false
          break
        }
        const { column, valueCount } = attributes[combination[level - 1]!]!
        const wider = counted.get(combinationKey(combination.slice(0, -1)))?.groups
        const before = this.coveredGrants
        const groups = splitGroups(wider, column, valueCount, minCohortSize)
        const covered = this.cover(groups, ancestorsOf(combination, counted))
        // The largest combinations have no larger ones that need their counts.
        if (level < maxFilters) counted.set(combinationKey(combination), covered)
        for (const position of combination) gains[position]! += this.coveredGrants - before
      }
    }
    const commonGrants = commonAccess.reduce((sum, { grantedCount }) => sum + grantedCount, 0)
    return { grants: grantCount, commonGrants, coveredGrants: this.coveredGrants, isComplete }
  }

  /** Counts these groups. An entitlement that a group of `wider` reached is also covered in each group that it contains. */
  cover(groups: Groups, wider: readonly Covered[] = []): Covered {
    const { rowOffset, rowEntitlement } = this.#graph
    const { offset, members, count } = groups
    const reachedOffset = new GrowingList()
    const reached = new GrowingList()
    for (let g = 0; g < count; g++) {
      reachedOffset.push(reached.length)
      const start = offset[g]!
      const end = offset[g + 1]!
      if (wider.some((one) => sizeOfGroup(one.groups, members[start]!) === end - start)) continue
      if (!this.#anyLeft(members, start, end)) continue
      const before = reached.length
      this.#countGroup(members, start, end, wider, reached)
      if (reached.length === before) continue
      for (let m = start; m < end; m++) {
        const person = members[m]!
        if (this.#left[person] === 0) continue
        const [from, to] = [rowOffset[person]!, rowOffset[person + 1]!]
        const marked = mark(rowEntitlement, from, to, this.#reachedIn, this.#group, this.#isCovered)
        this.#left[person]! -= marked
        this.coveredGrants += marked
      }
    }
    reachedOffset.push(reached.length)
    return { groups, offset: reachedOffset.share(), entitlement: reached.share() }
  }

  #anyLeft(members: Uint32Array, start: number, end: number): boolean {
    for (let m = start; m < end; m++) if (this.#left[members[m]!]! > 0) return true
    return false
  }

  /** Records the entitlements that enough members hold. */
  #countGroup(members: Uint32Array, start: number, end: number, wider: readonly Covered[], reached: GrowingList): void {
    const graph = this.#graph
    const { rowOffset, rowEntitlement } = graph
    const count = this.#count
    const touched = this.#touched
    const size = end - start
    // As in countCombination: products such as 0.55 * 100 can be slightly above the exact whole number; an entitlement with fewer holders
    // in the whole population cannot be reached here; and a reached entitlement is held by one of the first members.
    const needed = Math.max(1, Math.ceil(this.#settings.minCoverage * size - 1e-9))
    const until = endOfHeldBy(graph, needed)
    const listing = start + size - needed + 1
    const zero = this.#nextZero(size)
    let touchedCount = 0
    for (let m = start; m < listing; m++) {
      const row = rowOffset[members[m]!]!
      const rowEnd = rowOffset[members[m]! + 1]!
      touchedCount = countRow(rowEntitlement, row, rowEnd, until, count, zero, touched, touchedCount)
      this.#steps += rowEnd - row
    }
    for (let m = listing; m < end; m++) {
      const row = rowOffset[members[m]!]!
      const rowEnd = rowOffset[members[m]! + 1]!
      countRowOnly(rowEntitlement, row, rowEnd, until, count)
      this.#steps += rowEnd - row
    }
    const reachedCount = keepReached(touched, touchedCount, count, zero + needed)
    const group = ++this.#group
    if (reachedCount > 0) markKnown(wider, members[start]!, group, this.#knownIn)
    for (let t = 0; t < reachedCount; t++) {
      const e = touched[t]!
      if (this.#knownIn[e] === group) continue
      this.#reachedIn[e] = group
      reached.push(e)
    }
  }

  #nextZero(size: number): number {
    const zero = this.#zero
    // Resets the counts well before 2 ** 31, which some hundred thousand large groups would reach.
    if (zero > 0x70000000) {
      this.#count.fill(0)
      this.#zero = size + 2
      return 1
    }
    this.#zero += size + 1
    return zero
  }
}

/** A cohort names an attribute at most once, so a combination has no two columns of the same list. */
function namesEachOnce({ attributes }: PopulationGraph, combination: Combination): boolean {
  return new Set(combination.map((position) => attributes[position]!.index)).size === combination.length
}

/** A separate function: see `countRow` of count-cohorts.ts. */
function mark(
  row: Ordinals,
  start: number,
  end: number,
  reachedIn: Int32Array,
  group: number,
  isCovered: Uint8Array,
): number {
  let marked = 0
  for (let at = start; at < end; at++) {
    if (reachedIn[row[at]!] === group && isCovered[at] === 0) {
      isCovered[at] = 1
      marked++
    }
  }
  return marked
}

/** Marks every entitlement that the wider groups of a member have reached. */
function markKnown(wider: readonly Covered[], member: number, mark: number, knownIn: Int32Array): void {
  for (const { groups, offset, entitlement } of wider) {
    const group = groups.of[member]!
    if (group < 0) continue
    for (let at = offset[group]!; at < offset[group + 1]!; at++) knownIn[entitlement[at]!] = mark
  }
}

/** All proper, non-empty subsets of a combination that were counted. */
function ancestorsOf(combination: Combination, counted: ReadonlyMap<string, Covered>): Covered[] {
  const found: Covered[] = []
  for (let size = 1; size < combination.length; size++) {
    for (const part of combinationsOf(combination, size)) {
      const covered = counted.get(combinationKey(part))
      if (covered !== undefined) found.push(covered)
    }
  }
  return found
}

/** The size of a person's group; 0 without a group. */
function sizeOfGroup({ of, offset }: Groups, person: number): number {
  return of[person]! < 0 ? 0 : offset[of[person]! + 1]! - offset[of[person]!]!
}

/** The positions with the largest worth, ascending; of equal ones the first. */
function best(positions: readonly number[], worth: readonly number[], count: number): number[] {
  return positions
    .toSorted((a, b) => worth[b]! - worth[a]! || a - b)
    .slice(0, count)
    .sort((a, b) => a - b)
}
