import { createHash } from 'node:crypto'
import {
  builtInAttributes,
  type EntitlementReference,
  entitlementKeys,
  isInForce,
  type ListedIdentity,
  listedIdentities,
} from '@assay/directory'
import { itemAt, notFound } from '@assay/errors'
import { cohortMembers, membersAmong, ordinalsOf, type Snapshot } from '@assay/mining'
import { type AccessScope, checkAccessScope } from '@assay/profiles'
import type { TenantSql } from '@assay/store'
import { holdersWithin, resolveScope, type ScopeOrdinal } from './access-scope.ts'
import { type CohortFilter, checkFilters } from './cohort-filters.ts'
import { findCustomAnalysis } from './custom-analyses.ts'
import { knownCohort, rememberCohort } from './known-cohorts.ts'
import type { LoadedSnapshot } from './loaded-snapshot.ts'
import { hasSuggestedCohort, suggestedCohort } from './suggestions.ts'

/** A description of people: they match all filters, and they have access within the scope. */
interface Cohort {
  readonly filters: readonly CohortFilter[]
  readonly accessScope?: AccessScope | undefined
}

/** The key of the identity at the end of a page. Keys never change, so pages are consistent whatever is imported in between. */
export type CohortPosition = readonly [identityKey: number]

interface CohortPageRequest {
  readonly size: number
  readonly after?: CohortPosition | undefined
}

interface CohortPage {
  /** In the order in which the directory first saw them. */
  readonly identities: readonly ListedIdentity[]
  /** The total over all pages; only with the first page. */
  readonly totalCount: number | undefined
  readonly last: CohortPosition | undefined
  /** For each identity, the number of selected entitlements that it is assigned; empty when none is selected. */
  readonly coveredCounts: readonly number[]
}

/**
 * One page of the enabled people who are in a cohort now, by the import in force, and who match further conditions. Ends the transaction.
 * @param id the id of a suggestion or a custom analysis, which describes the cohort
 * @param selected entitlements to count for each person; nobody holds unknown ones
 * @throws not_found; invalid_argument for filters or a scope of `within` that name what does not exist
 */
export async function searchCohort(
  sql: TenantSql,
  loaded: LoadedSnapshot | undefined,
  id: string,
  within: Cohort,
  page: CohortPageRequest,
  selected: readonly EntitlementReference[] = [],
): Promise<CohortPage> {
  const suggested = await suggestedCohort(sql, id)
  const cohort = suggested === undefined ? await findCustomAnalysis(sql, id) : { filters: suggested }
  if (cohort === undefined) throw notFound('suggestion', id)
  const snapshot = loaded?.snapshot
  const narrower = { ...within, filters: checkFilters('cohort_filters', within.filters, attributesOf(snapshot)) }
  if (within.accessScope !== undefined) await checkAccessScope(sql, 'access_scope', within.accessScope)
  if (snapshot === undefined) return { identities: [], totalCount: 0, last: undefined, coveredCounts: [] }
  if (suggested !== undefined) rememberCohort(snapshot, id, suggested)
  const { shown, keys, ...ends } = pageOf(snapshot, await peopleWithin(sql, snapshot, [cohort, narrower]), page)
  const coveredCounts =
    selected.length === 0 ? [] : countAssigned(snapshot, shown, await entitlementKeys(sql, selected))
  return { identities: await listedIdentities(sql, keys), ...ends, coveredCounts }
}

/**
 * `searchCohort` by one query, for a suggestion whose cohort was requested on this snapshot before. The query finds people only if the
 * snapshot is in force and the suggestion has the same filters as then.
 * @returns undefined when only `searchCohort` can tell: also for a cohort by access, selected entitlements, refused filters, or a page
 * without people
 */
export async function searchKnownCohort(
  sql: TenantSql,
  { version, snapshot }: LoadedSnapshot,
  id: string,
  within: Cohort,
  page: CohortPageRequest,
  selected: readonly EntitlementReference[],
): Promise<CohortPage | undefined> {
  if (selected.length > 0 || within.accessScope !== undefined) return undefined
  const suggested = knownCohort(snapshot, id)
  const narrower = suggested && acceptedFilters(snapshot, within.filters)
  if (suggested === undefined || narrower === undefined) return undefined
  const { keys, totalCount, last } = pageOf(snapshot, peopleNarrowed(snapshot, suggested, narrower), page)
  const condition = sql`${isInForce(sql, version)} and ${hasSuggestedCohort(sql, id, suggested)}`
  const identities = await listedIdentities(sql, keys, condition)
  return identities.length === 0 ? undefined : { identities, totalCount, last, coveredCounts: [] }
}

/** The filters in stored form; undefined when they are refused on this snapshot. Another one, which has further attributes, may be in force. */
function acceptedFilters(snapshot: Snapshot, filters: readonly CohortFilter[]): CohortFilter[] | undefined {
  try {
    return checkFilters('cohort_filters', filters, attributesOf(snapshot))
  } catch {
    return undefined
  }
}

function attributesOf(snapshot: Snapshot | undefined): readonly string[] {
  return snapshot?.attributes.map(({ key }) => key) ?? builtInAttributes
}

function pageOf(snapshot: Snapshot, people: Uint32Array, { size, after }: CohortPageRequest) {
  const start = after === undefined ? 0 : placeAfter(snapshot, people, after[0])
  const shown = people.subarray(start, start + size)
  const keys = Array.from(shown, (person) => itemAt(snapshot.identityKey, person))
  const end = start + size < people.length ? keys.at(-1) : undefined
  const last: CohortPosition | undefined = end === undefined ? undefined : [end]
  return { shown, keys, totalCount: after === undefined ? people.length : undefined, last }
}

function countAssigned(
  { entitlementKey, rowOffset, rowEntitlement }: Snapshot,
  people: Uint32Array,
  keys: readonly (number | undefined)[],
): number[] {
  const known = keys.filter((key) => key !== undefined)
  const wanted = new Set(ordinalsOf(entitlementKey, known).ordinals)
  return Array.from(people, (person) => {
    let count = 0
    for (let at = itemAt(rowOffset, person); at < itemAt(rowOffset, person + 1); at++)
      if (wanted.has(itemAt(rowEntitlement, at))) count++
    return count
  })
}

/** Ordinals, ascending, of the enabled people who are in all of the cohorts. */
export async function peopleWithin(
  sql: TenantSql,
  snapshot: Snapshot,
  cohorts: readonly Cohort[],
): Promise<Uint32Array> {
  const filters = cohorts.flatMap((cohort) => cohort.filters)
  const scopes: ScopeOrdinal[] = []
  for (const { accessScope } of cohorts)
    if (accessScope !== undefined) scopes.push(await resolveScope(sql, accessScope, snapshot))
  return peopleMatching(snapshot, filters, scopes)
}

/** Ordinals, ascending, of the enabled people who match all filters and have access within the scopes. It needs no database query. */
export function peopleMatching(
  snapshot: Snapshot,
  filters: readonly CohortFilter[],
  scopes: readonly ScopeOrdinal[] = [],
): Uint32Array {
  return rememberedPeople(snapshot, filters, scopes, () => {
    // The cohort may have an attribute that the import in force no longer has.
    const isMissing = filters.some(({ attribute }) => snapshot.attributes.every(({ key }) => key !== attribute))
    const people = isMissing ? new Uint32Array(0) : cohortMembers(snapshot, filters)
    return scopes.reduce((within, scope) => holdersWithin(snapshot, within, scope), people)
  })
}

/** The people of a cohort who match further filters. Those of the cohort are often cached, and then nobody else is looked at. */
function peopleNarrowed(
  snapshot: Snapshot,
  filters: readonly CohortFilter[],
  narrower: readonly CohortFilter[],
): Uint32Array {
  if (narrower.length === 0) return peopleMatching(snapshot, filters)
  return rememberedPeople(snapshot, [...filters, ...narrower], [], () =>
    membersAmong(snapshot, peopleMatching(snapshot, filters), narrower),
  )
}

/** 8 MB for each snapshot, or one cohort. */
const mostRememberedPeople = 2 * 1024 * 1024
const mostRememberedCohorts = 256
const longestKey = 500

/** Garbage collected with their snapshots; the cohorts of a snapshot are in the order of their last use. */
const remembered = new WeakMap<Snapshot, Map<string, Uint32Array>>()

/**
 * The people of a cohort, cached: a client that pages through a cohort needs the same people for each page, and finding them among 100,000
 * takes 3 ms.
 */
function rememberedPeople(
  snapshot: Snapshot,
  filters: readonly CohortFilter[],
  scopes: readonly ScopeOrdinal[],
  find: () => Uint32Array,
): Uint32Array {
  const text = JSON.stringify([filters, scopes])
  // Hashed if it is long, because filters may name thousands of values. A hash has 44 characters, and a text does not begin like one.
  const key = text.length <= longestKey ? text : createHash('sha256').update(text).digest('base64')
  const cohorts = remembered.get(snapshot) ?? new Map<string, Uint32Array>()
  remembered.set(snapshot, cohorts)
  const kept = cohorts.get(key)
  const people = kept ?? find()
  cohorts.delete(key)
  cohorts.set(key, people)
  if (kept !== undefined) return kept
  let count = 0
  for (const { length } of cohorts.values()) count += length
  for (const [oldest, { length }] of cohorts) {
    if (count <= mostRememberedPeople && cohorts.size <= mostRememberedCohorts) break
    if (oldest === key) break
    cohorts.delete(oldest)
    count -= length
  }
  return people
}

/** The number of people whose key is at most this one; keys ascend with ordinals. */
export function placeAfter(snapshot: Snapshot, people: Uint32Array, key: number): number {
  let low = 0
  let high = people.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (itemAt(snapshot.identityKey, itemAt(people, middle)) <= key) low = middle + 1
    else high = middle
  }
  return low
}
