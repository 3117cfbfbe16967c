import type { PopulationGraph } from '../population.ts'
import { type CohortPlace, type Givers, sizeOf } from './givers.ts'

/** A cohort lies inside another one when at least this share of its members with known values is in the other one. */
export const leastInside = 0.9

/**
 * Finds the cohorts that contain nearly all members of another cohort, contain more people, and have the same entitlement. A team lies
 * inside its department by its people, whatever the filters are; an entitlement of the whole department is no reason to suggest it for
 * the team.
 */
export class BroaderCohorts<Place extends CohortPlace> {
  private readonly graph: PopulationGraph
  private readonly givers: Givers<Place>

  constructor(graph: PopulationGraph, givers: Givers<Place>) {
    this.graph = graph
    this.givers = givers
  }

  /** The broader cohorts that have some of these cells of a cohort, each with those cells; the largest first. */
  of(place: Place, cells: readonly number[]): { readonly broader: Place; readonly cells: readonly number[] }[] {
    const { places, offset, place: giver } = this.givers
    const { cellEntitlement } = place.counted
    const size = sizeOf(place)
    const found = new Map<number, number[]>()
    for (const cell of cells) {
      const e = cellEntitlement[cell]!
      for (let at = offset[e]!; at < offset[e + 1]!; at++) {
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
