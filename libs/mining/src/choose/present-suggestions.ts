import type { CohortFilter, CohortSuggestion } from '../cohort-result.ts'
import type { CountedCombination } from '../counted-combination.ts'
import type { PopulationGraph } from '../population.ts'
import type { Snapshot } from '../snapshot.ts'
import { entitlementFigures, inOrderOfCoverage, meanFigures } from '../suggestion-figures.ts'
import type { Chosen } from './addition.ts'
import { countHolders } from './count-holders.ts'
import { joinedPlaces, joinSuggestions, type Told } from './join-values.ts'

/** Of the chosen cohorts, those that differ in one value alone are one suggestion. In the order of choice, no more than `most`. */
export function presentSuggestions(
  snapshot: Snapshot,
  graph: PopulationGraph,
  chosen: readonly Chosen[],
  most: number,
): { readonly suggestions: readonly CohortSuggestion[]; readonly beyondMost: number } {
  const listed = joinedPlaces(chosen.map((choice) => toldOf(graph, choice)))
  // Worth only falls from choice to choice, so what comes after the cap of all populations together can never return.
  const kept = listed.slice(0, most)
  const parts = kept.flatMap(({ places }) => places.map((place) => chosen[place]!))
  const holders = countHolders(graph, parts)
  const suggestions = parts.map((choice, i) =>
    suggestionOf(snapshot, graph, choice, holders.inside[i]!, holders.outside[i]!),
  )
  let next = 0
  return {
    suggestions: kept.map(({ places, attribute }) => {
      const own = suggestions.slice(next, next + places.length)
      next += places.length
      return attribute === undefined ? own[0]! : joinSuggestions(own, attribute)
    }),
    beyondMost: listed.length - kept.length,
  }
}

/** Values by their numbers in the graph. Where somebody has two values of a list, which takes two columns, it never differs alone. */
function toldOf({ attributes, kept }: PopulationGraph, { candidate, addition }: Chosen): Told {
  const { combination, groups, cellEntitlement } = candidate.counted
  const member = groups.members[groups.offset[candidate.group]!]!
  return {
    entitlements: addition.cells.map((cell) => kept[cellEntitlement[cell]!]!).sort((a, b) => a - b),
    /** Made where it is asked for: of most, nobody does. */
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

/** Each filter lists all spellings of its value, so that whoever compares exactly finds the same people. */
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
