import type { CohortMiningSettings } from '../cohort-settings.ts'
import type { CountedCombination } from '../counted-combination.ts'
import { inSteps } from '../evidence.ts'
import type { PopulationGraph } from '../population.ts'
import type { Snapshot } from '../snapshot.ts'
import type { Chosen } from './addition.ts'
import { hintWeights } from './candidate.ts'
import { ListEvidence } from './list-evidence.ts'
import { type Exchange, ListExchanges } from './list-exchange.ts'
import { type Listed, partOf } from './listed.ts'
import { type Piece, pieceOf, tellingOf, toldInPieces } from './pieces.ts'
import type { Savings } from './savings.ts'
import { type PoolHolders, type ValueListCohort, valueListCohorts } from './value-list-cohorts.ts'

/**
 * Replaces pieces by cohorts with a list of values. A chosen cohort has one value of each attribute. So access that begins at a grade, or
 * that belongs to a department with two names, is suggested in pieces, often by several attributes. A list replaces pieces if that saves
 * bits, if a piece is removed or there are fewer names to read, and if its people pass the tests of evenness and of chance. The list with
 * the largest gain comes first; it can be a piece for the next list.
 *
 * @param listed in the order of choice
 * @returns the same array if no list is suggested; otherwise ordered by the saved bits
 */
export function retoldByLists(
  snapshot: Snapshot,
  graph: PopulationGraph,
  counted: readonly CountedCombination[],
  listed: readonly Listed[],
  savings: Savings,
  settings: CohortMiningSettings,
): readonly Listed[] {
  const pieces = listed.map((one) => pieceOf(graph, one, savings))
  const tellers = toldInPieces(graph, pieces, settings.expectedCoverage)
  if (tellers.size === 0) return listed
  const holdersOf = holdersInGraph(graph, tellers)
  const { minCoverage, expectedCoverage, minLift, minCohortSize } = settings
  const fewest = Math.max(2, settings.minEntitlements)
  const thresholds = { minCoverage, expectedCoverage, minLift, fewest }
  const lists = valueListCohorts(graph, counted, tellers, holdersOf, savings, thresholds)
  const exchanges = new ListExchanges(graph, tellers, holdersOf, savings, fewest)
  const evidence = new ListEvidence(graph, counted, savings, holdersOf, minCohortSize)
  const told: Piece[] = []
  const open: (Exchange | undefined)[] = lists.map((list) => exchanges.of(list))
  const placesOf = placesByEntitlement(lists)
  for (let best = largest(open); best >= 0; best = largest(open)) {
    const exchange = open[best]!
    open[best] = undefined
    if (exchanges.leavesTheSamePeople(exchange) || leavesTheSameFilters(pieces, exchange)) continue
    if (!evidence.passes(exchange.list, exchange.gone.size === 0)) continue
    const changed = new Set([...exchange.losing.keys()].flatMap(({ saved }) => [...saved.keys()]))
    for (const e of exchange.list.entitlements) changed.add(e)
    const whole = carryOut(graph, exchange, weightOf(snapshot, graph, settings, exchange.list))
    told.push(whole)
    for (const e of whole.saved.keys()) tellers.get(e)!.push(whole)
    for (const place of new Set([...changed].flatMap((e) => placesOf.get(e) ?? []))) {
      if (open[place] !== undefined) open[place] = exchanges.of(lists[place]!)
    }
  }
  if (told.length === 0) return listed
  const left = [...pieces, ...told].filter(({ isGone }) => !isGone).map((piece) => piece.listed)
  return withNews(
    left.sort((a, b) => b.parts[0]!.addition.worth - a.parts[0]!.addition.worth),
    holdersOf,
    graph.persons.length,
  )
}

/** The lists that have each entitlement, by their places. */
function placesByEntitlement(lists: readonly ValueListCohort[]): ReadonlyMap<number, readonly number[]> {
  const places = new Map<number, number[]>()
  for (const [place, { entitlements }] of lists.entries()) {
    for (const e of entitlements) {
      const known = places.get(e)
      if (known === undefined) places.set(e, [place])
      else known.push(place)
    }
  }
  return places
}

/** The place of the first of the largest gain above 0; -1 if there is none. */
function largest(open: readonly (Exchange | undefined)[]): number {
  let best = -1
  let most = 0
  for (let place = 0; place < open.length; place++) {
    const gain = open[place]?.gain ?? 0
    if (gain <= most) continue
    most = gain
    best = place
  }
  return best
}

/** Whether a suggestion that stays, such as one of several values, has the filters of the list. Each set of filters is one suggestion. */
function leavesTheSameFilters(pieces: readonly Piece[], { list: { counted, groups }, gone }: Exchange): boolean {
  const isJoined = new Set(groups)
  return pieces.some(
    (piece) =>
      !piece.isGone &&
      !gone.has(piece) &&
      piece.listed.parts.length === groups.length &&
      piece.listed.parts.every(
        ({ candidate: own }) => own.counted.groups === counted.groups && isJoined.has(own.group),
      ),
  )
}

/** One pass over all grants. */
function holdersInGraph(graph: PopulationGraph, wanted: ReadonlyMap<number, unknown>): PoolHolders {
  const { rowOffset, rowEntitlement, holders, persons } = graph
  const found = new Map([...wanted.keys()].map((e) => [e, new Uint32Array(holders[e]!)]))
  const isWanted = new Uint8Array(holders.length)
  for (const e of found.keys()) isWanted[e] = 1
  const next = new Uint32Array(holders.length)
  for (let person = 0; person < persons.length; person++) {
    const end = rowOffset[person + 1]!
    for (let at = rowOffset[person]!; at < end; at++) {
      const e = rowEntitlement[at]!
      if (isWanted[e] === 1) found.get(e)![next[e]!++] = person
    }
  }
  return found
}

/** Takes the entitlements out of the pieces, and returns the list as a piece. */
function carryOut(graph: PopulationGraph, exchange: Exchange, weight: number): Piece {
  const { list, saved, losing, gone } = exchange
  for (const [piece, lost] of losing) {
    for (const e of lost) piece.saved.delete(e)
    if (gone.has(piece)) piece.isGone = true
    else piece.listed = withoutSome(graph, piece, lost)
  }
  return {
    listed: { parts: partsOf(exchange, weight), places: [], attribute: graph.attributes[list.listed]!.key },
    saved: new Map(list.entitlements.map((e, i) => [e, saved[i]!])),
    price: list.price,
    isGone: false,
  }
}

/** The highest weight by the hints about one of the values. */
function weightOf(
  snapshot: Snapshot,
  graph: PopulationGraph,
  settings: CohortMiningSettings,
  { counted, groups }: ValueListCohort,
): number {
  const weight = hintWeights(snapshot, graph, settings, counted)
  const { offset, members } = counted.groups
  return groups.reduce((most, g) => Math.max(most, weight(members[offset[g]!]!)), 1)
}

/** What a piece keeps. Its first part carries the score, which is never more than before. */
function withoutSome({ kept }: PopulationGraph, { listed, saved, price }: Piece, lost: ReadonlySet<number>): Listed {
  const isLost = new Set([...lost].map((e) => kept[e]!))
  const left = [...saved.values()].reduce((sum, bits) => sum + bits, -price)
  const parts = listed.parts.map((part) => {
    const own = partOf({ kept }, part, (e) => !isLost.has(e))
    const worth = Math.min(part.addition.worth, inSteps(part.candidate.weight * left))
    return { ...own, addition: { ...own.addition, worth } }
  })
  return { ...listed, parts }
}

/** A list as parts of one value each. Their holders are counted by `withNews`. */
function partsOf({ list: { counted, groups, entitlements, price }, saved }: Exchange, weight: number): Chosen[] {
  const { count } = counted.groups
  const worth = inSteps(weight * saved.reduce((sum, bits) => sum + bits, -price))
  const cellOffset = new Uint32Array(count + 1)
  for (const g of groups) cellOffset[g + 1] = entitlements.length
  for (let g = 0; g < count; g++) cellOffset[g + 1]! += cellOffset[g]!
  const own: CountedCombination = {
    ...counted,
    cellOffset,
    cellEntitlement: Uint32Array.from(groups.flatMap(() => entitlements)),
    cellCount: new Uint32Array(groups.length * entitlements.length),
  }
  return groups.map((group) => {
    const cells = entitlements.map((_, i) => cellOffset[group]! + i)
    return {
      candidate: {
        counted: own,
        group,
        weight,
        order: 0,
        worth,
        givenBroader: new Set<number>(),
        isChance: false,
        turnedDownFor: undefined,
        tells: new Set(entitlements),
      },
      addition: { worth, explained: 0, cells, newHolders: cells.map(() => 0), saved },
    }
  })
}

/**
 * Counts again, for the entitlements that were suggested in pieces, the holders in each part and the holders that no earlier suggestion
 * explains.
 */
function withNews(listed: readonly Listed[], holdersOf: PoolHolders, personCount: number): readonly Listed[] {
  const tellings = new Map<number, { readonly part: Chosen; readonly i: number; readonly newHolders: number[] }[]>()
  const recounted = listed.map((one) => {
    const parts = one.parts.map((part) => {
      const newHolders = [...part.addition.newHolders]
      for (const [i, cell] of part.addition.cells.entries()) {
        const e = part.candidate.counted.cellEntitlement[cell]!
        if (!holdersOf.has(e)) continue
        const before = tellings.get(e)
        if (before === undefined) tellings.set(e, [{ part, i, newHolders }])
        else before.push({ part, i, newHolders })
      }
      return { part, newHolders }
    })
    return { one, parts }
  })
  // For each person 1 for a holder, 2 for a holder to whom a suggestion gives the current entitlement.
  const mark = new Uint8Array(personCount)
  for (const [e, places] of tellings) {
    const holders = holdersOf.get(e)!
    for (const person of holders) mark[person] = 1
    for (const { part, i, newHolders } of places) {
      let holding = 0
      let news = 0
      for (const person of tellingOf(part).members) {
        if (mark[person] === 0) continue
        holding++
        if (mark[person] === 1) news++
        mark[person] = 2
      }
      part.candidate.counted.cellCount[part.addition.cells[i]!] = holding
      newHolders[i] = news
    }
    for (const person of holders) mark[person] = 0
  }
  return recounted.map(({ one, parts }) => ({
    ...one,
    parts: parts.map(({ part, newHolders }) => {
      const explained = newHolders.reduce((sum, count) => sum + count, 0)
      return { ...part, addition: { ...part.addition, newHolders, explained } }
    }),
  }))
}
