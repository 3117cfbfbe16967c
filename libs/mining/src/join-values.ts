import type { CohortSuggestion } from './cohort-result.ts'
import { entitlementFigures, inOrderOfCoverage, meanFigures } from './suggestion-figures.ts'

/** More than so many values are no name for a cohort, and a rule has to list them. */
const mostJoined = 32

/**
 * Says as one what differs in one value alone: the leads of a unit, of three levels, are one role and not three. Joined are
 * suggestions of one population with the same entitlements and the same filters but for the value of one attribute, of which
 * each person has one value: the largest group first, of equals the one that was chosen first. The filter then lists the values
 * in the order of choice, at most 32. Place and score are those of the first, so that the order of choice stays; therefore
 * nothing else that was chosen between them tells any of their entitlements, or who comes after it stays apart.
 *
 * @param suggestions in the order of choice
 * @param isList whether a person may have several values of an attribute
 */
export function joinValues(
  suggestions: readonly CohortSuggestion[],
  isList: (attribute: string) => boolean,
): readonly CohortSuggestion[] {
  const alike = new Map<string, number[]>()
  for (const [at, suggestion] of suggestions.entries()) {
    const entitlements = suggestion.entitlements.map((one) => one.entitlement).sort((a, b) => a - b)
    for (const { attribute } of suggestion.filters) {
      if (isList(attribute)) continue
      const others = suggestion.filters.filter((filter) => filter.attribute !== attribute)
      const key = JSON.stringify([suggestion.population, entitlements, attribute, others])
      const known = alike.get(key)
      if (known === undefined) alike.set(key, [at])
      else known.push(at)
    }
  }
  const isTaken = new Set<number>()
  const joined = new Map<number, CohortSuggestion>()
  for (const [key, group] of [...alike].sort(([, a], [, b]) => b.length - a.length || a[0] - b[0])) {
    const left = untilToldBetween(suggestions, group).filter((at) => !isTaken.has(at))
    if (left.length < 2) continue
    const [, , attribute] = JSON.parse(key) as [unknown, unknown, string]
    for (const at of left) isTaken.add(at)
    joined.set(
      left[0],
      joinOf(
        left.map((at) => suggestions[at]),
        attribute,
      ),
    )
  }
  return suggestions.flatMap((suggestion, at) => joined.get(at) ?? (isTaken.has(at) ? [] : [suggestion]))
}

/** The first of a group, up to where something else tells one of their entitlements before the next one was chosen. */
function untilToldBetween(suggestions: readonly CohortSuggestion[], group: readonly number[]): readonly number[] {
  const own = new Set(suggestions[group[0]].entitlements.map((one) => one.entitlement))
  const isPart = new Set(group)
  const most = Math.min(group.length, mostJoined)
  for (let part = 1; part < most; part++) {
    for (let at = group[part - 1] + 1; at < group[part]; at++) {
      if (!isPart.has(at) && suggestions[at].entitlements.some((one) => own.has(one.entitlement))) {
        return group.slice(0, part)
      }
    }
  }
  return group.slice(0, most)
}

/** Their people have nobody in common, so what is counted adds up; who holds what at all stays the same. */
function joinOf(parts: readonly CohortSuggestion[], attribute: string): CohortSuggestion {
  const [first] = parts
  const sum = (read: (part: CohortSuggestion) => number) => parts.reduce((total, part) => total + read(part), 0)
  const cohortSize = sum((part) => part.cohortSize)
  const outsideSize = first.cohortSize + first.outsideSize - cohortSize
  const usersWithAll = sum((part) => part.usersWithAll)
  const entitlements = inOrderOfCoverage(
    first.entitlements.map((one) => {
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
    population: first.population,
    filters: first.filters.map((filter) => ({
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
    outsideWithAll: first.usersWithAll + first.outsideWithAll - usersWithAll,
    ...meanFigures(entitlements),
    explainedGrants: sum((part) => part.explainedGrants),
    score: first.score,
  }
}
