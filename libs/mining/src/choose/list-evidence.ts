import type { CountedCombination } from '../counted-combination.ts'
import { EvennessTest } from '../evenness.ts'
import { differs, fewestOfBlock, leastEvidence } from '../evidence.ts'
import type { Groups } from '../grouping.ts'
import type { PopulationGraph } from '../population.ts'
import { leastInside } from './broader-cohorts.ts'
import type { Savings } from './savings.ts'
import { shareByChance } from './share-by-chance.ts'
import type { PoolHolders, ValueListCohort } from './value-list-cohorts.ts'

/** A number of people, and how many of them have the block. */
interface Share {
  people: number
  having: number
}

/**
 * Tests a cohort with several values. It must pass two tests: the test of evenness decides whether all parts of the cohort hold its
 * entitlements, and the person test of person-test.ts whether it is beyond chance; a list of values costs the price of each of its values.
 */
export class ListEvidence {
  private readonly graph: PopulationGraph
  private readonly savings: Savings
  private readonly holdersOf: PoolHolders
  private readonly minCohortSize: number
  private readonly evenness = new Map<number | undefined, EvennessTest>()
  private readonly held: Uint16Array
  /** The groups by the value of each position alone. */
  private readonly alone: ReadonlyMap<number, Groups>
  /** Per value the people who have it, while they are counted. */
  private readonly seen: Uint32Array

  constructor(
    graph: PopulationGraph,
    counted: readonly CountedCombination[],
    savings: Savings,
    holdersOf: PoolHolders,
    minCohortSize: number,
  ) {
    this.graph = graph
    this.savings = savings
    this.holdersOf = holdersOf
    this.minCohortSize = minCohortSize
    this.held = new Uint16Array(graph.persons.length)
    const singles = counted.filter(({ combination }) => combination.length === 1)
    this.alone = new Map(singles.map(({ combination, groups }) => [combination[0]!, groups]))
    this.seen = new Uint32Array(graph.attributes.reduce((most, { valueCount }) => Math.max(most, valueCount), 0))
  }

  /** @param addsOne there is one suggestion more with this cohort */
  passes(cohort: ValueListCohort, addsOne: boolean): boolean {
    return this.isHeldEvenly(cohort) && this.isBeyondChance(cohort, addsOne)
  }

  private isHeldEvenly({ counted: { groups }, groups: joined, size, within, entitlements, holders }: ValueListCohort) {
    const members = new Uint32Array(size)
    let next = 0
    for (const g of joined) {
      members.set(groups.members.subarray(groups.offset[g]!, groups.offset[g + 1]!), next)
      next += groups.offset[g + 1]! - groups.offset[g]!
    }
    let test = this.evenness.get(within)
    if (test === undefined) {
      test = new EvennessTest(this.graph, within === undefined ? [] : [within], this.minCohortSize)
      this.evenness.set(within, test)
    }
    return test.test(members.sort(), 0, size, entitlements, holders).subarray(0, entitlements.length).every(Boolean)
  }

  private isBeyondChance(cohort: ValueListCohort, addsOne: boolean): boolean {
    const { counted, groups, size, listed, within, entitlements, price } = cohort
    const { persons } = this.graph
    const isIn = new Set(groups)
    const having = this.havingBlock(entitlements)
    const inside = having.filter((person) => isIn.has(counted.groups.of[person]!)).length
    const own = { people: size, having: inside }
    const rest = { people: persons.length - size, having: having.length - inside }
    const { offset, members } = counted.groups
    const byChance = shareByChance(
      this.graph,
      groups.map((g) => members.subarray(offset[g]!, offset[g + 1]!)),
      grantsOf(this.graph, cohort),
    )
    rest.having = Math.max(rest.having, byChance * rest.people)
    if (!sharesDiffer(own, rest, price + this.savings.price.entitlement)) return false
    if (addsOne && !this.differsFromAround(cohort, own, having)) return false
    if (within === undefined) return true
    const first = groups.map((g) => members[offset[g]!]!)
    return (
      this.mattersBeside(own, having, within, first.slice(0, 1), listed, groups.length) &&
      this.mattersBeside(own, having, listed, first, within, 1)
    )
  }

  /**
   * Whether the people of a list differ from the others of each larger cohort of one value that contains nearly all of them. When some
   * teams of a department hold no more than the other teams, a list of these teams has no reason of its own.
   */
  private differsFromAround(cohort: ValueListCohort, own: Share, having: readonly number[]): boolean {
    const { counted, groups, listed, within } = cohort
    const isIn = new Set(groups)
    const isRest = (person: number) => !isIn.has(counted.groups.of[person]!)
    const { offset, members } = counted.groups
    const people = groups.flatMap((g) => Array.from(members.subarray(offset[g]!, offset[g + 1]!)))
    const least = groups.length * this.savings.price.value(listed) + leastEvidence
    return [...this.alone].every(([position, alone]) => {
      if (position === listed || position === within) return true
      const around = mainGroup(alone.of, people, this.graph.attributes[position]!.known)
      if (around === undefined) return true
      const others = alone.members.subarray(alone.offset[around]!, alone.offset[around + 1]!).filter(isRest)
      if (others.length === 0) return true
      const holding = having.filter((person) => alone.of[person] === around && isRest(person)).length
      return sharesDiffer(own, { people: others.length, having: holding }, least)
    })
  }

  /**
   * Whether a filter with so many values matters among the people who match the other one.
   * @param examples a person with each of the values of the other filter
   */
  private mattersBeside(
    own: Share,
    having: readonly number[],
    other: number,
    examples: readonly number[],
    position: number,
    count: number,
  ): boolean {
    const { known, column } = this.graph.attributes[position]!
    const { of, offset, members } = this.alone.get(other)!
    const matching = new Set(examples.map((person) => of[person]!))
    let people = 0
    let values = 0
    const seen = this.seen.fill(0)
    for (const g of matching) {
      for (let m = offset[g]!; m < offset[g + 1]!; m++) {
        const person = members[m]!
        if (known[person]! < 0) continue
        people++
        if (column[person]! >= 0 && ++seen[column[person]!]! === 2) values++
      }
    }
    const others = having.filter((person) => known[person]! >= 0 && matching.has(of[person]!)).length
    const least =
      this.savings.price.filter(position, values) + (count - 1) * Math.log2(Math.max(1, values)) + leastEvidence
    return sharesDiffer(own, { people: people - own.people, having: others - own.having }, least)
  }

  /** The people who hold at least half of the entitlements. */
  private havingBlock(entitlements: readonly number[]): readonly number[] {
    const { held } = this
    const needed = fewestOfBlock(entitlements.length)
    const having: number[] = []
    for (const e of entitlements) {
      for (const person of this.holdersOf.get(e)!) if (++held[person]! === needed) having.push(person)
    }
    for (const e of entitlements) for (const person of this.holdersOf.get(e)!) held[person] = 0
    return having
  }
}

/** The group that has nine in ten of the people whose values are known, at least half of all; undefined if there is none. */
function mainGroup(of: Int32Array, people: readonly number[], isKnown: Int32Array): number | undefined {
  const counts = new Map<number, number>()
  let known = 0
  for (const person of people) {
    if (isKnown[person]! < 0) continue
    known++
    counts.set(of[person]!, (counts.get(of[person]!) ?? 0) + 1)
  }
  if (known * 2 < people.length) return undefined
  return [...counts].find(([group, count]) => group >= 0 && count >= leastInside * known)?.[0]
}

function grantsOf({ holders: all }: PopulationGraph, { entitlements, holders }: ValueListCohort) {
  const inside = holders.reduce((sum, count) => sum + count, 0)
  const outside = entitlements.reduce((sum, e) => sum + all[e]!, -inside)
  return { entitlements: entitlements.length, inside, outside }
}

function sharesDiffer(own: Share, rest: Share, least: number): boolean {
  return differs(own.having, own.people, rest.having, rest.people, least)
}
