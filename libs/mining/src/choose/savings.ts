import type { CountedCombination } from '../counted-combination.ts'
import { DescriptionPrice } from '../description-price.ts'
import { leastEvidence } from '../evidence.ts'
import type { PopulationGraph } from '../population.ts'

/** The bits that cohorts save. */
export class Savings {
  readonly price: DescriptionPrice
  private readonly holders: Uint32Array
  private readonly personCount: number
  /** The logarithm to base 2 of i / 2: all that is asked for are whole and half persons. 0 for 0, which weighs nothing. */
  private readonly logOfHalves: Float64Array

  constructor(graph: PopulationGraph, maxFilters: number) {
    const { holders, persons } = graph
    this.price = new DescriptionPrice(graph, maxFilters)
    this.holders = holders
    this.personCount = persons.length
    this.logOfHalves = new Float64Array(2 * persons.length + 4)
    for (let i = 1; i < this.logOfHalves.length; i++) this.logOfHalves[i] = Math.log2(i / 2)
  }

  /** What a cohort costs before anything is said of its entitlements: itself, and the least evidence that must be left. */
  ofCohort({ combination }: CountedCombination): number {
    return this.price.cohort(combination) + leastEvidence
  }

  /**
   * Said of the cohort's members that `holders` of `size` hold an entitlement, instead of leaving them to its rate outside:
   * what that saves on those holders who are news, less what the members cost who lack it, the name of the entitlement,
   * and the precision of the rate that is said. With all holders news it is the divergence of the two rates less both.
   */
  ofCell(entitlement: number, newHolders: number, holders: number, size: number): number {
    const log = this.logOfHalves
    // Half a person more on either side: what nobody else holds today is not impossible. All numbers are halves of persons.
    const all = 2 * (this.personCount - size + 1)
    const holding = 2 * (this.holders[entitlement]! - holders) + 1
    if (2 * holders * all <= 2 * holding * size) return 0
    const lacking = size - holders
    const gained =
      newHolders * (log[2 * holders]! - log[2 * size]! - log[holding]! + log[all]!) +
      lacking * (log[2 * lacking]! - log[2 * size]! - log[all - holding]! + log[all]!)
    return gained - this.price.entitlement - 0.5 * log[2 * (size + 1)]!
  }
}
