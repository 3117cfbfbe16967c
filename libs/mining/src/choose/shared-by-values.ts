import type { Told } from './join-values.ts'

/** More than so many values are no name for a cohort, and a rule has to list them. */
const mostValues = 32

/** A chosen suggestion, and what it costs to say it. */
export interface Priced extends Told {
  /** Bits for a cohort of these filters. */
  readonly price: number
}

/** What several suggestions that differ in one value have in common, and is said of all their values at once. */
interface SharedStory {
  readonly attribute: string
  /** In the order of choice. */
  readonly places: readonly number[]
  readonly entitlements: readonly number[]
}

interface Prices {
  /** For naming one entitlement. */
  readonly entitlement: number
  /** For one more value of an attribute. */
  readonly value: (attribute: string) => number
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
 * Where access grows from level to level, the suggestion of each level repeats what the levels below it have. Of suggestions whose
 * filters differ in the value of one attribute alone, of which nobody has two, each entitlement is given by some set of values; those of the same set
 * are said once, with all these values, where that takes fewer bits: entitlements that are named once instead of again and again,
 * and cohorts that need not be named any more, against one more cohort with more values. There are no more suggestions than before, since each
 * is one more to be read. Nothing else that was chosen between them may tell these
 * entitlements, and what is left to a suggestion is nothing, or enough for one.
 *
 * What is equal as a whole is left to `joinedPlaces`, which asks for no bits.
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

/** Per entitlement the places that tell it, ascending. */
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

/** Suggestions that differ in the value of one attribute, of those that share enough with any others. */
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

/** For each set of values that gives some entitlements, in the order of the first one. Sets that are all that their suggestions tell are left out. */
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
}

/** How many entitlements each suggestion still has to tell by itself. */
function leftBy(told: readonly Priced[], stories: readonly SharedStory[]): ReadonlyMap<number, number> {
  const left = new Map<number, number>()
  for (const { places, entitlements } of stories) {
    for (const place of places)
      left.set(place, (left.get(place) ?? told[place]!.entitlements.length) - entitlements.length)
  }
  return left
}

/** Bits that are saved by one of the stories, the others being told. */
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
