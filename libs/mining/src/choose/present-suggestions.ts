import type { CohortFilter, CohortSuggestion } from '../cohort-result.ts'
import type { CohortMiningSettings } from '../cohort-settings.ts'
import type { CountedCombination } from '../counted-combination.ts'
import type { PopulationGraph } from '../population.ts'
import type { Snapshot } from '../snapshot.ts'
import { entitlementFigures, inOrderOfCoverage, meanFigures } from '../suggestion-figures.ts'
import type { Chosen } from './addition.ts'
import { countHolders } from './count-holders.ts'
import { joinedPlaces, joinSuggestions } from './join-values.ts'
import { type Listed, partOf } from './listed.ts'
import { retoldByLists } from './retell-by-lists.ts'
import type { Savings } from './savings.ts'
import { type Priced, sharedStories } from './shared-by-values.ts'

/**
 * Makes suggestions of the chosen cohorts, in the order of choice, at most `maxSuggestions`. Cohorts with the same entitlements that differ
 * only in one value become one suggestion. The entitlements that some of these cohorts share become one suggestion too.
 */
export function presentSuggestions(
  snapshot: Snapshot,
  graph: PopulationGraph,
  chosen: readonly Chosen[],
  savings: Savings,
  counted: readonly CountedCombination[],
  settings: CohortMiningSettings,
): { readonly suggestions: readonly CohortSuggestion[]; readonly beyondMost: number } {
  const most = settings.maxSuggestions
  // Worth only falls from one to the next, so what comes after the cap of all populations together can never return.
  const listed = retoldByLists(
    snapshot,
    graph,
    counted,
    inParts(graph, chosen, savings, settings.minEntitlements),
    savings,
    settings,
  )
  const kept = listed.slice(0, most)
  const parts = kept.flatMap((one) => one.parts)
  const holders = countHolders(graph, parts)
  const suggestions = parts.map((choice, i) =>
    suggestionOf(snapshot, graph, choice, holders.inside[i]!, holders.outside[i]!),
  )
  let next = 0
  return {
    suggestions: kept.map(({ parts: { length }, attribute }) => {
      const own = suggestions.slice(next, next + length)
      next += length
      return attribute === undefined ? own[0]! : joinSuggestions(own, attribute)
    }),
    beyondMost: listed.length - kept.length,
  }
}

function inParts(
  graph: PopulationGraph,
  chosen: readonly Chosen[],
  savings: Savings,
  fewest: number,
): readonly Listed[] {
  const { price } = savings
  const told = chosen.map((choice) => toldOf(graph, choice, savings.ofCohort(choice.candidate.counted)))
  const shared = sharedStories(told, {
    entitlement: price.entitlement,
    value: (attribute) => price.value(graph.attributes.findIndex(({ key }) => key === attribute)),
    fewest: Math.max(2, fewest),
  })
  const away = new Map<number, Set<number>>()
  for (const { places, entitlements } of shared) {
    for (const place of places) {
      const own = away.get(place) ?? new Set()
      for (const one of entitlements) own.add(one)
      away.set(place, own)
    }
  }
  const left = [...chosen.entries()].flatMap(([place, choice]) => {
    const gone = away.get(place)
    const own = gone === undefined ? choice : partOf(graph, choice, (one) => !gone.has(one))
    if (own.addition.cells.length === 0) return []
    const of = gone === undefined ? told[place]! : toldOf(graph, own, 0)
    return [{ told: of, parts: [own], places: [place], attribute: undefined }]
  })
  const stories = shared.map(({ attribute, places, entitlements }) => {
    const isShared = new Set(entitlements)
    const parts = places.map((place) => partOf(graph, chosen[place]!, (one) => isShared.has(one)))
    return { told: { entitlements, butFor: [] }, parts, places, attribute }
  })
  // In the order of choice, so that each grant is explained by the first suggestion that tells it; nothing is joined past it.
  const pieces = [...stories, ...left].sort((a, b) => a.places[0]! - b.places[0]!)
  const listed = joinedPlaces(pieces.map((piece) => piece.told)).map(({ places, attribute }) => ({
    parts: places.flatMap((at) => pieces[at]!.parts),
    places: places.flatMap((at) => pieces[at]!.places),
    attribute: attribute ?? pieces[places[0]!]!.attribute,
  }))
  return shared.length === 0 ? listed : oncePerCohort(graph, chosen, listed)
}

/** A story and the joined rest of the same values are about the same cohort, so they become one suggestion. */
function oncePerCohort(
  graph: PopulationGraph,
  chosen: readonly Chosen[],
  listed: readonly Listed[],
): readonly Listed[] {
  return [...Map.groupBy(listed, ({ places }) => places.join()).values()].map((same) => {
    const [first, ...others] = same
    if (others.length === 0) return first!
    const isTold = new Set(same.flatMap(({ parts }) => toldOf(graph, parts[0]!, 0).entitlements))
    return { ...first!, parts: first!.places.map((place) => partOf(graph, chosen[place]!, (one) => isTold.has(one))) }
  })
}

/** Describes values by their numbers in the graph. A list attribute has several columns, so it is never the only difference. */
function toldOf({ attributes, kept }: PopulationGraph, { candidate, addition }: Chosen, price: number): Priced {
  const { combination, groups, cellEntitlement } = candidate.counted
  const member = groups.members[groups.offset[candidate.group]!]!
  return {
    price,
    entitlements: addition.cells.map((cell) => kept[cellEntitlement[cell]!]!).sort((a, b) => a - b),
    /** Computed on demand, because most are never read. */
    get butFor() {
      const terms = combination.map((position) => `${position}=${attributes[position]!.column[member]}`)
      return combination.flatMap((position, i) => {
        const { key } = attributes[position]!
        if (attributes.some((one, other) => other !== position && one.key === key)) return []
        return [{ attribute: key, others: terms.map((term, j) => (j === i ? position : term)).join() }]
      })
    },
  }
}

function suggestionOf(
  snapshot: Snapshot,
  graph: PopulationGraph,
  { candidate, addition }: Chosen,
  usersWithAll: number,
  outsideWithAll: number,
): CohortSuggestion {
  const { counted, group } = candidate
  const { groups, cellEntitlement, cellCount } = counted
  const cohortSize = groups.offset[group + 1]! - groups.offset[group]!
  const outsideSize = graph.persons.length - cohortSize
  const entitlements = inOrderOfCoverage(
    addition.cells.map((cell, i) => {
      const grantedCount = cellCount[cell]!
      const counts = {
        entitlement: graph.kept[cellEntitlement[cell]!]!,
        grantedCount,
        outsideCount: graph.holders[cellEntitlement[cell]!]! - grantedCount,
        explainedCount: addition.newHolders[i]!,
      }
      return entitlementFigures(counts, cohortSize, outsideSize)
    }),
  )
  return {
    population: graph.population,
    filters: filtersOf(snapshot, graph, counted, groups.members[groups.offset[group]!]!),
    cohortSize,
    outsideSize,
    entitlements,
    usersWithAll,
    outsideWithAll,
    ...meanFigures(entitlements),
    explainedGrants: addition.explained,
    score: addition.worth,
  }
}

/** Each filter lists all spellings of its value, so that an exact comparison finds the same people. */
function filtersOf(
  snapshot: Snapshot,
  graph: PopulationGraph,
  { combination }: CountedCombination,
  member: number,
): CohortFilter[] {
  return combination.map((position) => {
    const { index, key, column, spellingOffset, spelling } = graph.attributes[position]!
    const value = column[member]!
    const { values } = snapshot.attributes[index]!
    const spellings = spelling.subarray(spellingOffset[value], spellingOffset[value + 1])
    return { attribute: key, values: Array.from(spellings, (raw) => values[raw]!.trim()) }
  })
}
