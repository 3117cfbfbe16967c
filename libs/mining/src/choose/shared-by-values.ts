import type { Told } from './join-values.ts'

/** The most values of a story. More values do not name a cohort, and a rule would have to list them. */
const mostValues = 32
/** The most stories of one family that are compared; the largest come first. Dropping them one by one takes quadratic time. */
const mostStories = 500

/** A chosen suggestion with its price. */
export interface Priced extends Told {
  /** Bits for a cohort of these filters. */
  readonly price: number
}

/** Entitlements that several suggestions share whose filters differ in one value. They become one suggestion with all these values. */
interface SharedStory {
  readonly attribute: string
  /** In the order of choice. */
  readonly places: readonly number[]
  readonly entitlements: readonly number[]
}

interface Prices {
  /** Bits for naming one entitlement. */
  readonly entitlement: number
  /** Bits for one more value of an attribute. */
  readonly value: (attribute: string) => number
  /** The fewest entitlements of a suggestion. */
  readonly fewest: number
}

interface Family {
  readonly attribute: string
  readonly places: readonly number[]
}

interface Split {
  readonly stories: readonly SharedStory[]
  readonly saved: number
}

/**
 * Finds the entitlements that suggestions of one family share. A family is a group of suggestions whose filters differ only in the value of
 * one attribute that has one value for each person. When access grows from level to level, the suggestion of each level repeats the
 * entitlements of the lower levels. So each entitlement belongs to a set of values. The entitlements with the same set become one story, a
 * suggestion with all these values, when that takes fewer bits: each entitlement is named once, and suggestions without a remaining
 * entitlement are not named at all, but the story costs one more cohort with more values. There are three conditions:
 * - There are no more suggestions than before, because people read each one.
 * - No other suggestion that was chosen between them has one of the entitlements.
 * - Each suggestion keeps either no entitlement or enough for a suggestion.
 *
 * Suggestions with exactly the same entitlements are left to `joinedPlaces`, which compares no bits.
 *
 * @param told in the order of choice
 */
export function sharedStories(told: readonly Priced[], prices: Prices): readonly SharedStory[] {
  const tellers = tellersOf(told)
  const splits = familiesOf(told, tellers, prices.fewest)
    .map((family) => ({ family, ...splitOf(told, tellers, family, prices) }))
    .filter(({ saved }) => saved > 0)
    .sort((a, b) => b.saved - a.saved || a.family.places[0]! - b.family.places[0]!)
  const isTaken = new Set<number>()
  return splits.flatMap(({ family, stories }) => {
    const left = family.places.filter((place) => !isTaken.has(place))
    const found =
      left.length === family.places.length
        ? stories
        : splitOf(told, tellers, { ...family, places: left }, prices).stories
    for (const { places } of found) for (const place of places) isTaken.add(place)
    return found
  })
}

/** The places of the suggestions that have each entitlement, ascending. */
function tellersOf(told: readonly Told[]): ReadonlyMap<number, readonly number[]> {
  const tellers = new Map<number, number[]>()
  for (const [place, { entitlements }] of told.entries()) {
    for (const one of entitlements) {
      const known = tellers.get(one)
      if (known === undefined) tellers.set(one, [place])
      else known.push(place)
    }
  }
  return tellers
}

/** Groups suggestions whose filters differ in the value of one attribute. Suggestions that share too little with others are left out. */
function familiesOf(
  told: readonly Told[],
  tellers: ReadonlyMap<number, readonly number[]>,
  fewest: number,
): readonly Family[] {
  const families = new Map<string, { readonly attribute: string; readonly places: number[] }>()
  for (const [place, one] of told.entries()) {
    const shared = one.entitlements.filter((entitlement) => tellers.get(entitlement)!.length > 1)
    if (shared.length < fewest) continue
    for (const { attribute, others } of one.butFor) {
      const key = `${attribute} ${others}`
      const known = families.get(key)
      if (known === undefined) families.set(key, { attribute, places: [place] })
      else known.places.push(place)
    }
  }
  return [...families.values()].filter(({ places }) => places.length > 1)
}

function splitOf(
  told: readonly Priced[],
  tellers: ReadonlyMap<number, readonly number[]>,
  { attribute, places }: Family,
  prices: Prices,
): Split {
  let stories = storiesOf(told, tellers, { attribute, places }, prices.fewest)
  let saved = 0
  for (;;) {
    const left = leftBy(told, stories)
    const short = stories.findLast((story) =>
      story.places.some((place) => left.get(place)! > 0 && left.get(place)! < prices.fewest),
    )
    if (short !== undefined) {
      stories = stories.filter((story) => story !== short)
      continue
    }
    const worth = stories.map((story) => savedBy(told, left, story, prices))
    const least = worth.reduce((best, one, i) => (one < worth[best]! ? i : best), 0)
    saved = worth.reduce((sum, one) => sum + one, 0)
    const gone = [...left.values()].filter((count) => count === 0).length
    if (stories.length === 0 || (worth[least]! > 0 && stories.length <= gone)) break
    stories = stories.filter((_, i) => i !== least)
  }
  return { stories, saved }
}

/**
 * The possible stories: one for each set of values that gives some entitlements, the largest first, at most `mostStories`. A set is left
 * out when its suggestions have nothing else.
 */
function storiesOf(
  told: readonly Priced[],
  tellers: ReadonlyMap<number, readonly number[]>,
  { attribute, places }: Family,
  fewest: number,
): readonly SharedStory[] {
  const family = new Set(places)
  const found = new Map<string, { readonly places: readonly number[]; readonly entitlements: number[] }>()
  for (const entitlement of new Set(places.flatMap((place) => told[place]!.entitlements))) {
    const all = tellers.get(entitlement)!
    const own = all.filter((place) => family.has(place))
    if (own.length < 2 || own.length > mostValues) continue
    if (all.some((place) => !family.has(place) && place > own[0]! && place < own.at(-1)!)) continue
    const key = own.join()
    const known = found.get(key)
    if (known === undefined) found.set(key, { places: own, entitlements: [entitlement] })
    else known.entitlements.push(entitlement)
  }
  return [...found.values()]
    .filter(({ entitlements }) => entitlements.length >= fewest)
    .filter((one) => one.places.some((place) => told[place]!.entitlements.length > one.entitlements.length))
    .map((one) => ({ attribute, places: one.places, entitlements: one.entitlements.sort((a, b) => a - b) }))
    .sort(
      (a, b) =>
        b.places.length * b.entitlements.length - a.places.length * a.entitlements.length ||
        a.entitlements[0]! - b.entitlements[0]!,
    )
    .slice(0, mostStories)
}

/** The number of entitlements that each suggestion keeps beside the stories. */
function leftBy(told: readonly Priced[], stories: readonly SharedStory[]): ReadonlyMap<number, number> {
  const left = new Map<number, number>()
  for (const { places, entitlements } of stories) {
    for (const place of places)
      left.set(place, (left.get(place) ?? told[place]!.entitlements.length) - entitlements.length)
  }
  return left
}

/** The bits that one story saves when all other stories are made too. */
function savedBy(
  told: readonly Priced[],
  left: ReadonlyMap<number, number>,
  { attribute, places, entitlements }: SharedStory,
  prices: Prices,
): number {
  const named = (places.length - 1) * entitlements.length * prices.entitlement
  const gone = places.reduce((sum, place) => sum + (left.get(place) === 0 ? told[place]!.price : 0), 0)
  return named + gone - told[places[0]!]!.price - (places.length - 1) * prices.value(attribute)
}
