import { combinationKey } from '../combinations.ts'
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
  const byKey = new Map(counted.map((one) => [combinationKey(one.combination), one]))
  const tally = new Tally(graph, counted)
  const ways = new Map<string, Way>()
  for (const [entitlement, pieces] of tellers) {
    const holders = holdersOf.get(entitlement)!
    for (const { listed, within, value } of waysToList(graph, pieces, holders, tally)) {
      const combination = within === undefined ? [listed] : [listed, within].sort((a, b) => a - b)
      const one = byKey.get(combinationKey(combination))
      if (one === undefined) continue
      const key = `${listed} ${within} ${value}`
      const way = ways.get(key) ?? { counted: one, listed, within, value, own: [] }
      ways.set(key, way)
      const own = ownListOf(graph, way, entitlement, holders, savings, thresholds, tally)
      if (own !== undefined) way.own.push(own)
    }
  }
  return [...ways.values()].flatMap((way) => cohortsOf(graph, way, savings, thresholds))
}

function waysToList(
  { attributes }: PopulationGraph,
  pieces: readonly Piece[],
  holders: Uint32Array,
  tally: Tally,
): readonly Pick<Way, 'listed' | 'within' | 'value'>[] {
  const tellings = pieces.flatMap(({ listed: { parts } }) => parts.map(tellingOf))
  const positions = [...new Set(tellings.flatMap(({ combination }) => combination))].sort((a, b) => a - b)
  const reached = tally.holdersAmong(
    holders,
    tellings.map(({ members }) => members),
  )
  const others = [...attributes.keys()]
    .map((within) => ({ within, value: mainValue(attributes[within]!.column, reached, tally) }))
    .filter(({ value }) => value >= 0)
  return positions
    .filter((listed) => attributes.filter(({ key }) => key === attributes[listed]!.key).length === 1)
    .flatMap((listed) => [
      { listed, within: undefined, value: -1 },
      ...others.filter(({ within }) => within !== listed).map((other) => ({ listed, ...other })),
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
  const alike = Map.groupBy(own, ({ groups }) => groups.join())
  return [...alike.values()].flatMap(([first]) => {
    const { groups } = first!
    const price = savings.ofCohort(counted) + (groups.length - 1) * savings.price.value(listed)
    const cells = [...alike.values()].flatMap((others) => {
      const joining = others.flatMap((one) => {
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
