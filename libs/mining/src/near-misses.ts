import type { CountedCombination, NearMisses } from './counted-combination.ts'
import { EvennessTest } from './evenness.ts'
import type { PopulationGraph } from './population.ts'
import { GrowingList } from './shared-arrays.ts'

/**
 * The step of a pair that passes the thresholds but is held unevenly. It is recorded for cohorts with a near miss, because the evenness
 * of near misses is tested together with such pairs.
 */
export const refused = 0

/** Most combinations have no near misses. Allocating eight shared arrays for them would take longer than the search. */
const noMisses: NearMisses = {
  group: new Uint32Array(0),
  entitlement: new Uint32Array(0),
  holders: new Uint32Array(0),
  step: new Uint32Array(0),
}

/** Collects near misses, cohort by cohort. */
export class NearMissList {
  private lists: Record<keyof NearMisses, GrowingList> | undefined

  push(group: number, entitlement: number, holders: number, step: number): void {
    this.lists ??= {
      group: new GrowingList(),
      entitlement: new GrowingList(),
      holders: new GrowingList(),
      step: new GrowingList(),
    }
    this.lists.group.push(group)
    this.lists.entitlement.push(entitlement)
    this.lists.holders.push(holders)
    this.lists.step.push(step)
  }

  share(): NearMisses {
    if (this.lists === undefined) return noMisses
    const { group, entitlement, holders, step } = this.lists
    return { group: group.share(), entitlement: entitlement.share(), holders: holders.share(), step: step.share() }
  }
}

/** A step of a setting, and the number of additional pairs that pass with it. */
export interface PassingStep {
  readonly step: number
  readonly pairs: number
}

/**
 * The largest step with which a near miss passes every rule: its cohort holds it evenly, and no more general cohort has it, given that
 * such a cohort may pass at this step as well. The test of evenness costs a pass over the rows of a cohort. So only the pairs of the
 * largest step are tested, and those of the next step only when none of them passes.
 */
export function nearestPassingStep(
  graph: PopulationGraph,
  counted: readonly CountedCombination[],
  minCohortSize: number,
  missesOf: (combination: CountedCombination) => NearMisses,
): PassingStep | undefined {
  const judges = counted
    .toSorted((a, b) => a.combination.length - b.combination.length)
    .map((combination) => new NearMissJudge(graph, combination, missesOf(combination), minCohortSize))
    .filter(({ stepCount }) => stepCount > 0)
  let step = largestBelow(judges, Number.POSITIVE_INFINITY)
  while (step > 0) {
    let pairs = 0
    const passed: NearMissJudge[] = []
    for (const judge of judges) {
      const found = judge.countPassing(step, passed)
      if (found === 0) continue
      pairs += found
      passed.push(judge)
    }
    if (pairs > 0) return { step, pairs }
    step = largestBelow(judges, step)
  }
  return undefined
}

function largestBelow(judges: readonly NearMissJudge[], limit: number): number {
  let largest = 0
  for (const judge of judges) largest = Math.max(largest, judge.largestBelow(limit))
  return largest
}

/** Judges the near misses of one combination, one step at a time. */
class NearMissJudge {
  readonly stepCount: number
  private readonly graph: PopulationGraph
  private readonly counted: CountedCombination
  private readonly misses: NearMisses
  private readonly minCohortSize: number
  /** The pairs that passed, as `group * entitlements + entitlement`. */
  private readonly passing = new Set<number>()

  constructor(graph: PopulationGraph, counted: CountedCombination, misses: NearMisses, minCohortSize: number) {
    this.minCohortSize = minCohortSize
    this.graph = graph
    this.counted = counted
    this.misses = misses
    this.stepCount = misses.step.length
  }

  largestBelow(limit: number): number {
    const { step } = this.misses
    let largest = 0
    for (let i = 0; i < step.length; i++) if (step[i]! > largest && step[i]! < limit) largest = step[i]!
    return largest
  }

  /** The number of pairs of this step that pass, after the `simpler` combinations were judged. */
  countPassing(step: number, simpler: readonly NearMissJudge[]): number {
    const { misses, counted } = this
    const general = simpler.filter((one) => isPartOf(one.counted.combination, counted.combination))
    // Created when it is needed. Tests share their working memory, so only one may exist at a time.
    let evenness: EvennessTest | undefined
    let end = 0
    for (let start = 0; start < this.stepCount; start = end) {
      const group = misses.group[start]!
      const entitlements: number[] = []
      const holders: number[] = []
      let isAsked = false
      const isNews: boolean[] = []
      for (end = start; end < this.stepCount && misses.group[end] === group; end++) {
        if (misses.step[end]! < step && misses.step[end] !== refused) continue
        entitlements.push(misses.entitlement[end]!)
        holders.push(misses.holders[end]!)
        isNews.push(misses.step[end] !== refused)
        if (misses.step[end] === step) isAsked = true
      }
      if (!isAsked) continue
      for (let cell = counted.cellOffset[group]!; cell < counted.cellOffset[group + 1]!; cell++) {
        entitlements.push(counted.cellEntitlement[cell]!)
        holders.push(counted.cellCount[cell]!)
        isNews.push(false)
      }
      evenness ??= new EvennessTest(this.graph, counted.combination, this.minCohortSize)
      this.judgeGroup(evenness, group, entitlements, holders, isNews, general)
    }
    return this.passing.size
  }

  private judgeGroup(
    evenness: EvennessTest,
    group: number,
    entitlements: readonly number[],
    holders: readonly number[],
    isNews: readonly boolean[],
    general: readonly NearMissJudge[],
  ): void {
    const { members, offset } = this.counted.groups
    const member = members[offset[group]!]!
    const left = [...entitlements.keys()]
      .filter((i) => !general.some((one) => one.gives(member, entitlements[i]!)))
      .sort((a, b) => entitlements[a]! - entitlements[b]!)
    const isEven = evenness.test(
      members,
      offset[group]!,
      offset[group + 1]!,
      left.map((i) => entitlements[i]!),
      left.map((i) => holders[i]!),
    )
    for (const [at, i] of left.entries()) {
      if (isEven[at] === 1 && isNews[i]) this.passing.add(group * this.graph.kept.length + entitlements[i]!)
    }
  }

  private gives(member: number, entitlement: number): boolean {
    return this.passing.has(this.counted.groups.of[member]! * this.graph.kept.length + entitlement)
  }
}

function isPartOf(part: readonly number[], whole: readonly number[]): boolean {
  return part.length < whole.length && part.every((position) => whole.includes(position))
}
