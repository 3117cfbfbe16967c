import { builtInAttributes, type Identity, identitiesByKey } from '@assay/directory'
import { notFound } from '@assay/errors'
import { cohortMembers, type Snapshot } from '@assay/mining'
import { type AccessScope, checkAccessScope } from '@assay/profiles'
import type { TenantSql } from '@assay/store'
import { holdersWithin, resolveScope } from './access-scope.ts'
import { type CohortFilter, checkFilters } from './cohort-filters.ts'
import { findCustomAnalysis } from './custom-analyses.ts'
import type { LoadedSnapshot } from './snapshot-cache.ts'
import { suggestedCohort } from './suggestions.ts'

/** A description of people: all filters hold, and they hold what the scope names. */
export interface Cohort {
  readonly filters: readonly CohortFilter[]
  readonly accessScope?: AccessScope | undefined
}

/** The key of the identity that a page ends with. Keys never change, so pages fit together whatever is imported meanwhile. */
export type CohortPosition = readonly [identityKey: number]

export interface CohortPage {
  /** In the order in which the directory first saw them. */
  readonly identities: readonly Identity[]
  /** Over all pages; with the first page only. */
  readonly totalCount: number | undefined
  readonly last: CohortPosition | undefined
}

/** What may lie behind the id that a cohort is asked for by: each gives undefined for an id that is not one of its own. */
const cohortSources: readonly ((sql: TenantSql, id: string) => Promise<Cohort | undefined>)[] = [
  async (sql, id) => {
    const filters = await suggestedCohort(sql, id)
    return filters && { filters }
  },
  findCustomAnalysis,
]

/**
 * One page of the enabled people who are in a cohort now, by the import in force, and within further conditions.
 * @param id of what describes the cohort: a suggestion or a custom analysis
 * @throws not_found; invalid_argument for filters or a scope of `within` that name what does not exist
 */
export async function searchCohort(
  sql: TenantSql,
  loaded: LoadedSnapshot | undefined,
  id: string,
  within: Cohort,
  page: { readonly size: number; readonly after?: CohortPosition | undefined },
): Promise<CohortPage> {
  const cohort = await cohortById(sql, id)
  const snapshot = loaded?.snapshot
  const known = snapshot?.attributes.map(({ key }) => key) ?? builtInAttributes
  const narrower = { ...within, filters: checkFilters('profile_filters', within.filters, known) }
  if (within.accessScope !== undefined) await checkAccessScope(sql, 'access_scope', within.accessScope)
  if (snapshot === undefined) return { identities: [], totalCount: 0, last: undefined }
  const people = await peopleWithin(sql, snapshot, [cohort, narrower])
  const { after } = page
  const start = after === undefined ? 0 : placeAfter(snapshot, people, after[0])
  const keys = Array.from(people.subarray(start, start + page.size), (person) => snapshot.identityKey[person])
  const end = start + page.size < people.length ? keys.at(-1) : undefined
  return {
    identities: await identitiesByKey(sql, keys),
    totalCount: after === undefined ? people.length : undefined,
    last: end === undefined ? undefined : [end],
  }
}

async function cohortById(sql: TenantSql, id: string): Promise<Cohort> {
  for (const source of cohortSources) {
    const cohort = await source(sql, id)
    if (cohort !== undefined) return cohort
  }
  throw notFound('suggestion', id)
}

/** Ordinals, ascending, of the enabled people who are in every one of the cohorts. */
export async function peopleWithin(
  sql: TenantSql,
  snapshot: Snapshot,
  cohorts: readonly Cohort[],
): Promise<Uint32Array> {
  const filters = cohorts.flatMap((cohort) => cohort.filters)
  // An attribute that was there when the cohort was found, and that the import in force no longer has.
  const isMissing = filters.some(({ attribute }) => snapshot.attributes.every(({ key }) => key !== attribute))
  let people = isMissing ? new Uint32Array(0) : cohortMembers(snapshot, filters)
  for (const { accessScope } of cohorts) {
    if (accessScope === undefined) continue
    people = holdersWithin(snapshot, people, await resolveScope(sql, accessScope, snapshot))
  }
  return people
}

/** How many of the people have a key up to this one; keys ascend with ordinals. */
function placeAfter(snapshot: Snapshot, people: Uint32Array, key: number): number {
  let low = 0
  let high = people.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (snapshot.identityKey[people[middle]] <= key) low = middle + 1
    else high = middle
  }
  return low
}
