import type { CountedCombination } from '../counted-combination.ts'
import type { PopulationGraph } from '../population.ts'

/** One cohort among the candidates. */
export interface CohortPlace {
  readonly counted: CountedCombination
  readonly group: number
}

/** For each entitlement, the cohorts that have it. */
export class Givers<Place extends CohortPlace> {
  readonly places: readonly Place[]
  /** The cohorts that have entitlement `e`: `place` from `offset` at `e` up to `e + 1`, ascending. */
  readonly offset: Uint32Array
  readonly place: Uint32Array
  /** The cell of `e` in each of them. */
  readonly cell: Uint32Array

  constructor(graph: PopulationGraph, places: readonly Place[]) {
    this.places = places
    const offset = new Uint32Array(graph.kept.length + 1)
    for (const { counted, group } of places) {
      const { cellOffset, cellEntitlement } = counted
      for (let cell = cellOffset[group]!; cell < cellOffset[group + 1]!; cell++) offset[cellEntitlement[cell]! + 1]!++
    }
    for (let e = 0; e < graph.kept.length; e++) offset[e + 1]! += offset[e]!
    const next = offset.slice()
    this.place = new Uint32Array(offset[graph.kept.length]!)
    this.cell = new Uint32Array(offset[graph.kept.length]!)
    for (let p = 0; p < places.length; p++) {
      const { cellOffset, cellEntitlement } = places[p]!.counted
      const end = cellOffset[places[p]!.group + 1]!
      for (let cell = cellOffset[places[p]!.group]!; cell < end; cell++) {
        const at = next[cellEntitlement[cell]!]!++
        this.place[at] = p
        this.cell[at] = cell
      }
    }
    this.offset = offset
  }
}

/** The number of people of a cohort. */
export function sizeOf({ counted, group }: CohortPlace): number {
  return counted.groups.offset[group + 1]! - counted.groups.offset[group]!
}
