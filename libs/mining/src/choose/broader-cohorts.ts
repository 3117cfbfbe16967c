import type { CountedCombination } from '../counted-combination.ts'
import type { PopulationGraph } from '../population.ts'

/** One cohort among the candidates. */
interface CohortPlace {
  readonly counted: CountedCombination
  readonly group: number
}

/** A cohort lies inside another one when at least this share of its members with known values is in the other one. */
export const leastInside = 0.9

/**
 * Finds the cohorts that contain nearly all members of another cohort, contain more people, and have the same entitlement. A team lies
 * inside its department by its people, whatever the filters are; an entitlement of the whole department is no reason to suggest it for
 * the team.
 */
export class BroaderCohorts<Place extends CohortPlace> {
  private readonly graph: PopulationGraph
  private readonly places: readonly Place[]
  /** The cohorts that have entitlement `e`: `giver` from `giverOffset` at `e` up to `e + 1`. */
  private readonly giverOffset: Uint32Array
  private readonly giver: Uint32Array

  constructor(graph: PopulationGraph, places: readonly Place[]) {
    this.graph = graph
    this.places = places
    const offset = new Uint32Array(graph.kept.length + 1)
    for (const { counted, group } of places) {
      const { cellOffset, cellEntitlement } = counted
      for (let cell = cellOffset[group]!; cell < cellOffset[group + 1]!; cell++) offset[cellEntitlement[cell]! + 1]!++
    }
    for (let e = 0; e < graph.kept.length; e++) offset[e + 1]! += offset[e]!
    const next = offset.slice()
    this.giver = new Uint32Array(offset[graph.kept.length]!)
    for (let p = 0; p < places.length; p++) {
      const { cellOffset, cellEntitlement } = places[p]!.counted
      const end = cellOffset[places[p]!.group + 1]!
      for (let cell = cellOffset[places[p]!.group]!; cell < end; cell++) this.giver[next[cellEntitlement[cell]!]!++] = p
    }
    this.giverOffset = offset
  }

  /** The broader cohorts that have some of these cells of a cohort, each with those cells; the largest first. */
  of(place: Place, cells: readonly number[]): { readonly broader: Place; readonly cells: readonly number[] }[] {
    const { giver, giverOffset, places } = this
    const { cellEntitlement } = place.counted
    const size = sizeOf(place)
    const found = new Map<number, number[]>()
    for (const cell of cells) {
      const e = cellEntitlement[cell]!
      for (let at = giverOffset[e]!; at < giverOffset[e + 1]!; at++) {
        if (sizeOf(places[giver[at]!]!) <= size) continue
        const given = found.get(giver[at]!)
        if (given === undefined) found.set(giver[at]!, [cell])
        else given.push(cell)
      }
    }
    return [...found]
      .filter(([p]) => this.isInside(place, places[p]!))
      .map(([p, given]) => ({ broader: places[p]!, cells: given! }))
      .sort((a, b) => sizeOf(b.broader) - sizeOf(a.broader))
  }

  /** Members with an unknown value are ignored; at least half of the members must have a known one. */
  private isInside({ counted, group }: Place, broader: Place): boolean {
    const { offset, members } = counted.groups
    const { of } = broader.counted.groups
    const columns = broader.counted.combination.map((position) => this.graph.attributes[position]!.known)
    let known = 0
    let inside = 0
    for (let m = offset[group]!; m < offset[group + 1]!; m++) {
      const person = members[m]!
      if (of[person] === broader.group) inside++
      else if (columns.some((column) => column[person]! < 0)) continue
      known++
    }
    return known * 2 >= offset[group + 1]! - offset[group]! && inside >= leastInside * known
  }
}

function sizeOf({ counted, group }: CohortPlace): number {
  return counted.groups.offset[group + 1]! - counted.groups.offset[group]!
}
