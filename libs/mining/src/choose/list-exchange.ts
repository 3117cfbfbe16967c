import { inSteps } from '../evidence.ts'
import type { PopulationGraph } from '../population.ts'
import { leastNewShare } from './addition.ts'
import { leastInside } from './broader-cohorts.ts'
import { type Piece, tellingOf } from './pieces.ts'
import type { Savings } from './savings.ts'
import type { PoolHolders, ValueListCohort } from './value-list-cohorts.ts'

/**
 * The fewest pieces that lose entitlements to a list when no piece goes. With two pieces, a few moved grants decide whether there are two
 * suggestions or three.
 */
const fewestRepeating = 3

/** What becomes of the pieces when a list is suggested instead. */
export interface Exchange {
  /**
   * Bits; 0 when the list cannot be a suggestion, when no piece goes and there are no fewer names, or when a piece is left with too few
   * entitlements.
   */
  readonly gain: number
  /** The list with the entitlements that it would have. */
  readonly list: ValueListCohort
  /** The bits that each of them saves. */
  readonly saved: readonly number[]
  /** The pieces that lose entitlements, with these. */
  readonly losing: ReadonlyMap<Piece, ReadonlySet<number>>
  /** Those of them that go. */
  readonly gone: ReadonlySet<Piece>
}

/** Compares a list with the pieces that it would replace. */
export class ListExchanges {
  private readonly graph: PopulationGraph
  private readonly tellers: ReadonlyMap<number, readonly Piece[]>
  private readonly holdersOf: PoolHolders
  private readonly savings: Savings
  private readonly fewest: number
  /** For each piece and each of its entitlements the holders among its people. Pieces lose entitlements, but no people. */
  private readonly holding = new Map<Piece, Map<number, readonly number[]>>()
  /** Memory for marking people; all 0 between calls. */
  private readonly mark: Uint8Array

  /** @param fewest entitlements of a suggestion */
  constructor(
    graph: PopulationGraph,
    tellers: ReadonlyMap<number, readonly Piece[]>,
    holdersOf: PoolHolders,
    savings: Savings,
    fewest: number,
  ) {
    this.graph = graph
    this.tellers = tellers
    this.holdersOf = holdersOf
    this.savings = savings
    this.fewest = fewest
    this.mark = new Uint8Array(graph.persons.length)
  }

  /**
   * What the list would replace now. A piece loses an entitlement when the list reaches more than half of its holders in the piece. An
   * entitlement stays in its pieces in two cases: the pieces that keep it already give it to more than half of its holders in the list; or
   * the pieces save at least as much on it as the list plus one more name. A piece is removed when its remaining entitlements save nothing.
   * The list replaces nothing when the remaining entitlements of a piece save something, but are too few for a suggestion.
   */
  of(list: ValueListCohort): Exchange {
    const { savings } = this
    const at: number[] = []
    const saved: number[] = []
    const losing = new Map<Piece, Set<number>>()
    let gain = -list.price
    const isJoined = new Set(list.groups)
    for (const [i, e] of list.entitlements.entries()) {
      const { leaving, news } = this.reach(list, isJoined, e, list.holders[i]!)
      if (news < leastNewShare * list.holders[i]!) continue
      const bits = savings.ofCell(e, news, list.holders[i]!, list.size)
      const before = leaving.reduce((sum, piece) => sum + piece.saved.get(e)!, 0)
      if (bits + savings.price.entitlement <= before) continue
      at.push(i)
      saved.push(bits)
      gain += bits - before
      for (const piece of leaving) losing.set(piece, (losing.get(piece) ?? new Set()).add(e))
    }
    const gone = new Set<Piece>()
    let leavesTooFew = false
    for (const [piece, lost] of losing) {
      const left = [...piece.saved].filter(([e]) => !lost.has(e))
      const worth = left.reduce((sum, [, bits]) => sum + bits, -piece.price)
      if (worth > 0 && left.length < this.fewest) leavesTooFew = true
      if (worth > 0) continue
      gone.add(piece)
      gain -= worth
    }
    const isFewer = losing.size >= fewestRepeating && namesSaved(list, at.length, losing) > 0
    const isSuggestion = at.length >= this.fewest && (gone.size > 0 || isFewer) && !leavesTooFew
    const entitlements = at.map((i) => list.entitlements[i]!)
    const holders = at.map((i) => list.holders[i]!)
    return {
      gain: isSuggestion ? inSteps(gain) : 0,
      list: { ...list, entitlements, holders },
      saved,
      losing,
      gone,
    }
  }

  /** Whether a piece that keeps something names the same people as the list, who would then be suggested under two names. */
  leavesTheSamePeople({ list: { counted, groups: joined }, losing, gone }: Exchange): boolean {
    const { offset, members, of } = counted.groups
    const isJoined = new Set(joined)
    const listed = joined.map((g) => members.subarray(offset[g]!, offset[g + 1]!))
    const { mark } = this
    return [...losing.keys()].some((piece) => {
      if (gone.has(piece)) return false
      const tellings = piece.listed.parts.map(tellingOf)
      const own = tellings.map((telling) => telling.members)
      for (const some of own) for (const person of some) mark[person] = 1
      const isSame =
        this.lieInside(listed, tellings[0]!.combination, (person) => mark[person] === 1) &&
        this.lieInside(own, counted.combination, (person) => isJoined.has(of[person]!))
      for (const some of own) for (const person of some) mark[person] = 0
      return isSame
    })
  }

  /** The pieces that would lose an entitlement, and the number of its holders in the list to whom no other piece gives it. */
  private reach(
    { counted }: ValueListCohort,
    isJoined: ReadonlySet<number>,
    entitlement: number,
    holders: number,
  ): { readonly leaving: readonly Piece[]; readonly news: number } {
    const { mark } = this
    const { of } = counted.groups
    const pieces = this.tellers.get(entitlement)!.filter((piece) => !piece.isGone && piece.saved.has(entitlement))
    const leaving: Piece[] = []
    const toldElsewhere: number[] = []
    for (const [p, own] of this.holdersIn(pieces, entitlement).entries()) {
      const reached = own.filter((person) => isJoined.has(of[person]!))
      if (reached.length * 2 > own.length) leaving.push(pieces[p]!)
      else for (const person of reached) toldElsewhere.push(person)
    }
    let news = holders
    for (const person of toldElsewhere) {
      if (mark[person] === 0) news--
      mark[person] = 1
    }
    for (const person of toldElsewhere) mark[person] = 0
    return { leaving, news }
  }

  /** For each of the pieces the holders of an entitlement among its people. */
  private holdersIn(pieces: readonly Piece[], entitlement: number): readonly (readonly number[])[] {
    const { mark } = this
    const unknown = pieces.filter((piece) => this.holding.get(piece)?.has(entitlement) !== true)
    if (unknown.length > 0) {
      const all = this.holdersOf.get(entitlement)!
      for (const person of all) mark[person] = 1
      for (const piece of unknown) {
        const own = piece.listed.parts.flatMap((part) =>
          Array.from(tellingOf(part).members.filter((person) => mark[person] === 1)),
        )
        const known = this.holding.get(piece)
        if (known === undefined) this.holding.set(piece, new Map([[entitlement, own]]))
        else known.set(entitlement, own)
      }
      for (const person of all) mark[person] = 0
    }
    return pieces.map((piece) => this.holding.get(piece)!.get(entitlement)!)
  }

  /** Whether nine in ten of the people whose values are known at these positions are inside. */
  private lieInside(
    people: readonly Uint32Array[],
    positions: readonly number[],
    isInside: (person: number) => boolean,
  ): boolean {
    const columns = positions.map((position) => this.graph.attributes[position]!.known)
    let known = 0
    let inside = 0
    for (const some of people) {
      for (const person of some) {
        if (columns.some((column) => column[person]! < 0)) continue
        known++
        if (isInside(person)) inside++
      }
    }
    return inside >= leastInside * known
  }
}

/** How many names of entitlements and values fewer a person reads when no piece goes. */
function namesSaved(
  { groups, within }: ValueListCohort,
  entitlements: number,
  losing: ReadonlyMap<Piece, ReadonlySet<number>>,
): number {
  const lost = [...losing.values()].reduce((sum, { size }) => sum + size, 0)
  return lost - entitlements - groups.length - (within === undefined ? 0 : 1)
}
