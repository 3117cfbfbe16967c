import type { PopulationGraph } from './population.ts'

/** A value belongs to another one when this share of its people has it, of those of whom it is known; as in broader-cohorts.ts. */
const leastShare = 0.9

/**
 * Which values follow from others: of nearly all people of a ward the clinic is the same one. Whoever has the ward with another
 * clinic has one of the two by mistake. Tables are made when they are first asked for, in two passes over the people.
 */
export class MainValues {
  private readonly graph: PopulationGraph
  private readonly tables = new Map<number, MainTable>()

  constructor(graph: PopulationGraph) {
    this.graph = graph
  }

  /** For each value of the attribute at `of` the value at `by` that nearly all of its people have, -1 where there is none. */
  table(of: number, by: number): Int32Array {
    return this.measured(of, by).main
  }

  /**
   * Whether the attribute at `by` follows from the one at `of` as a whole: who knows the value at `of` and what others of that
   * value have, is wrong about the value at `by` at most a tenth as often as who only knows the commonest. A vendor says that
   * somebody is a contractor; a department where nearly all are employees does not say that the others are none.
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
  // Only one value can have more than half, and it outlives being paired off with others (Boyer and Moore).
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
    // One alone has nobody who tells it. What fewer than half have is no main value.
    if (having[value]! > 1 && having[value]! * 2 > all[value]!) right += having[value]!
    if (having[value]! < leastShare * all[value]!) main[value] = -1
  }
  const { people, commonest } = commonestOf(others, known, attributes[by]!.valueCount)
  const doesFollow = asked > 0 && (asked - right) * people <= (1 - leastShare) * (people - commonest) * asked
  return { main, doesFollow }
}

/** People of whom the attribute is known, and those of them who have its commonest value; none of the column's is one as well. */
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
