import type { PopulationGraph } from '../population.ts'
import type { Ordinals } from '../shared-arrays.ts'
import { type CohortPlace, type Givers, sizeOf } from './givers.ts'
import type { Savings } from './savings.ts'

/** A cohort, and the cells of another cohort whose holders it mostly contains. */
interface Overlap<Place> {
  readonly better: Place
  readonly cells: readonly number[]
}

/**
 * Finds the cohorts that overlap another cohort and may explain its entitlements better, although neither contains the other. When four in
 * five welders have a certificate, most of them also hold its access; but the certificate is the reason, and it explains the access of the
 * other holders too.
 */
export class BetterCohorts<Place extends CohortPlace> {
  private readonly graph: PopulationGraph
  private readonly givers: Givers<Place>
  private readonly savings: Savings
  /** One more than the index of the current cell of each entitlement, 0 for all others. */
  private readonly slot: Uint32Array

  constructor(graph: PopulationGraph, givers: Givers<Place>, savings: Savings) {
    this.graph = graph
    this.givers = givers
    this.savings = savings
    this.slot = new Uint32Array(graph.kept.length)
  }

  /**
   * The cohorts that contain more than half of this cohort's holders of some of the cells, each with these cells, in the order of the
   * candidates. A cohort is left out when none of the cells can save more in it than here.
   * @param saved the bits that each of the cells saves here
   */
  of(place: Place, cells: readonly number[], saved: readonly number[]): readonly Overlap<Place>[] {
    const suspects = this.suspectsOf(place, cells, saved)
    if (suspects.length === 0) return []
    const holders = this.holdersOf(place, cells)
    return suspects.flatMap(({ better, shared }) => {
      const { of } = better.counted.groups
      const taken = shared.filter((i) => {
        let both = 0
        for (const person of holders[i]!) if (of[person] === better.group) both++
        return both * 2 > holders[i]!.length
      })
      return taken.length === 0 ? [] : [{ better, cells: taken.map((i) => cells[i]!) }]
    })
  }

  /** The other cohorts with some of the cells, by their indexes in `cells`, that would save more on one of them if nothing were explained. */
  private suspectsOf(place: Place, cells: readonly number[], saved: readonly number[]) {
    const { givers, savings } = this
    const { cellEntitlement } = place.counted
    const found = new Map<number, { readonly shared: number[]; canSaveMore: boolean }>()
    for (const [i, cell] of cells.entries()) {
      const e = cellEntitlement[cell]!
      for (let at = givers.offset[e]!; at < givers.offset[e + 1]!; at++) {
        const other = givers.places[givers.place[at]!]!
        if (other === place) continue
        const held = other.counted.cellCount[givers.cell[at]!]!
        const canSaveMore = savings.ofCell(e, held, held, sizeOf(other)) > saved[i]!
        const known = found.get(givers.place[at]!)
        if (known === undefined) found.set(givers.place[at]!, { shared: [i], canSaveMore })
        else {
          known.shared.push(i)
          known.canSaveMore ||= canSaveMore
        }
      }
    }
    return [...found]
      .filter(([, { canSaveMore }]) => canSaveMore)
      .sort(([a], [b]) => a - b)
      .map(([p, { shared }]) => ({ better: givers.places[p]!, shared }))
  }

  /** For each of the cells, the members who hold its entitlement. */
  private holdersOf({ counted, group }: Place, cells: readonly number[]): readonly (readonly number[])[] {
    const { slot } = this
    const { rowOffset, rowEntitlement } = this.graph
    const { groups, cellEntitlement } = counted
    const holders: number[][] = cells.map(() => [])
    for (const [i, cell] of cells.entries()) slot[cellEntitlement[cell]!] = i + 1
    const until = cellEntitlement[cells.at(-1)!]! + 1
    for (let m = groups.offset[group]!; m < groups.offset[group + 1]!; m++) {
      const person = groups.members[m]!
      listHeld(rowEntitlement, rowOffset[person]!, rowOffset[person + 1]!, until, slot, person, holders)
    }
    for (const cell of cells) slot[cellEntitlement[cell]!] = 0
    return holders
  }
}

/** A loop over rows in a separate function: see `countRow` of count-cohorts.ts. */
function listHeld(
  row: Ordinals,
  start: number,
  end: number,
  until: number,
  slot: Uint32Array,
  person: number,
  holders: readonly number[][],
): void {
  for (let at = start; at < end; at++) {
    const e = row[at]!
    if (e >= until) break
    if (slot[e]! > 0) holders[slot[e]! - 1]!.push(person)
  }
}
