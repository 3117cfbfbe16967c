import type { PopulationGraph } from './population.ts'

/** A value belongs to another one when this share of its people has it, of those of whom it is known; as in broader-cohorts.ts. */
const leastShare = 0.9

/**
 * Which values follow from others: of nearly all people of a ward the clinic is the same one. Whoever has the ward with another
 * clinic has one of the two by mistake. Tables are made when they are first asked for, in two passes over the people.
 */
export class MainValues {
  private readonly graph: PopulationGraph
  private readonly tables = new Map<number, Int32Array>()

  constructor(graph: PopulationGraph) {
    this.graph = graph
  }

  /** For each value of the attribute at `of` the value at `by` that nearly all of its people have, -1 where there is none. */
  table(of: number, by: number): Int32Array {
    const place = of * this.graph.attributes.length + by
    let table = this.tables.get(place)
    if (table === undefined) {
      table = mainValues(this.graph, of, by)
      this.tables.set(place, table)
    }
    return table
  }
}

function mainValues({ attributes, persons }: PopulationGraph, of: number, by: number): Int32Array {
  const { column, valueCount } = attributes[of]
  const { column: others, known } = attributes[by]
  // Only one value can have more than half, and it outlives being paired off with others (Boyer and Moore).
  const main = new Int32Array(valueCount).fill(-1)
  const left = new Uint32Array(valueCount)
  const everyone = persons.length
  for (let p = 0; p < everyone; p++) {
    const value = column[p]
    if (value < 0 || known[p] < 0) continue
    if (left[value] === 0) {
      main[value] = others[p]
      left[value] = 1
    } else if (main[value] === others[p]) left[value]++
    else left[value]--
  }
  const all = new Uint32Array(valueCount)
  const having = new Uint32Array(valueCount)
  for (let p = 0; p < everyone; p++) {
    const value = column[p]
    if (value < 0 || known[p] < 0) continue
    all[value]++
    if (others[p] === main[value]) having[value]++
  }
  for (let value = 0; value < valueCount; value++) {
    if (having[value] < leastShare * all[value]) main[value] = -1
  }
  return main
}
