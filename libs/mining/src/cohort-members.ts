import type { CohortFilter } from './cohort-result.ts'
import type { Population } from './cohort-settings.ts'
import { MiningError } from './mining-error.ts'
import { isOfPopulation } from './population.ts'
import type { ValueLists } from './snapshot.ts'
import { identityStatuses, type Snapshot } from './snapshot.ts'

/**
 * Ordinals, ascending, of the enabled identities of a population (default: people) that match all filters. A value matches when it equals
 * one of the filter's values after both are trimmed; for a list, one matching value is enough. Without filters all identities match. A
 * filter without values matches none. Throws `bad_query`, with the known attributes, for an attribute that the snapshot does not have.
 */
export function cohortMembers(
  snapshot: Snapshot,
  filters: readonly CohortFilter[],
  options: { readonly population?: Population } = {},
): Uint32Array {
  const population = options.population ?? 'people'
  const tests = testsOf(snapshot, filters)
  const found = new Uint32Array(snapshot.identityCount)
  let count = 0
  for (let i = 0; i < snapshot.identityCount; i++) {
    if (snapshot.identityStatus[i] !== identityStatuses.enabled) continue
    if (!isOfPopulation(snapshot.identityType[i]!, population)) continue
    let isMember = true
    for (let t = 0; t < tests.length && isMember; t++) isMember = tests[t]!(i)
    if (isMember) found[count++] = i
  }
  return found.slice(0, count)
}

/** Those of the identities that match all filters, without a look at others. Throws as `cohortMembers`. */
export function membersAmong(
  snapshot: Snapshot,
  identities: Uint32Array,
  filters: readonly CohortFilter[],
): Uint32Array {
  const tests = testsOf(snapshot, filters)
  return identities.filter((identity) => tests.every((matches) => matches(identity)))
}

/** For each filter, whether an identity matches it. */
function testsOf(snapshot: Snapshot, filters: readonly CohortFilter[]): ((identity: number) => boolean)[] {
  return filters.map((filter, i) => {
    const attribute = snapshot.attributes.find((a) => a.key === filter.attribute)
    if (attribute === undefined) {
      const known = snapshot.attributes.map((a) => a.key).join(', ')
      throw new MiningError('bad_query', `filters[${i}].attribute`, `one of ${known}`, JSON.stringify(filter.attribute))
    }
    const wanted = new Set(filter.values.map((value) => value.trim()))
    const matches = Uint8Array.from(attribute.values, (value) => (wanted.has(value.trim()) ? 1 : 0))
    return attribute.lists === undefined
      ? matchesOfColumn(attribute.column, matches)
      : matchesOfLists(attribute.lists, matches)
  })
}

function matchesOfColumn(column: Int32Array, matches: Uint8Array): (identity: number) => boolean {
  return (identity) => column[identity]! >= 0 && matches[column[identity]!] === 1
}

function matchesOfLists({ offset, value }: ValueLists, matches: Uint8Array): (identity: number) => boolean {
  return (identity) => {
    for (let at = offset[identity]!; at < offset[identity + 1]!; at++) if (matches[value[at]!] === 1) return true
    return false
  }
}
