import type { CohortMiningSettings } from './cohort-settings.ts'
import { type Combination, combinationKey, combinationsOf } from './combinations.ts'
import type { CountedCombination } from './counted-combination.ts'
import { EvennessTest } from './evenness.ts'
import { splitGroups } from './grouping.ts'
import { NearMissList, refused } from './near-misses.ts'
import { largestStep } from './nearest-settings.ts'
import type { PopulationGraph } from './population.ts'
import { endOfHeldBy } from './reduce-grants.ts'
import { noRejections, type RejectionCounts } from './rejections.ts'
import { GrowingList, type Ordinals, ScratchArray } from './shared-arrays.ts'
import { wilsonLower, wilsonUpper } from './wilson.ts'

/** The counted combinations that larger combinations need, by `combinationKey`. */
type Counted = ReadonlyMap<string, CountedCombination>

/** Longer lists are sorted by the runtime: an insertion sort takes quadratic time in the worst case. */
const longestInserted = 256

/** Memory that is reused for each combination, as in grouping.ts. */
const scratch = { count: new ScratchArray(), touched: new ScratchArray(), explainedIn: new ScratchArray() }

/**
 * Counts one combination: groups people by it, makes one pass over the grants of each large enough group, and keeps the entitlements that
 * nearly all of the group hold, that are rarer outside, that no more general cohort has already, and that are held evenly. All smaller
 * combinations of the same attributes must be in `counted`. `shouldStop` is called between groups. If it returns true, the count ends
 * early and its result must not be used.
 */
export function countCombination(
  graph: PopulationGraph,
  settings: CohortMiningSettings,
  combination: Combination,
  counted: Counted,
  shouldStop: () => boolean = () => false,
): CountedCombination {
  const rejected = noRejections()
  const ancestors = ancestorsOf(combination, counted)
  const parents = ancestors.filter((a) => a.combination.length === combination.length - 1)
  const last = graph.attributes[combination[combination.length - 1]!]!
  const wider = counted.get(combinationKey(combination.slice(0, -1)))?.groups
  const groups = splitGroups(wider, last.column, last.valueCount, settings.minCohortSize)
  rejected.cohort_too_small = groups.tooSmall
  const count = new GroupCounts(graph, settings, combination, groups, ancestors, rejected)
  const { offset, members } = groups
  for (let g = 0; g < groups.count; g++) {
    count.beginGroup()
    const size = offset[g + 1]! - offset[g]!
    if (hasSameMembers(parents, members[offset[g]!]!, size)) {
      rejected.same_members_as_simpler_cohort++
      continue
    }
    if ((g & 63) === 0 && shouldStop()) break
    count.judge(g, count.listReached(g))
    if (!count.keepEven(g)) rejected.nothing_shared++
  }
  return { combination, groups, rejected, ...count.finish() }
}

/** Counts the groups of one combination, one after the other, and stores the entitlements that passed in each. */
class GroupCounts {
  private readonly graph: PopulationGraph
  private readonly groups: CountedCombination['groups']
  private readonly ancestors: readonly CountedCombination[]
  private readonly rejected: RejectionCounts
  private readonly minLift: number
  private readonly needed: NeededHolders
  private readonly evenness: EvennessTest
  private readonly cellOffset = new GrowingList()
  private readonly cellEntitlement = new GrowingList()
  private readonly cellCount = new GrowingList()
  private readonly coverageMisses = new NearMissList()
  private readonly liftMisses = new NearMissList()
  private readonly count: Int32Array
  private readonly touched: Int32Array
  private readonly explainedIn: Int32Array
  /** The entitlements of the current group that pass every test before the test of evenness. */
  private readonly passed: number[] = []
  private readonly held: number[] = []
  // Pairs of entitlement and holders, flattened. Near misses are rare. Computed in the loop itself, they would displace the frequent
  // paths in the compiled code, and counting would take a fifth longer (Node 24.21).
  private readonly missed: number[] = []
  private readonly missedLift: number[] = []
  /** The value at which the counts of the current group start. No count of an earlier group can have reached it. */
  private zero = 0
  private nextZero = 1

  constructor(
    graph: PopulationGraph,
    settings: CohortMiningSettings,
    combination: Combination,
    groups: CountedCombination['groups'],
    ancestors: readonly CountedCombination[],
    rejected: RejectionCounts,
  ) {
    this.graph = graph
    this.groups = groups
    this.ancestors = ancestors
    this.rejected = rejected
    this.minLift = settings.minLift
    this.needed = new NeededHolders(settings)
    this.evenness = new EvennessTest(graph, combination, settings.minCohortSize)
    this.count = scratch.count.filled(graph.kept.length, 0)
    this.touched = scratch.touched.asItIs(graph.kept.length + 1)
    this.explainedIn = scratch.explainedIn.filled(graph.kept.length, -1)
  }

  beginGroup(): void {
    this.cellOffset.push(this.cellEntitlement.length)
  }

  /** Counts the rows of a group and lists, in `touched`, the entitlements that enough members hold. Returns their number. */
  listReached(g: number): number {
    const { graph, needed, count, touched } = this
    const { rowOffset, rowEntitlement } = graph
    const { offset, members } = this.groups
    const start = offset[g]!
    const end = offset[g + 1]!
    const size = end - start
    const leastShare = needed.byShare(size)
    // An entitlement with fewer holders in the whole population cannot have enough holders here.
    const until = endOfHeldBy(graph, leastShare)

    // An entitlement with at least `leastShare` holders is held by one of the first size - leastShare + 1 members (pigeonhole principle).
    // So only the rows of these members add entitlements to the list. Each group counts from a zero that no earlier count can have
    // reached, listed or not, so the counts need no reset.
    const listing = start + size - leastShare + 1
    const zero = this.nextZero
    this.zero = zero
    this.nextZero += size + 1
    let touchedCount = 0
    for (let m = start; m < listing; m++) {
      const person = members[m]!
      const row = rowOffset[person]!
      touchedCount = countRow(rowEntitlement, row, rowOffset[person + 1]!, until, count, zero, touched, touchedCount)
    }
    for (let m = listing; m < end; m++) {
      const person = members[m]!
      countRowOnly(rowEntitlement, rowOffset[person]!, rowOffset[person + 1]!, until, count)
    }
    return keepReached(touched, touchedCount, count, zero + leastShare)
  }

  /** Applies the tests of coverage and lift to each listed entitlement of a group. */
  judge(g: number, reachedCount: number): void {
    const { graph, needed, count, touched, explainedIn, passed, missed, missedLift, rejected, minLift, zero } = this
    const { holders } = graph
    const { offset, members } = this.groups
    const start = offset[g]!
    const size = offset[g + 1]! - start
    const outside = graph.persons.length - size
    passed.length = 0
    missed.length = 0
    missedLift.length = 0
    if (reachedCount === 0) return
    markExplained(this.ancestors, members[start]!, g, explainedIn)
    for (let t = 0; t < reachedCount; t++) {
      const e = touched[t]!
      const c = count[e]! - zero
      if (explainedIn[e] === g) {
        rejected.explained_by_more_general_cohort++
        continue
      }
      const outsideRate = outside === 0 ? 0 : (holders[e]! - c) / outside
      if (c < needed.byInterval(size)) {
        rejected.coverage_interval_too_low++
        if (c / size >= minLift * outsideRate && wilsonLower(c, size) > outsideRate) {
          missed.push(e, c)
        }
      } else if (wilsonLower(c, size) <= outsideRate) rejected.no_lift_over_outside++
      else if (c / size < minLift * outsideRate) {
        rejected.no_lift_over_outside++
        missedLift.push(e, c)
      } else passed.push(e)
    }
    if (missed.length > 0) noteCoverageMisses(this.coverageMisses, g, size, missed, needed)
    if (missedLift.length > 0) noteLiftMisses(this.liftMisses, g, size, missedLift, graph)
  }

  /** Stores the entitlements of a group that passed and are held evenly. Returns whether there are any. */
  keepEven(g: number): boolean {
    const { passed, held, count, zero, missed, missedLift, cellEntitlement, cellCount } = this
    if (passed.length === 0) return false
    const { offset, members } = this.groups
    sortAscending(passed)
    const before = cellEntitlement.length
    held.length = 0
    for (let i = 0; i < passed.length; i++) held.push(count[passed[i]!]! - zero)
    const isEven = this.evenness.test(members, offset[g]!, offset[g + 1]!, passed, held)
    for (let i = 0; i < passed.length; i++) {
      const e = passed[i]!
      if (isEven[i] === 1) {
        cellEntitlement.push(e)
        cellCount.push(held[i]!)
      } else {
        this.rejected.uneven_inside_cohort++
        if (missed.length > 0) this.coverageMisses.push(g, e, held[i]!, refused)
        if (missedLift.length > 0) this.liftMisses.push(g, e, held[i]!, refused)
      }
    }
    return cellEntitlement.length > before
  }

  finish() {
    const { cellOffset, cellEntitlement, cellCount, coverageMisses, liftMisses } = this
    while (cellOffset.length <= this.groups.count) cellOffset.push(cellEntitlement.length)
    return {
      cellOffset: cellOffset.share(),
      cellEntitlement: cellEntitlement.share(),
      cellCount: cellCount.share(),
      coverageMisses: coverageMisses.share(),
      liftMisses: liftMisses.share(),
    }
  }
}

function noteCoverageMisses(
  misses: NearMissList,
  group: number,
  size: number,
  missed: readonly number[],
  needed: NeededHolders,
): void {
  for (let i = 0; i < missed.length; i += 2) {
    misses.push(group, missed[i]!, missed[i + 1]!, needed.largestExpected(missed[i + 1]!, size))
  }
}

function noteLiftMisses(
  misses: NearMissList,
  group: number,
  size: number,
  missed: readonly number[],
  { persons, holders }: PopulationGraph,
): void {
  for (let i = 0; i < missed.length; i += 2) {
    const [entitlement, held] = [missed[i]!, missed[i + 1]!]
    const share = held / size
    const outsideRate = (holders[entitlement]! - held) / (persons.length - size)
    const step = largestStep(share / outsideRate, (lift) => share >= lift * outsideRate)
    misses.push(group, entitlement, held, step)
  }
}

/**
 * Counts one row up to an entitlement, and lists each entitlement whose count is still below zero, so seen for the first time. The two
 * row loops are separate functions. V8 compiles a short function that is called often as a whole. A long loop inside a function that is
 * called 25 times is replaced on the stack instead, and in some runs V8 falls back to code that is three times slower (Node 24.21).
 */
export function countRow(
  row: Ordinals,
  start: number,
  end: number,
  until: number,
  count: Int32Array,
  zero: number,
  touched: Int32Array,
  touchedCount: number,
): number {
  let next = touchedCount
  for (let at = start; at < end; at++) {
    const e = row[at]!
    if (e >= until) break
    const below = count[e]! - zero
    // All ones or all zeros, without a branch. The entitlements that a row has besides its roles are random, so branch prediction would
    // often fail, which is expensive.
    const isNew = below >> 31
    touched[next] = e
    next -= isNew
    count[e] = zero + (below & ~isNew) + 1
  }
  return next
}

/** Counts one row up to an entitlement. Entitlements that are not listed are counted too; their counts are not read. */
export function countRowOnly(row: Ordinals, start: number, end: number, until: number, count: Int32Array): void {
  for (let at = start; at < end; at++) {
    const e = row[at]!
    if (e >= until) break
    count[e]!++
  }
}

/**
 * Moves the entitlements with a count of at least `least` to the front, in their order. Returns their number. It also works without a
 * branch.
 */
export function keepReached(touched: Int32Array, touchedCount: number, count: Int32Array, least: number): number {
  let reached = 0
  for (let t = 0; t < touchedCount; t++) {
    const e = touched[t]!
    touched[reached] = e
    reached += 1 - ((count[e]! - least) >>> 31)
  }
  return reached
}

/** Insertion sort: the list starts with one row, in order, which already has nearly all of the entitlements. */
function sortAscending(list: number[]): void {
  if (list.length > longestInserted) {
    list.sort((a, b) => a - b)
    return
  }
  for (let i = 1; i < list.length; i++) {
    const e = list[i]!
    let at = i
    for (; at > 0 && list[at - 1]! > e; at--) list[at] = list[at - 1]!
    list[at] = e
  }
}

/** The counts of all proper, non-empty subsets of a combination. */
function ancestorsOf(combination: Combination, counted: Counted): CountedCombination[] {
  const found: CountedCombination[] = []
  for (let size = 1; size < combination.length; size++) {
    for (const subset of combinationsOf(combination, size)) {
      const ancestor = counted.get(combinationKey(subset))
      if (ancestor === undefined) throw new Error(`combination ${combinationKey(subset)} was not counted before`)
      found.push(ancestor)
    }
  }
  return found
}

/**
 * Whether a more general cohort has the same members. A cohort is a subset of its parents, so a parent of the same size has the same
 * members.
 */
function hasSameMembers(parents: readonly CountedCombination[], member: number, size: number): boolean {
  for (const { groups } of parents) {
    const parent = groups.of[member]!
    if (groups.offset[parent + 1]! - groups.offset[parent]! === size) return true
  }
  return false
}

function markExplained(
  ancestors: readonly CountedCombination[],
  member: number,
  mark: number,
  explainedIn: Int32Array,
): void {
  for (const { groups, cellOffset, cellEntitlement } of ancestors) {
    const group = groups.of[member]!
    const end = cellOffset[group + 1]!
    for (let at = cellOffset[group]!; at < end; at++) explainedIn[cellEntitlement[at]!] = mark
  }
}

/** The least number of holders that passes in a cohort of a given size, cached by size. */
class NeededHolders {
  private readonly share: number
  private readonly expected: number
  private readonly interval: number[] = []

  constructor(settings: CohortMiningSettings) {
    this.share = settings.minCoverage
    this.expected = settings.expectedCoverage
  }

  /** By `minCoverage` alone. */
  byShare(size: number): number {
    // Products such as 0.55 * 100 can be slightly above the exact whole number.
    return Math.max(1, Math.ceil(this.share * size - 1e-9))
  }

  /** By `minCoverage` and by the interval; at least `byShare`. */
  byInterval(size: number): number {
    let least = this.interval[size]
    if (least === undefined) {
      least = this.byShare(size)
      while (least < size && wilsonUpper(least, size) < this.expected) least++
      this.interval[size] = least
    }
    return least
  }

  /** The largest `expectedCoverage`, as a step, with which `holders` out of `size` members pass. */
  largestExpected(holders: number, size: number): number {
    const upper = wilsonUpper(holders, size)
    return largestStep(upper, (expected) => upper >= expected)
  }
}
