import { type Combination, combinationKey } from '../combinations.ts'
import type { CountedCombination } from '../counted-combination.ts'
import type { PopulationGraph } from '../population.ts'
import { wilsonLower, wilsonUpper } from '../wilson.ts'
import type { Savings } from './savings.ts'

/** The most values of a list. More values do not name a cohort, and a rule would have to list them. */
const mostValues = 32

/** The people who hold each entitlement that more than one suggestion tells, ascending. */
export type PoolHolders = ReadonlyMap<number, Uint32Array>

/** A cohort that is named by several values of one attribute, alone or within one value of another attribute. */
export interface ValueListCohort {
  readonly counted: CountedCombination
  /** The position whose values are listed, and the position of the other filter, if there is one. */
  readonly listed: number
  readonly within: number | undefined
  /** The groups of `counted` that are joined, ascending. No person is in two of them. */
  readonly groups: readonly number[]
  readonly size: number
  readonly entitlements: readonly number[]
  /** Holders inside, and bits saved, of each of them. */
  readonly holders: readonly number[]
  readonly saved: readonly number[]
  /** The bits that naming the cohort costs, and the least evidence. */
  readonly price: number
}

interface Thresholds {
  readonly minCoverage: number
  readonly expectedCoverage: number
  readonly minLift: number
  readonly fewest: number
}

/** The filters of a suggestion that tells an entitlement, and the people to whom it tells it. */
export interface Telling {
  readonly combination: Combination
  readonly members: Uint32Array
}

/** One way to list values: the counted combination, and the value of the other filter. */
interface Way {
  readonly counted: CountedCombination
  readonly listed: number
  readonly within: number | undefined
  readonly value: number
  readonly own: { readonly entitlement: number; readonly groups: readonly number[]; readonly saved: number }[]
  /** For each entitlement its holders in each group. */
  readonly counts: Map<number, Uint32Array>
}

/**
 * Finds the cohorts of several values that hold entitlements which several suggestions tell in pieces. For each such entitlement and each
 * attribute of these suggestions, the list has the values whose people hold it by the rules on coverage: among all people, or among those
 * with the value of another attribute that most of its told holders have. Entitlements with nearly the same list become one cohort.
 */
export function valueListCohorts(
  graph: PopulationGraph,
  counted: ReadonlyMap<string, CountedCombination>,
  tellings: ReadonlyMap<number, readonly Telling[]>,
  holdersOf: PoolHolders,
  savings: Savings,
  thresholds: Thresholds,
): readonly ValueListCohort[] {
  const ways = new Map<string, Way>()
  for (const [entitlement, told] of tellings) {
    const holders = holdersOf.get(entitlement)!
    for (const { listed, within, value } of waysToList(graph, told, holders)) {
      const combination = within === undefined ? [listed] : [listed, within].sort((a, b) => a - b)
      const one = counted.get(combinationKey(combination))
      if (one === undefined) continue
      const key = `${listed} ${within} ${value}`
      const way = ways.get(key) ?? { counted: one, listed, within, value, own: [], counts: new Map() }
      ways.set(key, way)
      addOwnList(graph, way, entitlement, holders, savings, thresholds)
    }
  }
  return [...ways.values()].flatMap((way) => cohortsOf(graph, way, savings, thresholds))
}

function waysToList({ attributes }: PopulationGraph, told: readonly Telling[], holders: Uint32Array) {
  const positions = [...new Set(told.flatMap(({ combination }) => combination))].sort((a, b) => a - b)
  const isHolder = new Set(holders)
  const reached = [...new Set(told.flatMap(({ members }) => [...members].filter((person) => isHolder.has(person))))]
  const single = positions.filter((at) => attributes.filter(({ key }) => key === attributes[at]!.key).length === 1)
  return single.flatMap((listed) => [
    { listed, within: undefined, value: -1 },
    ...(process.env.WITHIN === '0' ? positions : [...attributes.keys()])
      .filter((within) => attributes[within]!.key !== attributes[listed]!.key)
      .map((within) => ({ listed, within, value: mostFrequent(attributes[within]!.column, reached) }))
      .filter(({ value }) => value >= 0),
  ])
}

/** The value that at least half of the people have; -1 if there is none. */
function mostFrequent(column: Int32Array, people: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const person of people) counts.set(column[person]!, (counts.get(column[person]!) ?? 0) + 1)
  for (const [value, count] of counts) if (value >= 0 && count * 2 >= people.length) return value
  return -1
}

function addOwnList(
  graph: PopulationGraph,
  way: Way,
  entitlement: number,
  holders: Uint32Array,
  savings: Savings,
  thresholds: Thresholds,
): void {
  const { groups } = way.counted
  const counts = new Uint32Array(groups.count)
  for (const person of holders) if (groups.of[person]! >= 0) counts[groups.of[person]!]!++
  const column = way.within === undefined ? undefined : graph.attributes[way.within]!.column
  const own: number[] = []
  for (let g = 0; g < groups.count; g++) {
    if (column !== undefined && column[groups.members[groups.offset[g]!]!] !== way.value) continue
    const size = groups.offset[g + 1]! - groups.offset[g]!
    if (isHeldBy(counts[g]!, size, thresholds)) own.push(g)
  }
  if (own.length < 2 || own.length > mostValues) return
  way.counts.set(entitlement, counts)
  const cell = cellOf(graph, way, own, entitlement, savings, thresholds)
  if (cell !== undefined) way.own.push({ entitlement, groups: own, saved: cell.saved })
}

/** The rules on coverage. */
function isHeldBy(holders: number, size: number, { minCoverage, expectedCoverage }: Thresholds): boolean {
  return (
    holders >= minCoverage * size - 1e-9 && (holders === size || wilsonUpper(holders, size) >= expectedCoverage)
  )
}

/** The holders of an entitlement in the joined groups and the bits that it saves, if the rules on coverage and lift hold. */
function cellOf(
  { holders, persons }: PopulationGraph,
  { counted: { groups }, counts }: Way,
  joined: readonly number[],
  entitlement: number,
  savings: Savings,
  thresholds: Thresholds,
): { readonly inside: number; readonly saved: number } | undefined {
  let size = 0
  let inside = 0
  for (const g of joined) {
    size += groups.offset[g + 1]! - groups.offset[g]!
    inside += counts.get(entitlement)![g]!
  }
  const rest = persons.length - size
  const rate = rest === 0 ? 0 : (holders[entitlement]! - inside) / rest
  if (!isHeldBy(inside, size, thresholds)) return undefined
  if (inside / size < thresholds.minLift * rate || wilsonLower(inside, size) <= rate) return undefined
  const saved = savings.ofCell(entitlement, inside, inside, size)
  return saved > 0 ? { inside, saved } : undefined
}

/** One cohort for each list; the entitlements with other lists join it when their people are nearly the same. */
function cohortsOf(
  graph: PopulationGraph,
  way: Way,
  savings: Savings,
  thresholds: Thresholds,
): readonly ValueListCohort[] {
  const { counted, listed, within } = way
  const { offset } = counted.groups
  const sizeOf = (groups: readonly number[]) => groups.reduce((sum, g) => sum + offset[g + 1]! - offset[g]!, 0)
  const own = Map.groupBy(way.own, ({ groups }) => groups.join())
  return [...own.values()].flatMap(([{ groups }]) => {
    const price = savings.ofCohort(counted) + (groups.length - 1) * savings.price.value(listed)
    const cells = [...own.values()].flatMap((alike) => {
      const joining = alike.flatMap(({ entitlement, saved }) => {
        const cell = cellOf(graph, way, groups, entitlement, savings, thresholds)
        return cell === undefined ? [] : [{ entitlement, lost: saved - cell.saved, ...cell }]
      })
      return joining.reduce((sum, { lost }) => sum + lost, 0) <= price ? joining : []
    })
    if (cells.length < thresholds.fewest) return []
    cells.sort((a, b) => a.entitlement - b.entitlement)
    return [
      {
        counted,
        listed,
        within,
        groups,
        size: sizeOf(groups),
        entitlements: cells.map(({ entitlement }) => entitlement),
        holders: cells.map(({ inside }) => inside),
        saved: cells.map(({ saved }) => saved),
        price,
      },
    ]
  })
}
