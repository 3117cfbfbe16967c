import type { CohortFilter } from './cohort-result.ts'
import type { Population } from './cohort-settings.ts'
import { MiningError } from './mining-error.ts'
import { isOfPopulation } from './population.ts'
import { identityStatuses, type Snapshot } from './snapshot.ts'

/**
 * Ordinals, ascending, of the enabled identities of a population (people unless told otherwise) that match all filters:
 * a value matches when it equals one of the filter's values after both are trimmed. No filter selects everyone, a filter
 * without values nobody. Throws `bad_query` for an attribute that the snapshot does not have, naming those it has.
 */
export function cohortMembers(
  snapshot: Snapshot,
  filters: readonly CohortFilter[],
  options: { readonly population?: Population } = {},
): Uint32Array {
  const population = options.population ?? 'people'
  const tests = filters.map((filter, i) => {
    const attribute = snapshot.attributes.find((a) => a.key === filter.attribute)
    if (attribute === undefined) {
      const known = snapshot.attributes.map((a) => a.key).join(', ')
      throw new MiningError('bad_query', `filters[${i}].attribute`, `one of ${known}`, JSON.stringify(filter.attribute))
    }
    const wanted = new Set(filter.values.map((value) => value.trim()))
    const matches = Uint8Array.from(attribute.values, (value) => (wanted.has(value.trim()) ? 1 : 0))
    return { column: attribute.column, matches }
  })
  const found = new Uint32Array(snapshot.identityCount)
  let count = 0
  for (let i = 0; i < snapshot.identityCount; i++) {
    if (snapshot.identityStatus[i] !== identityStatuses.enabled) continue
    if (!isOfPopulation(snapshot.identityType[i], population)) continue
    let isMember = true
    for (let t = 0; t < tests.length && isMember; t++) {
      const value = tests[t].column[i]
      isMember = value >= 0 && tests[t].matches[value] === 1
    }
    if (isMember) found[count++] = i
  }
  return found.slice(0, count)
}
