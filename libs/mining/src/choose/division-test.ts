import type { DescriptionPrice } from '../description-price.ts'
import { differs, leastEvidence } from '../evidence.ts'
import type { PopulationGraph } from '../population.ts'
import type { BlockHolders } from './block-holders.ts'
import type { CohortPlace } from './givers.ts'

/** Entitlements that two cohorts have, divided between them; both lists ascend. */
interface Division {
  readonly moving: readonly number[]
  readonly staying: readonly number[]
}

/**
 * Tests whether some entitlements of a cohort belong to another cohort, and the rest does not. Two cohorts of nearly the same people hold
 * the same, and by chance each saves more on some of it. So people must show the difference: those who are only in one of the two cohorts.
 */
export class DivisionTest {
  private readonly graph: PopulationGraph
  private readonly price: DescriptionPrice
  private readonly blocks: BlockHolders

  constructor(graph: PopulationGraph, price: DescriptionPrice, blocks: BlockHolders) {
    this.graph = graph
    this.price = price
    this.blocks = blocks
  }

  passes(from: CohortPlace, to: CohortPlace, division: Division): boolean {
    return this.isLackedOutside(from, to, division) || this.reachesBeyond(from, to, division)
  }

  /** Members of the first cohort who are not in the other one lack what moves, and hold what stays. */
  private isLackedOutside(from: CohortPlace, to: CohortPlace, { moving, staying }: Division): boolean {
    const { inside, outside } = this.divided(from, to)
    const held = this.having(outside, moving)
    if (!differs(this.having(outside, staying), outside.length, held, outside.length, leastEvidence)) return false
    const least = this.price.cohort(to.counted.combination) + leastEvidence
    return differs(this.having(inside, moving), inside.length, held, outside.length, least)
  }

  /** Members of the other cohort who are not in the first one hold what moves, more than everybody else, and lack what stays. */
  private reachesBeyond(from: CohortPlace, to: CohortPlace, { moving, staying }: Division): boolean {
    const { outside: beyond } = this.divided(to, from)
    const held = this.having(beyond, moving)
    if (!differs(held, beyond.length, this.having(beyond, staying), beyond.length, leastEvidence)) return false
    const either = [...new Set([...membersOf(from), ...membersOf(to)])]
    const everyone = this.graph.persons.length
    const others = this.blocks.count(undefined, 0, everyone, moving) - this.having(either, moving)
    const least = this.price.cohort(to.counted.combination) + this.price.entitlement + leastEvidence
    return differs(held, beyond.length, others, everyone - either.length, least)
  }

  /** The members of a cohort who are in another one, and those who are not; members with an unknown value may be in it. */
  private divided(place: CohortPlace, { counted, group }: CohortPlace) {
    const columns = counted.combination.map((position) => this.graph.attributes[position]!.known)
    const inside: number[] = []
    const outside: number[] = []
    for (const person of membersOf(place)) {
      if (counted.groups.of[person] === group) inside.push(person)
      else if (columns.every((column) => column[person]! >= 0)) outside.push(person)
    }
    return { inside, outside }
  }

  private having(people: readonly number[], block: readonly number[]): number {
    return this.blocks.count(people, 0, people.length, block)
  }
}

function membersOf({ counted: { groups }, group }: CohortPlace): Uint32Array {
  return groups.members.subarray(groups.offset[group]!, groups.offset[group + 1]!)
}
