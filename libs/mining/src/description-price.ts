import type { Combination } from './combinations.ts'
import type { PopulationGraph } from './population.ts'

/** The price of describing a suggestion, in bits: each name costs the choice among all possible names. */
export class DescriptionPrice {
  /** For naming one entitlement. */
  readonly entitlement: number
  private readonly graph: PopulationGraph
  private readonly maxFilters: number

  constructor(graph: PopulationGraph, maxFilters: number) {
    this.graph = graph
    this.maxFilters = maxFilters
    this.entitlement = Math.log2(Math.max(1, graph.kept.length))
  }

  /** For the number of filters, their attributes, and one value of each that enough people share. */
  cohort(combination: Combination): number {
    const { attributes } = this.graph
    let bits = Math.log2(this.maxFilters)
    for (const [i, position] of combination.entries()) {
      bits += Math.log2((attributes.length - i) / (i + 1)) + this.value(position)
    }
    return bits
  }

  /** For one more filter: an attribute, and one of so many values, by default all that enough people share. */
  filter(position: number, values?: number): number {
    const named = values === undefined ? this.value(position) : Math.log2(Math.max(1, values))
    return Math.log2(this.graph.attributes.length) + named
  }

  /** For one of the values that enough people share. */
  value(position: number): number {
    return Math.log2(Math.max(1, this.graph.attributes[position]!.sharedValueCount))
  }
}
