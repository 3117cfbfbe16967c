import type { CountedCombination } from '../counted-combination.ts'
import type { PopulationGraph } from '../population.ts'
import { wilsonLower, wilsonUpper } from '../wilson.ts'
import { type Piece, tellingOf } from './pieces.ts'
import type { Savings } from './savings.ts'

/** The most values of a list. More values do not name a cohort, and a rule would have to list them. */
const mostValues = 32

/** For each entitlement that is suggested in pieces, its holders, ascending. */
export type PoolHolders = ReadonlyMap<number, Uint32Array>

/** A cohort with several values of one attribute, alone or within one value of another attribute. */
export interface ValueListCohort {
  readonly counted: CountedCombination
  /** The position whose values are listed, and the position of the other filter, if there is one. */
  readonly listed: number
  readonly within: number | undefined
  /** The groups of `counted` that it joins, ascending. No person is in two of them. */
  readonly groups: readonly number[]
  readonly size: number
  /** Numbered as in the graph, ascending. */
  readonly entitlements: readonly number[]
  /** For each of them the holders in the cohort. */
  readonly holders: readonly number[]
  /** The bits that naming the cohort costs, and the least evidence. */
  readonly price: number
}

interface Thresholds {
  readonly minCoverage: number
  readonly expectedCoverage: number
  readonly minLift: number
  /** The fewest entitlements of a suggestion. */
  readonly fewest: number
}

/** One way to list values: the counted combination, and the value of the other filter. */
interface Way {
  readonly counted: CountedCombination
  readonly listed: number
  readonly within: number | undefined
  readonly value: number
  readonly own: OwnList[]
}

/** The list that one entitlement would have by itself. */
interface OwnList {
  readonly entitlement: number
  readonly groups: readonly number[]
  readonly saved: number
  /** Holders by group; no entry means none. */
  readonly counts: ReadonlyMap<number, number>
}

/** Memory for counting people, reused for each entitlement and each way. */
class Tally {
  private readonly counts: Uint32Array
  private readonly isHolder: Uint8Array

  constructor({ attributes, persons }: PopulationGraph, counted: readonly CountedCombination[]) {
    const most = counted.reduce((most, { groups }) => Math.max(most, groups.count), 0)
    this.counts = new Uint32Array(attributes.reduce((most, { valueCount }) => Math.max(most, valueCount), most))
    this.isHolder = new Uint8Array(persons.length)
  }

  /** The numbers that people have, from 0 on, each with how many have it, in the order in which they are met. */
  count(
    people: ArrayLike<number>,
    of: Int32Array,
    asked?: { readonly column: Int32Array; readonly value: number },
  ): readonly (readonly [number: number, people: number])[] {
    const { counts } = this
    const met: number[] = []
    for (let i = 0; i < people.length; i++) {
      const person = people[i]!
      const number = of[person]!
      if (number < 0 || (asked !== undefined && asked.column[person] !== asked.value)) continue
      if (counts[number]!++ === 0) met.push(number)
    }
    return met.map((number) => {
      const count = counts[number]!
      counts[number] = 0
      return [number, count]
    })
  }

  /** The holders among these people, each once, in the order in which they are met. */
  holdersAmong(holders: Uint32Array, people: readonly Uint32Array[]): readonly number[] {
    const { isHolder } = this
    for (const person of holders) isHolder[person] = 1
    const found: number[] = []
    for (const some of people) {
      for (const person of some) {
        if (isHolder[person] === 0) continue
        isHolder[person] = 0
        found.push(person)
      }
    }
    for (const person of holders) isHolder[person] = 0
    return found
  }
}

/**
 * Finds cohorts with several values for the entitlements that are suggested in pieces. It looks at each of these entitlements, and at each
 * attribute of its suggestions of which a person has one value. The list has the values whose people hold the entitlement by the rules on
 * coverage. There is one list among all people, and one among the people with the value of another attribute that most holders in the
 * suggestions have. Entitlements with the same list become one cohort. Entitlements with another list join it when that loses fewer bits
 * than naming another cohort costs.
 */
export function valueListCohorts(
  graph: PopulationGraph,
  counted: readonly CountedCombination[],
  tellers: ReadonlyMap<number, readonly Piece[]>,
  holdersOf: PoolHolders,
  savings: Savings,
  thresholds: Thresholds,
): readonly ValueListCohort[] {
  const listable = listableOf(graph, counted)
  const tally = new Tally(graph, counted)
  const ways = new Map<string, Way>()
  for (const [entitlement, pieces] of tellers) {
    const holders = holdersOf.get(entitlement)!
    for (const { counted: one, listed, within, value } of waysToList(graph, listable, pieces, holders, tally)) {
      const key = `${listed} ${within} ${value}`
      const way = ways.get(key) ?? { counted: one, listed, within, value, own: [] }
      ways.set(key, way)
      const own = ownListOf(graph, way, entitlement, holders, savings, thresholds, tally)
      if (own !== undefined) way.own.push(own)
    }
  }
  return [...ways.values()].flatMap((way) => cohortsOf(graph, way, savings, thresholds))
}

/** A position whose values can be listed: the counted combinations with it alone and with one other filter, by the position of the other one. */
interface Listable {
  readonly alone: CountedCombination
  readonly beside: ReadonlyMap<number, CountedCombination>
}

/** The positions of which a person has one value. */
function listableOf(
  { attributes }: PopulationGraph,
  counted: readonly CountedCombination[],
): ReadonlyMap<number, Listable> {
  const found = new Map<number, { alone: CountedCombination; beside: Map<number, CountedCombination> }>()
  for (const one of counted) {
    const [position] = one.combination
    if (one.combination.length !== 1) continue
    const columns = attributes.filter(({ key }) => key === attributes[position!]!.key)
    if (columns.length === 1) found.set(position!, { alone: one, beside: new Map() })
  }
  for (const one of counted) {
    const [first, second] = one.combination
    if (one.combination.length !== 2) continue
    found.get(first!)?.beside.set(second!, one)
    found.get(second!)?.beside.set(first!, one)
  }
  return found
}

function waysToList(
  { attributes }: PopulationGraph,
  listable: ReadonlyMap<number, Listable>,
  pieces: readonly Piece[],
  holders: Uint32Array,
  tally: Tally,
): readonly Pick<Way, 'counted' | 'listed' | 'within' | 'value'>[] {
  const tellings = pieces.flatMap(({ listed: { parts } }) => parts.map(tellingOf))
  const positions = [...new Set(tellings.flatMap(({ combination }) => combination))].sort((a, b) => a - b)
  const lists = positions.flatMap((listed) => {
    const one = listable.get(listed)
    return one === undefined ? [] : [{ listed, ...one }]
  })
  const reached = tally.holdersAmong(
    holders,
    tellings.map(({ members }) => members),
  )
  const others = [...attributes.keys()]
    .filter((within) => lists.some(({ beside }) => beside.has(within)))
    .map((within) => ({ within, value: mainValue(attributes[within]!.column, reached, tally) }))
    .filter(({ value }) => value >= 0)
  return lists.flatMap(({ listed, alone, beside }) => [
    { counted: alone, listed, within: undefined, value: -1 },
    ...others.flatMap(({ within, value }) => {
      const counted = beside.get(within)
      return counted === undefined ? [] : [{ counted, listed, within, value }]
    }),
  ])
}

/** The value that at least half of the people have, of two the one that is met first; -1 if there is none. */
function mainValue(column: Int32Array, people: readonly number[], tally: Tally): number {
  for (const [value, count] of tally.count(people, column)) if (count * 2 >= people.length) return value
  return -1
}

function ownListOf(
  graph: PopulationGraph,
  { counted: { groups }, within, value }: Way,
  entitlement: number,
  holders: Uint32Array,
  savings: Savings,
  thresholds: Thresholds,
  tally: Tally,
): OwnList | undefined {
  const column = within === undefined ? undefined : graph.attributes[within]!.column
  const counts = tally.count(holders, groups.of, column && { column, value })
  const own = counts
    .filter(([g, held]) => isHeldBy(held, groups.offset[g + 1]! - groups.offset[g]!, thresholds))
    .map(([g]) => g)
    .sort((a, b) => a - b)
  if (own.length < 2 || own.length > mostValues) return undefined
  const byGroup = new Map(counts)
  const cell = cellOf(graph, groups, own, { entitlement, counts: byGroup }, savings, thresholds)
  return cell && { entitlement, groups: own, saved: cell.saved, counts: byGroup }
}

/** The rules on coverage. */
function isHeldBy(holders: number, size: number, { minCoverage, expectedCoverage }: Thresholds): boolean {
  return holders >= minCoverage * size - 1e-9 && (holders === size || wilsonUpper(holders, size) >= expectedCoverage)
}

/** The holders of an entitlement in the joined groups and the bits that it saves, if the rules on coverage and lift hold. */
function cellOf(
  { holders, persons }: PopulationGraph,
  groups: CountedCombination['groups'],
  joined: readonly number[],
  { entitlement, counts }: Pick<OwnList, 'entitlement' | 'counts'>,
  savings: Savings,
  thresholds: Thresholds,
): { readonly inside: number; readonly saved: number } | undefined {
  const size = sizeOf(groups, joined)
  const inside = joined.reduce((sum, g) => sum + (counts.get(g) ?? 0), 0)
  const rest = persons.length - size
  const rate = rest === 0 ? 0 : (holders[entitlement]! - inside) / rest
  if (!isHeldBy(inside, size, thresholds)) return undefined
  if (inside / size < thresholds.minLift * rate || wilsonLower(inside, size) <= rate) return undefined
  const saved = savings.ofCell(entitlement, inside, inside, size)
  return saved > 0 ? { inside, saved } : undefined
}

function sizeOf({ offset }: CountedCombination['groups'], joined: readonly number[]): number {
  return joined.reduce((sum, g) => sum + offset[g + 1]! - offset[g]!, 0)
}

/** One cohort for each list, with all entitlements that it gives. */
function cohortsOf(
  graph: PopulationGraph,
  { counted, listed, within, own }: Way,
  savings: Savings,
  thresholds: Thresholds,
): readonly ValueListCohort[] {
  const alike = [...Map.groupBy(own, ({ groups }) => groups.join()).values()]
  const given = givenByGroup(counted.groups, alike, thresholds)
  return alike.flatMap(([first]) => {
    const { groups } = first!
    const price = savings.ofCohort(counted) + (groups.length - 1) * savings.price.value(listed)
    const near = [...new Set(groups.flatMap((g) => given.get(g) ?? []))].sort((a, b) => a - b)
    const cells = near.flatMap((place) => {
      const joining = alike[place]!.flatMap((one) => {
        const cell = cellOf(graph, counted.groups, groups, one, savings, thresholds)
        return cell === undefined ? [] : [{ ...cell, entitlement: one.entitlement, lost: one.saved - cell.saved }]
      })
      return joining.reduce((sum, { lost }) => sum + lost, 0) <= price ? joining : []
    })
    if (cells.length < thresholds.fewest) return []
    cells.sort((a, b) => a.entitlement - b.entitlement)
    const entitlements = cells.map(({ entitlement }) => entitlement)
    const holders = cells.map(({ inside }) => inside)
    return [{ counted, listed, within, groups, size: sizeOf(counted.groups, groups), entitlements, holders, price }]
  })
}

/**
 * For each group the lists, by their places in `alike`, of which an entitlement is held by most of the group. When most people of joined
 * groups hold an entitlement, most people of one of the groups do; so only these lists can have an entitlement in common with the group.
 */
function givenByGroup(
  { offset }: CountedCombination['groups'],
  alike: readonly (readonly OwnList[])[],
  { minCoverage }: Thresholds,
): ReadonlyMap<number, readonly number[]> {
  const given = new Map<number, number[]>()
  for (const [place, same] of alike.entries()) {
    for (const { counts } of same) {
      for (const [g, held] of counts) {
        if (held < minCoverage * (offset[g + 1]! - offset[g]!) - 1e-9) continue
        const known = given.get(g)
        if (known === undefined) given.set(g, [place])
        else if (known.at(-1) !== place) known.push(place)
      }
    }
  }
  return given
}
