import { EvennessTest } from '../evenness.ts'
import { contrast, fewestOfBlock, inSteps, leastEvidence } from '../evidence.ts'
import type { PopulationGraph } from '../population.ts'
import type { Savings } from './savings.ts'
import { shareByChance } from './share-by-chance.ts'
import type { PoolHolders, ValueListCohort } from './value-list-cohorts.ts'

/** A number of people, and how many of them have the block. */
interface Share {
  people: number
  having: number
}

/**
 * Tests a cohort with several values. First the person test of person-test.ts decides whether it is beyond chance; a list of values costs
 * the price of each of its values. Then the test of evenness decides whether all parts of the cohort hold its entitlements.
 */
export class ListEvidence {
  private readonly graph: PopulationGraph
  private readonly savings: Savings
  private readonly holdersOf: PoolHolders
  private readonly minCohortSize: number
  private readonly evenness = new Map<number | undefined, EvennessTest>()
  private readonly held: Uint16Array

  constructor(graph: PopulationGraph, savings: Savings, holdersOf: PoolHolders, minCohortSize: number) {
    this.graph = graph
    this.savings = savings
    this.holdersOf = holdersOf
    this.minCohortSize = minCohortSize
    this.held = new Uint16Array(graph.persons.length)
  }

  passes(cohort: ValueListCohort): boolean {
    return this.isHeldEvenly(cohort) && this.isBeyondChance(cohort)
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

  private isBeyondChance(cohort: ValueListCohort): boolean {
    const { counted, groups, size, listed, within, entitlements, price } = cohort
    const { persons, attributes } = this.graph
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
    if (!differs(own, rest, price + this.savings.price.entitlement)) return false
    if (within === undefined) return true
    const values = new Set(
      groups.map((g) => attributes[listed]!.column[counted.groups.members[counted.groups.offset[g]!]!]!),
    )
    const value = attributes[within]!.column[counted.groups.members[counted.groups.offset[groups[0]!]!]!]!
    const isListed = (person: number) => values.has(attributes[listed]!.column[person]!)
    const isWithin = (person: number) => attributes[within]!.column[person] === value
    return (
      this.mattersBeside(own, having, isWithin, listed, values.size) &&
      this.mattersBeside(own, having, isListed, within, 1)
    )
  }

  /** Whether a filter with so many values matters among the people who match the other one. */
  private mattersBeside(
    own: Share,
    having: readonly number[],
    matchesOther: (person: number) => boolean,
    position: number,
    count: number,
  ): boolean {
    const { known, column, valueCount } = this.graph.attributes[position]!
    const seen = new Uint32Array(valueCount)
    let people = 0
    for (let person = 0; person < column.length; person++) {
      if (known[person]! < 0 || !matchesOther(person)) continue
      people++
      if (column[person]! >= 0) seen[column[person]!]!++
    }
    const values = seen.filter((times) => times > 1).length
    const others = having.filter((person) => known[person]! >= 0 && matchesOther(person)).length
    const least =
      this.savings.price.filter(position, values) + (count - 1) * Math.log2(Math.max(1, values)) + leastEvidence
    return differs(own, { people: people - own.people, having: others - own.having }, least)
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

function grantsOf({ holders: all }: PopulationGraph, { entitlements, holders }: ValueListCohort) {
  const inside = holders.reduce((sum, count) => sum + count, 0)
  const outside = entitlements.reduce((sum, e) => sum + all[e]!, -inside)
  return { entitlements: entitlements.length, inside, outside }
}

function differs(own: Share, rest: Share, least: number): boolean {
  if (own.having * rest.people <= rest.having * own.people) return false
  return inSteps(contrast(own.having, own.people, rest.having, rest.people)) >= inSteps(least)
}
