import { combinationKey } from '../combinations.ts'
import type { CohortMiningSettings } from '../cohort-settings.ts'
import type { CountedCombination } from '../counted-combination.ts'
import { inSteps } from '../evidence.ts'
import type { PopulationGraph } from '../population.ts'
import type { Chosen } from './addition.ts'
import { type Listed, partOf } from './listed.ts'
import { ListEvidence } from './list-evidence.ts'
import type { Savings } from './savings.ts'
import { type PoolHolders, type Telling, type ValueListCohort, valueListCohorts } from './value-list-cohorts.ts'

/** At least this share of the holders in a cohort must be untold, as in addition.ts. */
const leastNewShare = 0.5

/** As in broader-cohorts.ts. */
const leastInside = 0.9

/** A suggestion while lists take entitlements out of it. */
interface Piece {
  listed: Listed
  /** For each entitlement (of the graph) that it tells, the bits that this saves, with its name once. */
  readonly saved: Map<number, number>
  /** The bits that naming its cohort costs, and the least evidence. */
  readonly price: number
  isGone: boolean
}

/** What becomes of the pieces when a list is told. */
interface Exchange {
  readonly gain: number
  /** Indices into the entitlements of the list. */
  readonly kept: readonly number[]
  /** The bits that each of these saves. */
  readonly saved: readonly number[]
  readonly reduced: ReadonlyMap<Piece, ReadonlySet<number>>
  readonly gone: ReadonlySet<Piece>
}

/**
 * Replaces pieces by the whole: access that begins at a grade, or that a department of two names has, is told in pieces of other
 * attributes, because a cohort has one value of each. Where several suggestions tell the same entitlements, the people may be named by
 * a list of values instead. A list is told when it saves more bits than the pieces save on its entitlements, when its people pass the
 * tests of evenness and of chance, and when at least one suggestion goes. An entitlement leaves a suggestion when the list tells it to more
 * than half of the holders there; a suggestion goes when what is left is too little or saves nothing.
 */
export function retoldByLists(
  graph: PopulationGraph,
  counted: readonly CountedCombination[],
  listed: readonly Listed[],
  savings: Savings,
  settings: Pick<CohortMiningSettings, 'minCoverage' | 'expectedCoverage' | 'minLift' | 'minEntitlements' | 'minCohortSize'>,
): readonly Listed[] {
  const pieces = listed.map((one) => pieceOf(graph, one, savings))
  const tellers = new Map<number, Piece[]>()
  for (const piece of pieces) {
    for (const e of piece.saved.keys()) {
      const known = tellers.get(e)
      if (known === undefined) tellers.set(e, [piece])
      else known.push(piece)
    }
  }
  for (const [e, own] of tellers) if (own.length < 2 && toldBy(own[0]!, e) >= settings.expectedCoverage * graph.holders[e]!) tellers.delete(e)
  if (tellers.size === 0) return listed
  const holdersOf = holdersInGraph(graph, tellers)
  const tellings = new Map([...tellers].map(([e, own]) => [e, own.flatMap(({ listed: { parts } }) => parts.map(tellingOf))]))
  const byKey = new Map(counted.map((one) => [combinationKey(one.combination), one]))
  const fewest = Math.max(2, settings.minEntitlements)
  const lists = valueListCohorts(graph, byKey, tellings, holdersOf, savings, { ...settings, fewest })
  const evidence = new ListEvidence(graph, savings, holdersOf, settings.minCohortSize)
  const exchanges = lists.map((list) => ({ list, exchange: exchangeFor(list, tellers, holdersOf, savings, fewest) }))
  let open = exchanges
  let isChanged = false
  while (open.length > 0) {
    const best = open.reduce((a, b) => (b.exchange.gain > a.exchange.gain ? b : a))
    if (best.exchange.gain <= 0) break
    open = open.filter((one) => one !== best)
    const { list, exchange } = best
    if (staysBesideTheSame(graph, list, exchange) || !evidence.passes(partOfList(list, exchange))) continue
    isChanged = true
    const changed = new Set(
      [...best.exchange.reduced.keys(), ...best.exchange.gone].flatMap(({ saved }) => [...saved.keys()]),
    )
    const whole: Piece = {
      listed: carryOut(graph, best.list, best.exchange),
      saved: new Map(best.exchange.kept.map((i, k) => [best.list.entitlements[i]!, best.exchange.saved[k]!])),
      price: best.list.price,
      isGone: false,
    }
    pieces.push(whole)
    for (const e of whole.saved.keys()) {
      tellers.get(e)?.push(whole)
      changed.add(e)
    }
    open = open.map((one) =>
      one.list.entitlements.some((e) => changed.has(e))
        ? { list: one.list, exchange: exchangeFor(one.list, tellers, holdersOf, savings, fewest) }
        : one,
    )
  }
  if (!isChanged) return listed
  const left = pieces.filter(({ isGone }) => !isGone).map((piece) => piece.listed)
  const ordered = left.sort((a, b) => b.parts[0]!.addition.worth - a.parts[0]!.addition.worth)
  return withNews(ordered, holdersOf, graph)
}

function pieceOf(graph: PopulationGraph, listed: Listed, savings: Savings): Piece {
  const { parts, attribute } = listed
  const { price } = savings
  const cells = new Map<number, { news: number; holders: number }>()
  let size = 0
  for (const { candidate, addition } of parts) {
    const { groups, cellEntitlement, cellCount } = candidate.counted
    size += groups.offset[candidate.group + 1]! - groups.offset[candidate.group]!
    for (const [i, cell] of addition.cells.entries()) {
      const e = cellEntitlement[cell]!
      const before = cells.get(e) ?? { news: 0, holders: 0 }
      cells.set(e, {
        news: before.news + addition.newHolders[i]!,
        holders: before.holders + cellCount[cell]!,
      })
    }
  }
  const saved = new Map([...cells].map(([e, { news, holders }]) => [e, savings.ofCell(e, news, holders, size)]))
  const position = graph.attributes.findIndex(({ key }) => key === attribute)
  const more = parts.length === 1 ? 0 : (parts.length - 1) * price.value(position)
  return { listed, saved, price: savings.ofCohort(parts[0]!.candidate.counted) + more, isGone: false }
}

/** The holders to whom a suggestion explains an entitlement. */
function toldBy({ listed: { parts } }: Piece, e: number): number {
  return parts.reduce((sum, { candidate, addition }) => {
    const i = addition.cells.findIndex((cell) => candidate.counted.cellEntitlement[cell] === e)
    return i < 0 ? sum : sum + addition.newHolders[i]!
  }, 0)
}

function tellingOf({ candidate: { counted, group } }: Chosen): Telling {
  const { offset, members } = counted.groups
  return { combination: counted.combination, members: members.subarray(offset[group]!, offset[group + 1]!) }
}

/** One pass over all grants. */
function holdersInGraph(graph: PopulationGraph, wanted: ReadonlyMap<number, unknown>): PoolHolders {
  const { rowOffset, rowEntitlement, holders, persons, kept } = graph
  const found = new Map([...wanted.keys()].map((e) => [e, new Uint32Array(holders[e]!)]))
  const isWanted = new Uint8Array(kept.length)
  for (const e of found.keys()) isWanted[e] = 1
  const next = new Uint32Array(kept.length)
  for (let person = 0; person < persons.length; person++) {
    for (let at = rowOffset[person]!; at < rowOffset[person + 1]!; at++) {
      const e = rowEntitlement[at]!
      if (isWanted[e] === 1) found.get(e)![next[e]!++] = person
    }
  }
  return found
}

/** Compares, in bits, telling a list with what the pieces tell of its entitlements. */
function exchangeFor(
  list: ValueListCohort,
  tellers: ReadonlyMap<number, readonly Piece[]>,
  holdersOf: PoolHolders,
  savings: Savings,
  fewest: number,
): Exchange {
  const isIn = new Set(list.groups)
  const kept: number[] = []
  const savedBits: number[] = []
  const reduced = new Map<Piece, Set<number>>()
  let gain = -list.price
  for (const [i, e] of list.entitlements.entries()) {
    const isHolder = new Set(holdersOf.get(e)!)
    const telling = tellers.get(e)!.filter((piece) => !piece.isGone && piece.saved.has(e))
    const leaving = telling.filter((piece) => isMostlyIn(piece, list, isIn, isHolder))
    const news = list.holders[i]! - toldInside(telling, leaving, list, isIn, isHolder)
    if (news < leastNewShare * list.holders[i]!) continue
    const saved = savings.ofCell(e, news, list.holders[i]!, list.size)
    const lost = leaving.reduce((sum, piece) => sum + piece.saved.get(e)!, 0)
    if (saved + savings.price.entitlement <= lost) continue
    kept.push(i)
    savedBits.push(saved)
    gain += saved - lost
    for (const piece of leaving) reduced.set(piece, (reduced.get(piece) ?? new Set()).add(e))
  }
  const gone = new Set<Piece>()
  for (const [piece, away] of reduced) {
    const left = [...piece.saved].filter(([e]) => !away.has(e))
    const worth = left.reduce((sum, [, saved]) => sum + saved, -piece.price)
    if (left.length >= fewest && worth > 0) continue
    gone.add(piece)
    gain -= worth
  }
  const isTold = kept.length >= fewest && gone.size > 0
  return { gain: isTold ? inSteps(gain) : 0, kept, saved: savedBits, reduced, gone }
}

/** Whether a list tells an entitlement to more than half of the holders to whom a piece tells it. */
function isMostlyIn(
  { listed: { parts } }: Piece,
  { counted: { groups } }: ValueListCohort,
  isIn: ReadonlySet<number>,
  isHolder: ReadonlySet<number>,
): boolean {
  let all = 0
  let inside = 0
  for (const part of parts) {
    for (const person of tellingOf(part).members) {
      if (!isHolder.has(person)) continue
      all++
      if (isIn.has(groups.of[person]!)) inside++
    }
  }
  return inside * 2 > all
}

/** Whether a suggestion that keeps some entitlements names the same people as the list: one people would be told under two names. */
function staysBesideTheSame({ attributes }: PopulationGraph, list: ValueListCohort, { reduced, gone }: Exchange): boolean {
  const { counted, groups } = list
  const own = counted.groups
  const members = groups.map((g) => own.members.subarray(own.offset[g]!, own.offset[g + 1]!))
  const isListed = new Set(groups)
  return [...reduced.keys()].some((piece) => {
    if (gone.has(piece)) return false
    const tellings = piece.listed.parts.map(tellingOf)
    const inPiece = new Set(tellings.flatMap((telling) => [...telling.members]))
    const isKnown = (positions: readonly number[]) => (person: number) =>
      positions.every((position) => attributes[position]!.known[person]! >= 0)
    return (
      lieInside(members, isKnown(tellings[0]!.combination), (person) => inPiece.has(person)) &&
      lieInside(
        tellings.map((telling) => telling.members),
        isKnown(counted.combination),
        (person) => isListed.has(own.of[person]!),
      )
    )
  })
}

/** Whether nine in ten of those people whose values are known are inside. */
function lieInside(
  people: readonly Uint32Array[],
  isKnown: (person: number) => boolean,
  isInside: (person: number) => boolean,
): boolean {
  let known = 0
  let inside = 0
  for (const some of people) {
    for (const person of some) {
      if (!isKnown(person)) continue
      known++
      if (isInside(person)) inside++
    }
  }
  return inside >= leastInside * known
}

/** The holders in the cohort of a list to whom pieces that stay tell an entitlement. */
function toldInside(
  telling: readonly Piece[],
  leaving: readonly Piece[],
  { counted: { groups } }: ValueListCohort,
  isIn: ReadonlySet<number>,
  isHolder: ReadonlySet<number>,
): number {
  const told = new Set<number>()
  for (const piece of telling) {
    if (leaving.includes(piece)) continue
    for (const part of piece.listed.parts) {
      for (const person of tellingOf(part).members) {
        if (isHolder.has(person) && isIn.has(groups.of[person]!)) told.add(person)
      }
    }
  }
  return told.size
}

function partOfList(list: ValueListCohort, { kept, saved }: Exchange): ValueListCohort {
  return {
    ...list,
    entitlements: kept.map((i) => list.entitlements[i]!),
    holders: kept.map((i) => list.holders[i]!),
    saved,
  }
}

/** Takes the entitlements out of the pieces, and returns the list as a suggestion. */
function carryOut(graph: PopulationGraph, list: ValueListCohort, exchange: Exchange): Listed {
  const { reduced, gone } = exchange
  const weights: number[] = []
  for (const [piece, away] of reduced) {
    const { parts } = piece.listed
    weights.push(...parts.map(({ candidate }) => candidate.weight))
    for (const e of away) piece.saved.delete(e)
    if (gone.has(piece)) piece.isGone = true
    else piece.listed = { ...piece.listed, parts: parts.map((part) => withoutSome(graph, part, away)) }
  }
  return suggestionOfList(graph, partOfList(list, exchange), Math.max(...weights))
}

function withoutSome(graph: PopulationGraph, part: Chosen, away: ReadonlySet<number>): Chosen {
  const { candidate, addition } = part
  const { cellEntitlement } = candidate.counted
  const gone = addition.cells.reduce(
    (sum, cell, i) => (away.has(cellEntitlement[cell]!) ? sum + addition.saved[i]! : sum),
    0,
  )
  const isAway = new Set([...away].map((e) => graph.kept[e]!))
  const left = partOf(graph, part, (e) => !isAway.has(e))
  return { candidate, addition: { ...left.addition, worth: inSteps(addition.worth - candidate.weight * gone) } }
}

/** A list as a suggestion of several parts, one for each value. */
function suggestionOfList(
  graph: PopulationGraph,
  { counted, listed, groups, entitlements, saved, price }: ValueListCohort,
  weight: number,
): Listed {
  const worth = inSteps(weight * saved.reduce((sum, bits) => sum + bits, -price))
  const cellOffset = new Uint32Array(counted.groups.count + 1)
  for (const g of groups) cellOffset[g + 1] = entitlements.length
  for (let g = 0; g < counted.groups.count; g++) cellOffset[g + 1]! += cellOffset[g]!
  const own = {
    ...counted,
    cellOffset,
    cellEntitlement: Uint32Array.from(groups.flatMap(() => entitlements)),
    cellCount: new Uint32Array(groups.length * entitlements.length),
  }
  const parts = groups.map((group): Chosen => {
    const cells = entitlements.map((_, i) => cellOffset[group]! + i)
    return {
      candidate: { counted: own, group, weight, order: 0, worth, givenBroader: new Set(), isChance: false, isTurnedDown: false, tells: new Set(entitlements) },
      addition: { worth, explained: 0, cells, newHolders: cells.map(() => 0), saved },
    }
  })
  return { parts, places: [], attribute: graph.attributes[listed]!.key }
}

/** Counts again whose grants each suggestion explains first, for the entitlements that lists tell. */
function withNews(listed: readonly Listed[], holdersOf: PoolHolders, graph: PopulationGraph): readonly Listed[] {
  const isTold = new Map([...holdersOf].map(([e]) => [e, new Set<number>()]))
  const isHolder = new Map([...holdersOf].map(([e, holders]) => [e, new Set(holders)]))
  void graph
  return listed.map((one) => ({
    ...one,
    parts: one.parts.map((part) => {
      const { counted } = part.candidate
      const { members } = tellingOf(part)
      const newHolders = part.addition.cells.map((cell, i) => {
        const e = counted.cellEntitlement[cell]!
        const told = isTold.get(e)
        if (told === undefined) return part.addition.newHolders[i]!
        const holding = members.filter((person) => isHolder.get(e)!.has(person))
        if (part.candidate.order === 0 && one.places.length === 0) counted.cellCount[cell] = holding.length
        let news = 0
        for (const person of holding) {
          if (told.has(person)) continue
          told.add(person)
          news++
        }
        return news
      })
      const explained = newHolders.reduce((sum, count) => sum + count, 0)
      return { ...part, addition: { ...part.addition, newHolders, explained } }
    }),
  }))
}
