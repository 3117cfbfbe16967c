import type { CountedCombination } from './count-cohorts.ts'
import type { PopulationGraph } from './population.ts'
import { GrowingList, type Ordinals } from './shared-arrays.ts'

/** What a story told before means for the cohort at hand: nothing, some of its cells, or all that are told at all. */
const relation = { none: 0, some: 1, all: 2 } as const

/**
 * The grants that chosen suggestions explain. No grant is marked: a story is a suggestion's members and entitlements, and each
 * person knows the stories that they are in. So a story costs its members only, and whoever a story has told all about
 * is passed over without a look at the row.
 */
export class ToldGrants {
  private readonly graph: PopulationGraph
  /** 1 for each entitlement of some story. */
  private readonly isTold: Uint8Array
  /** The entitlements of story `s` are `storyEntitlement` from `storyOffset` at `s` up to `s + 1`. */
  private readonly storyOffset = new GrowingList()
  private readonly storyEntitlement = new GrowingList()
  /** The stories of each person as a linked list, the latest first. Links are numbered from 1; 0 is the end. */
  private readonly latestLink: Uint32Array
  private readonly linkStory = new GrowingList()
  private readonly linkBefore = new GrowingList()

  // Of the cohort at hand:
  private cohortNumber = 0
  /** Per entitlement the index of its told cell, -1 for all others. */
  private readonly slot: Int32Array
  /** Per cell. */
  private readonly found: Uint32Array
  /** Per cell the last member, by a number that each gets afresh, to whom a story gives it. */
  private readonly toldTo: Uint32Array
  private memberNumber = 0
  /** Per story its relation to the cohort of number `relatedTo`. */
  private readonly relatedTo: number[] = []
  private readonly relations: number[] = []

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

  /** For each cell of a cohort how many of its holders no story gives it to; valid until the next call. */
  untoldHolders({ groups, cellOffset, cellEntitlement, cellCount }: CountedCombination, group: number): Uint32Array {
    const { slot, found, isTold } = this
    const { rowOffset, rowEntitlement } = this.graph
    const first = cellOffset[group]
    const last = cellOffset[group + 1]
    let toldCells = 0
    let until = 0
    for (let cell = first; cell < last; cell++) {
      const e = cellEntitlement[cell]
      if (isTold[e] === 0) {
        found[cell - first] = cellCount[cell]
        continue
      }
      found[cell - first] = 0
      slot[e] = cell - first
      until = e + 1
      toldCells++
    }
    if (toldCells === 0) return found
    this.cohortNumber++
    for (let m = groups.offset[group]; m < groups.offset[group + 1]; m++) {
      const person = groups.members[m]
      if (this.markTold(person, toldCells)) continue
      countUntold(
        rowEntitlement,
        rowOffset[person],
        rowOffset[person + 1],
        until,
        slot,
        this.toldTo,
        this.memberNumber,
        found,
      )
    }
    for (let cell = first; cell < last; cell++) slot[cellEntitlement[cell]] = -1
    return found
  }

  /** From now on the entitlements of these cells of a cohort are told of all its members. */
  add({ groups, cellEntitlement }: CountedCombination, group: number, cells: readonly number[]): void {
    const story = this.relations.length
    this.relatedTo.push(0)
    this.relations.push(relation.none)
    for (const cell of cells) {
      this.isTold[cellEntitlement[cell]] = 1
      this.storyEntitlement.push(cellEntitlement[cell])
    }
    this.storyOffset.push(this.storyEntitlement.length)
    for (let m = groups.offset[group]; m < groups.offset[group + 1]; m++) {
      const person = groups.members[m]
      this.linkBefore.push(this.latestLink[person])
      this.linkStory.push(story)
      this.latestLink[person] = this.linkStory.length
    }
  }

  /** Marks in `toldTo` what a new member is told of; true when that is surely all cells with a slot. */
  private markTold(person: number, toldCells: number): boolean {
    const { slot, toldTo, linkStory, linkBefore, storyOffset, storyEntitlement } = this
    const member = ++this.memberNumber
    for (let link = this.latestLink[person]; link > 0; link = linkBefore.at(link - 1)) {
      const story = linkStory.at(link - 1)
      const related =
        this.relatedTo[story] === this.cohortNumber ? this.relations[story] : this.relate(story, toldCells)
      if (related === relation.all) return true
      if (related === relation.none) continue
      const end = storyOffset.at(story + 1)
      for (let at = storyOffset.at(story); at < end; at++) {
        const cell = slot[storyEntitlement.at(at)]
        if (cell >= 0) toldTo[cell] = member
      }
    }
    return false
  }

  private relate(story: number, toldCells: number): number {
    const { slot, storyOffset, storyEntitlement } = this
    const end = storyOffset.at(story + 1)
    let shared = 0
    for (let at = storyOffset.at(story); at < end; at++) if (slot[storyEntitlement.at(at)] >= 0) shared++
    const related = shared === 0 ? relation.none : shared < toldCells ? relation.some : relation.all
    this.relatedTo[story] = this.cohortNumber
    this.relations[story] = related
    return related
  }
}

/** A row loop as a function of its own: see `countRow` of count-cohorts.ts. */
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
    const e = row[at]
    if (e >= until) break
    const cell = slot[e]
    if (cell >= 0 && toldTo[cell] !== member) found[cell]++
  }
}
