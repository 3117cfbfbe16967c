import type { CohortSuggestion } from '../cohort-result.ts'
import { entitlementFigures, inOrderOfCoverage, meanFigures } from '../suggestion-figures.ts'

/** More than so many values are no name for a cohort, and a rule has to list them. */
const mostJoined = 32

/** What is asked of a chosen suggestion, to say it as one with others. */
export interface Told {
  /** Ordinals, ascending. */
  readonly entitlements: readonly number[]
  /** For each attribute of which nobody has two values: all that another suggestion has to have in common with it. */
  readonly butFor: readonly { readonly attribute: string; readonly others: string }[]
}

/** Places of suggestions that are one, the first one first, and the attribute whose values differ; undefined for one alone. */
interface JoinedPlaces {
  readonly places: readonly number[]
  readonly attribute: string | undefined
}

/**
 * Says as one what differs in one value alone: the leads of a unit, of three levels, are one role and not three. Joined are
 * suggestions of one population with the same entitlements and the same filters but for the value of one attribute, of which
 * nobody has two: the largest group first, of equals the one that was chosen first. At most 32 are joined. Place and
 * score are those of the first, so that the order of choice stays; therefore nothing else that was chosen between them tells any
 * of their entitlements, or who comes after it stays apart.
 *
 * @param told in the order of choice
 * @returns each place once, in the order of the first ones
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

/** Places, ascending, that differ in the value of one attribute alone, two and more. Most suggestions share their entitlements with none. */
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

/** Per entitlement the places that tell it, ascending. */
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
 * The first of a group, up to where something else tells one of their entitlements before the next one was chosen. All of the group
 * tell each of them, so that is where its tellers are no longer those of the group.
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

/** Where an element of an ascending list stands. */
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

/** One suggestion of several. Their people have nobody in common, so counts add up; who holds what at all stays the same. */
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
