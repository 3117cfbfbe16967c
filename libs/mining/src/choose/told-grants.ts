import type { CountedCombination } from '../counted-combination.ts'
import type { PopulationGraph } from '../population.ts'
import { GrowingList, type Ordinals } from '../shared-arrays.ts'

/** How much an earlier suggestion explains of the current cohort: nothing, some of its cells, or all cells that are explained at all. */
const relation = { none: 0, some: 1, all: 2 } as const

/**
 * The grants that chosen suggestions explain. It does not mark each grant. It stores a story for each suggestion, its members and
 * entitlements, and for each person a list of stories. So a story needs memory only for its members, and a person for whom one story
 * explains all cells is skipped without reading the row.
 */
export class ToldGrants {
  private readonly graph: PopulationGraph
  /** 1 for each entitlement of at least one story. */
  private readonly isTold: Uint8Array
  /** The entitlements of story `s`: `storyEntitlement` from `storyOffset` at `s` up to `s + 1`. */
  private readonly storyOffset = new GrowingList()
  private readonly storyEntitlement = new GrowingList()
  /** The stories of each person as a linked list, the latest first. Links are numbered from 1; 0 is the end. */
  private readonly latestLink: Uint32Array
  private readonly linkStory = new GrowingList()
  private readonly linkBefore = new GrowingList()

  // State of the current cohort:
  private cohortNumber = 0
  /** Per entitlement the index of its explained cell, -1 for all others. */
  private readonly slot: Int32Array
  /** Per cell. */
  private readonly found: Uint32Array
  /** Per cell the last member to whom a story gives it. Each member gets a new number. */
  private readonly toldTo: Uint32Array
  private memberNumber = 0
  /** Per story: four times the number of the cohort for which its relation was last computed, plus that relation. */
  private related = new Float64Array(64)
  private storyCount = 0

  constructor(graph: PopulationGraph) {
    const entitlementCount = graph.kept.length
    this.graph = graph
    this.storyOffset.push(0)
    this.isTold = new Uint8Array(entitlementCount)
    this.latestLink = new Uint32Array(graph.persons.length)
    this.slot = new Int32Array(entitlementCount).fill(-1)
    this.found = new Uint32Array(entitlementCount)
    this.toldTo = new Uint32Array(entitlementCount)
  }

  /**
   * For each cell of a cohort, the number of its holders for whom no story explains it; valid until the next call. Counting ends early
   * when it is certain that no explained cell has an unexplained share of `leastShare`; these numbers are then too low.
   */
  untoldHolders(
    { groups, cellOffset, cellEntitlement, cellCount }: CountedCombination,
    group: number,
    leastShare: number,
  ): Uint32Array {
    const { slot, found, isTold } = this
    const { rowOffset, rowEntitlement } = this.graph
    const first = cellOffset[group]!
    const last = cellOffset[group + 1]!
    let toldCells = 0
    let until = 0
    let fewestHolders = Number.POSITIVE_INFINITY
    for (let cell = first; cell < last; cell++) {
      const e = cellEntitlement[cell]!
      if (isTold[e] === 0) {
        found[cell - first] = cellCount[cell]!
        continue
      }
      found[cell - first] = 0
      slot[e] = cell - first
      until = e + 1
      toldCells++
      if (cellCount[cell]! < fewestHolders) fewestHolders = cellCount[cell]!
    }
    if (toldCells === 0) return found
    this.cohortNumber++
    const { latestLink } = this
    const { offset, members } = groups
    const end = offset[group + 1]!
    // The number of members who may still hold something unexplained: the remaining ones, and those for whom not everything is explained.
    let open = end - offset[group]!
    for (let m = offset[group]!; m < end && open >= leastShare * fewestHolders; m++) {
      const person = members[m]!
      this.memberNumber++
      if (latestLink[person]! > 0 && this.markTold(latestLink[person]!, toldCells)) {
        open--
        continue
      }
      countUntold(
        rowEntitlement,
        rowOffset[person]!,
        rowOffset[person + 1]!,
        until,
        slot,
        this.toldTo,
        this.memberNumber,
        found,
      )
    }
    for (let cell = first; cell < last; cell++) slot[cellEntitlement[cell]!] = -1
    return found
  }

  /** Adds a story: the entitlements of these cells are now explained for all members of the cohort. */
  add({ groups, cellEntitlement }: CountedCombination, group: number, cells: readonly number[]): void {
    const story = this.storyCount++
    if (story === this.related.length) {
      const larger = new Float64Array(2 * story)
      larger.set(this.related)
      this.related = larger
    }
    for (const cell of cells) {
      this.isTold[cellEntitlement[cell]!] = 1
      this.storyEntitlement.push(cellEntitlement[cell]!)
    }
    this.storyOffset.push(this.storyEntitlement.length)
    for (let m = groups.offset[group]!; m < groups.offset[group + 1]!; m++) {
      const person = groups.members[m]!
      this.linkBefore.push(this.latestLink[person]!)
      this.linkStory.push(story)
      this.latestLink[person] = this.linkStory.length
    }
  }

  /**
   * Marks in `toldTo` the cells that stories explain for the newest member, from the latest link on. True when that is certainly every
   * cell with a slot.
   */
  private markTold(latest: number, toldCells: number): boolean {
    const { related } = this
    const linkStory = this.linkStory.asItIs()
    const linkBefore = this.linkBefore.asItIs()
    const ofCohort = 4 * this.cohortNumber
    for (let link = latest; link > 0; link = linkBefore[link - 1]!) {
      const story = linkStory[link - 1]!
      let kind = related[story]! - ofCohort
      if (kind < 0) {
        kind = this.relate(story, toldCells)
        related[story] = ofCohort + kind
      }
      if (kind === relation.all) return true
      if (kind === relation.some) this.markStory(story)
    }
    return false
  }

  private markStory(story: number): void {
    const { slot, toldTo, memberNumber } = this
    const storyEntitlement = this.storyEntitlement.asItIs()
    const end = this.storyOffset.at(story + 1)
    for (let at = this.storyOffset.at(story); at < end; at++) {
      const cell = slot[storyEntitlement[at]!]!
      if (cell >= 0) toldTo[cell] = memberNumber
    }
  }

  private relate(story: number, toldCells: number): number {
    const { slot } = this
    const storyEntitlement = this.storyEntitlement.asItIs()
    const end = this.storyOffset.at(story + 1)
    let shared = 0
    for (let at = this.storyOffset.at(story); at < end; at++) if (slot[storyEntitlement[at]!]! >= 0) shared++
    return shared === 0 ? relation.none : shared < toldCells ? relation.some : relation.all
  }
}

/** A row loop as a separate function: see `countRow` of count-cohorts.ts. */
function countUntold(
  row: Ordinals,
  start: number,
  end: number,
  until: number,
  slot: Int32Array,
  toldTo: Uint32Array,
  member: number,
  found: Uint32Array,
): void {
  for (let at = start; at < end; at++) {
    const e = row[at]!
    if (e >= until) break
    const cell = slot[e]!
    if (cell >= 0 && toldTo[cell] !== member) found[cell]!++
  }
}
