import type { CohortSuggestion } from '../cohort-result.ts'
import { entitlementFigures, inOrderOfCoverage, meanFigures } from '../suggestion-figures.ts'

/** The largest number of joined values. More values do not make a name, and a rule has to list them. */
const mostJoined = 32

/** The facts about a chosen suggestion that decide whether it can be joined with others. */
export interface Told {
  /** Ordinals, ascending. */
  readonly entitlements: readonly number[]
  /** For each attribute of which no person has two values: everything that another suggestion must have in common with it. */
  readonly butFor: readonly { readonly attribute: string; readonly others: string }[]
}

/**
 * Positions of suggestions that become one, the first one first, and the attribute whose values differ; undefined for a single
 * suggestion.
 */
interface JoinedPlaces {
  readonly places: readonly number[]
  readonly attribute: string | undefined
}

/**
 * Joins suggestions that differ in only one value: the leads of a unit, in three levels, become one role instead of three. Suggestions of
 * one population are joined when they have the same entitlements and the same filters, except for the value of one attribute of which no
 * person has two values. At most 32 are joined. The largest group is joined first; of groups of equal size, the group that was chosen
 * first. The joined suggestion has the position and the score of its first part, so the order of choice stays. Therefore a suggestion is
 * not joined if another suggestion that was chosen in between has one of the entitlements.
 *
 * @param told in the order of choice
 * @returns each position once, in the order of the first parts
 */
export function joinedPlaces(told: readonly Told[]): readonly JoinedPlaces[] {
  const groups = alikeButForOne(told)
  const isTaken = new Set<number>()
  const joined = new Map<number, JoinedPlaces>()
  const tellers = groups.length === 0 ? new Map() : tellersOf(told)
  for (const { attribute, places } of groups.sort(
    (a, b) => b.places.length - a.places.length || a.places[0]! - b.places[0]!,
  )) {
    const left = untilToldBetween(told[places[0]!]!.entitlements, tellers, places).filter((at) => !isTaken.has(at))
    if (left.length < 2) continue
    for (const at of left) isTaken.add(at)
    joined.set(left[0]!, { places: left, attribute })
  }
  return [...told.keys()].flatMap((at) => {
    const group = joined.get(at)
    if (group !== undefined) return [group]
    return isTaken.has(at) ? [] : [{ places: [at], attribute: undefined }]
  })
}

/**
 * Positions, ascending, of two or more suggestions that differ only in the value of one attribute. Most suggestions share their
 * entitlements with no other one.
 */
function alikeButForOne(told: readonly Told[]): { readonly attribute: string; readonly places: number[] }[] {
  const placesOf = new Map<string, number[]>()
  for (const [at, { entitlements }] of told.entries()) {
    const list = entitlements.join()
    const known = placesOf.get(list)
    if (known === undefined) placesOf.set(list, [at])
    else known.push(at)
  }
  return [...placesOf.values()].flatMap((sharing) => {
    if (sharing.length < 2) return []
    const alike = new Map<string, { readonly attribute: string; readonly places: number[] }>()
    for (const at of sharing) {
      for (const { attribute, others } of told[at]!.butFor) {
        const key = `${attribute} ${others}`
        const known = alike.get(key)
        if (known === undefined) alike.set(key, { attribute, places: [at] })
        else known.places.push(at)
      }
    }
    return [...alike.values()].filter(({ places }) => places.length > 1)
  })
}

/** For each entitlement the positions of the suggestions that have it, ascending. */
function tellersOf(told: readonly Told[]): ReadonlyMap<number, readonly number[]> {
  const tellers = new Map<number, number[]>()
  for (const [at, { entitlements }] of told.entries()) {
    for (const one of entitlements) {
      const known = tellers.get(one)
      if (known === undefined) tellers.set(one, [at])
      else known.push(at)
    }
  }
  return tellers
}

/**
 * The first positions of a group, up to the point where another suggestion with one of their entitlements was chosen. All of the group
 * have each of these entitlements, so the point is where the suggestions with an entitlement are no longer those of the group.
 */
function untilToldBetween(
  entitlements: readonly number[],
  tellers: ReadonlyMap<number, readonly number[]>,
  group: readonly number[],
): readonly number[] {
  let end = Math.min(group.length, mostJoined)
  for (const one of entitlements) {
    const places = tellers.get(one) ?? []
    const first = placeIn(places, group[0]!)
    for (let part = 1; part < end; part++) if (places[first + part] !== group[part]) end = part
  }
  return group.slice(0, end)
}

/** The position of an element in an ascending list. */
function placeIn(ascending: readonly number[], wanted: number): number {
  let start = 0
  let end = ascending.length
  while (start < end) {
    const middle = (start + end) >> 1
    if (ascending[middle]! < wanted) start = middle + 1
    else end = middle
  }
  return start
}

/**
 * Joins several suggestions into one. They have no members in common, so counts are added; the number of all holders of an entitlement
 * stays the same.
 */
export function joinSuggestions(parts: readonly CohortSuggestion[], attribute: string): CohortSuggestion {
  const [first] = parts
  const sum = (read: (part: CohortSuggestion) => number) => parts.reduce((total, part) => total + read(part), 0)
  const cohortSize = sum((part) => part.cohortSize)
  const outsideSize = first!.cohortSize + first!.outsideSize - cohortSize
  const usersWithAll = sum((part) => part.usersWithAll)
  const entitlements = inOrderOfCoverage(
    first!.entitlements.map((one) => {
      const own = parts.flatMap((part) =>
        part.entitlements.filter(({ entitlement }) => entitlement === one.entitlement),
      )
      const grantedCount = own.reduce((total, part) => total + part.grantedCount, 0)
      const explainedCount = own.reduce((total, part) => total + part.explainedCount, 0)
      const outsideCount = one.grantedCount + one.outsideCount - grantedCount
      const counts = { entitlement: one.entitlement, grantedCount, outsideCount, explainedCount }
      return entitlementFigures(counts, cohortSize, outsideSize)
    }),
  )
  return {
    population: first!.population,
    filters: first!.filters.map((filter) => ({
      attribute: filter.attribute,
      values:
        filter.attribute === attribute
          ? parts.flatMap((part) => part.filters.find((one) => one.attribute === attribute)?.values ?? [])
          : filter.values,
    })),
    cohortSize,
    outsideSize,
    entitlements,
    usersWithAll,
    outsideWithAll: first!.usersWithAll + first!.outsideWithAll - usersWithAll,
    ...meanFigures(entitlements),
    explainedGrants: sum((part) => part.explainedGrants),
    score: first!.score,
  }
}
