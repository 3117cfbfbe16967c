import type { CountedCombination } from '../counted-combination.ts'
import { DescriptionPrice } from '../description-price.ts'
import { leastEvidence } from '../evidence.ts'
import type { PopulationGraph } from '../population.ts'

/** Computes the bits that cohorts save. */
export class Savings {
  readonly price: DescriptionPrice
  private readonly holders: Uint32Array
  private readonly personCount: number
  /** The logarithm to base 2 of i / 2: the formulas need only whole and half persons. 0 for 0, which has no weight. */
  private readonly logOfHalves: Float64Array

  constructor(graph: PopulationGraph, maxFilters: number) {
    const { holders, persons } = graph
    this.price = new DescriptionPrice(graph, maxFilters)
    this.holders = holders
    this.personCount = persons.length
    this.logOfHalves = new Float64Array(2 * persons.length + 4)
    for (let i = 1; i < this.logOfHalves.length; i++) this.logOfHalves[i] = Math.log2(i / 2)
  }

  /** The cost of a cohort before its entitlements are counted: its description, and the least evidence that must be left. */
  ofCohort({ combination }: CountedCombination): number {
    return this.price.cohort(combination) + leastEvidence
  }

  /**
   * The bits saved by describing an entitlement by its rate in the cohort instead of its rate outside. It counts only the holders that no
   * earlier suggestion explains, and subtracts the cost of the members who lack the entitlement, of its name, and of the precision of the
   * rate. If all holders are unexplained, it is the divergence of the two rates minus the last two costs.
   */
  ofCell(entitlement: number, newHolders: number, holders: number, size: number): number {
    const log = this.logOfHalves
    // Adds half a person on either side: an entitlement without other holders today is not impossible for them. All numbers are halves of
    // persons.
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
