import { type Combination, combinationKey } from '../combinations.ts'
import type { CountedCombination } from '../counted-combination.ts'
import type { DescriptionPrice } from '../description-price.ts'
import { differs, fewestOfBlock, leastEvidence } from '../evidence.ts'
import type { PopulationGraph } from '../population.ts'
import { ScratchArray } from '../shared-arrays.ts'
import type { BlockHolders } from './block-holders.ts'
import { shareByChance } from './share-by-chance.ts'

const scratch = { seen: new ScratchArray() }

/** The people with whom a cohort is compared, including the cohort itself. */
interface Rest {
  readonly members: Uint32Array
  readonly start: number
  readonly end: number
  readonly known: number
  readonly values: number
}

/**
 * Tests whether each filter of a cohort makes a difference between people. A member of a role has all its entitlements, so ten entitlements
 * with the same holders are one piece of evidence and not ten. And when half of a department holds a block, 70 % of some small part of it
 * will hold the block by chance.
 *
 * A person has the block when she holds at least half of its entitlements. The cohort is compared with everyone else; there, at least as
 * many people count as having the block as would by chance (see share-by-chance.ts). With two or more filters, the cohort is then compared
 * for each filter with the people who match the other filters and have another value. The contrast of the two shares, in bits, must be at
 * least the price of the choice (of the whole cohort, or of the filter) plus the least evidence.
 */
export class PersonTest {
  private readonly graph: PopulationGraph
  private readonly price: DescriptionPrice
  private readonly counted: ReadonlyMap<string, CountedCombination>
  private readonly blocks: BlockHolders
  /** By the other filters and the attribute, because cohorts of one parent are compared with the same people. */
  private readonly rests = new Map<string, Rest>()

  constructor(
    graph: PopulationGraph,
    price: DescriptionPrice,
    counted: readonly CountedCombination[],
    blocks: BlockHolders,
  ) {
    this.graph = graph
    this.price = price
    this.counted = new Map(counted.map((one) => [combinationKey(one.combination), one]))
    this.blocks = blocks
  }

  /** Whether every filter of the cohort matters for the entitlements of these cells. */
  passes(
    { combination, groups, cellEntitlement, cellCount }: CountedCombination,
    group: number,
    cells: readonly number[],
  ): boolean {
    const start = groups.offset[group]!
    const size = groups.offset[group + 1]! - start
    const member = groups.members[start]!
    const needed = fewestOfBlock(cells.length)
    const { holders } = this.graph
    // A person who has the block holds at least `needed` of its grants. So the numbers of grants give bounds for both counts, and often
    // these bounds decide.
    let inside = 0
    let outside = 0
    for (const cell of cells) {
      inside += cellCount[cell]!
      outside += holders[cellEntitlement[cell]!]! - cellCount[cell]!
    }
    const spare = cells.length - needed + 1
    const fewestInside = Math.max(0, size - Math.floor((size * cells.length - inside) / spare))
    const mostOutside = Math.floor(outside / needed)
    const everyone = this.graph.persons.length
    const block = cells.map((cell) => cellEntitlement[cell]!)
    const having = (members: Uint32Array | undefined, from: number, to: number, known?: Int32Array) =>
      this.blocks.count(members, from, to, block, known)
    let exactInside = -1
    const isBeyondChance = (restSize: number, least: number, countAll: () => number, leastShare = 0) => {
      const orByChance = (held: number) => Math.max(held, leastShare * restSize)
      const most = orByChance(Math.min(restSize, mostOutside))
      if (differs(fewestInside, size, most, restSize, least)) return true
      if (exactInside < 0) exactInside = having(groups.members, start, start + size)
      if (differs(exactInside, size, most, restSize, least)) return true
      return differs(exactInside, size, orByChance(countAll() - exactInside), restSize, least)
    }
    // Each entitlement can lead a block, so the block is one of as many as there are entitlements.
    const leastOfAll = this.price.cohort(combination) + this.price.entitlement + leastEvidence
    const own = [groups.members.subarray(start, start + size)]
    const byChance = shareByChance(this.graph, own, { entitlements: cells.length, inside, outside })
    if (!isBeyondChance(everyone - size, leastOfAll, () => having(undefined, 0, everyone), byChance)) return false
    if (combination.length === 1) return true
    return combination.every((position, i) => {
      const rest = this.rest(combination, i, position, member)
      const least = this.price.filter(position, rest.values) + leastEvidence
      const { known } = this.graph.attributes[position]!
      return isBeyondChance(rest.known - size, least, () => having(rest.members, rest.start, rest.end, known))
    })
  }

  /** Everyone who matches the filters other than number `i`, how many of them have a value, and how many values several share. */
  private rest(combination: Combination, i: number, position: number, member: number): Rest {
    const others = combination.filter((_, other) => other !== i)
    const key = combinationKey(others)
    const { groups } = this.counted.get(key)!
    const group = groups.of[member]!
    const place = `${key} ${position} ${group}`
    let rest = this.rests.get(place)
    if (rest === undefined) {
      rest = this.restOf(position, groups.members, groups.offset[group]!, groups.offset[group + 1]!)
      this.rests.set(place, rest)
    }
    return rest
  }

  private restOf(position: number, members: Uint32Array, start: number, end: number): Rest {
    const { column, known, valueCount } = this.graph.attributes[position]!
    const seen = scratch.seen.filled(valueCount, 0)
    let knownCount = 0
    let values = 0
    for (let m = start; m < end; m++) {
      if (known[members[m]!]! < 0) continue
      knownCount++
      const value = column[members[m]!]!
      if (value >= 0 && ++seen[value]! === 2) values++
    }
    return { members, start, end, known: knownCount, values }
  }
}
