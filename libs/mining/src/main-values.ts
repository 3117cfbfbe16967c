import type { PopulationGraph } from './population.ts'

/**
 * A value follows from another value when at least this share of its people, among those with a known value, has it; as in
 * broader-cohorts.ts.
 */
const leastShare = 0.9

/**
 * Which values follow from others. Nearly all people of a ward have the same clinic, so the clinic follows from the ward. For a person
 * with the ward and another clinic, one of the two is a mistake. A table is built in two passes over the people when it is first
 * requested.
 */
export class MainValues {
  private readonly graph: PopulationGraph
  private readonly tables = new Map<number, MainTable>()

  constructor(graph: PopulationGraph) {
    this.graph = graph
  }

  /** For each value of the attribute at `of`, the value at `by` that nearly all of its people have; -1 where there is none. */
  table(of: number, by: number): Int32Array {
    return this.measured(of, by).main
  }

  /**
   * Whether the attribute at `by` follows from the one at `of` as a whole. It does when predicting the value at `by` from the other
   * people with the same value at `of` makes at most a tenth of the errors of predicting the most common value. For example, a vendor
   * shows that somebody is a contractor; a department where nearly all are employees does not show that the rest are not contractors.
   */
  doesFollow(of: number, by: number): boolean {
    return this.measured(of, by).doesFollow
  }

  private measured(of: number, by: number): MainTable {
    const place = of * this.graph.attributes.length + by
    let table = this.tables.get(place)
    if (table === undefined) {
      table = mainValues(this.graph, of, by)
      this.tables.set(place, table)
    }
    return table
  }
}

interface MainTable {
  readonly main: Int32Array
  readonly doesFollow: boolean
}

function mainValues({ attributes, persons }: PopulationGraph, of: number, by: number): MainTable {
  const { column, valueCount } = attributes[of]!
  const { column: others, known } = attributes[by]!
  // Only one value can have more than half of the people, and it remains after pairs of different values are removed (Boyer and Moore).
  const main = new Int32Array(valueCount).fill(-1)
  const left = new Uint32Array(valueCount)
  const everyone = persons.length
  for (let p = 0; p < everyone; p++) {
    const value = column[p]!
    if (value < 0 || known[p]! < 0) continue
    if (left[value] === 0) {
      main[value] = others[p]!
      left[value] = 1
    } else if (main[value] === others[p]) left[value]!++
    else left[value]!--
  }
  const all = new Uint32Array(valueCount)
  const having = new Uint32Array(valueCount)
  for (let p = 0; p < everyone; p++) {
    const value = column[p]!
    if (value < 0 || known[p]! < 0) continue
    all[value]!++
    if (others[p] === main[value]) having[value]!++
  }
  let asked = 0
  let right = 0
  for (let value = 0; value < valueCount; value++) {
    asked += all[value]!
    // For a single person no other person predicts the value. A value that at most half have is not a main value.
    if (having[value]! > 1 && having[value]! * 2 > all[value]!) right += having[value]!
    if (having[value]! < leastShare * all[value]!) main[value] = -1
  }
  const { people, commonest } = commonestOf(others, known, attributes[by]!.valueCount)
  const doesFollow = asked > 0 && (asked - right) * people <= (1 - leastShare) * (people - commonest) * asked
  return { main, doesFollow }
}

/** The people whose attribute is known, and those of them with its most common value. Having no value in the column counts as a value. */
function commonestOf(column: Int32Array, known: Int32Array, valueCount: number) {
  const count = new Uint32Array(valueCount + 1)
  let people = 0
  let commonest = 0
  for (let p = 0; p < column.length; p++) {
    if (known[p]! < 0) continue
    people++
    commonest = Math.max(commonest, ++count[column[p]! < 0 ? valueCount : column[p]!]!)
  }
  return { people, commonest }
}
