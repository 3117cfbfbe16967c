import { importInForce } from '@assay/directory'
import { invalidArgument, notFound } from '@assay/errors'
import type { NewEntry } from '@assay/ledger'
import type { StoredLeftOut } from '@assay/policies'
import { profileRelation } from '@assay/profiles'
import { asJson, askLast, type Fragment, isUuid, serverHistory, type TenantSql } from '@assay/store'
import type { CohortFilter } from './cohort-filters.ts'

export type SuggestionState = 'new' | 'dismissed' | 'accepted'

/** An entitlement of a suggestion; `key` is its number in the directory. */
export interface SuggestedEntitlement {
  readonly key: number
  /** People of the cohort who hold it. */
  readonly grantedCount: number
  /** grantedCount / cohort size, 0 to 1. */
  readonly coverage: number
}

/** An access profile that overlaps with a suggestion. */
export interface ProfileOverlap {
  readonly profileId: string
  readonly displayName: string
  readonly type: 'exact' | 'superset' | 'partial'
  /** Share of the suggested entitlements that the profile holds, 0 to 1. */
  readonly overlapRatio: number
  /** Keys of entitlements that are suggested but not in the profile. */
  readonly missing: readonly number[]
}

/** A result of a run: a suggestion without its state and its times. */
export interface Finding {
  readonly id: string
  readonly suggestedName: string
  readonly description: string
  readonly cohortFilters: readonly CohortFilter[]
  readonly cohortSize: number
  readonly entitlements: readonly SuggestedEntitlement[]
  readonly usersWithAll: number
  readonly avgCoverage: number
  readonly confidence: number
  readonly insights: readonly string[]
  readonly profileMatches: readonly ProfileOverlap[]
  /** The entitlements that policies removed from it, in the order of the policies. */
  readonly leftOut: readonly StoredLeftOut[]
}

/** A mined role and the decisions of people about it. */
export interface Suggestion extends Finding {
  readonly runId: string
  readonly state: SuggestionState
  readonly createdProfileId: string | null
  /** The import to which its figures belong; null when an earlier version found it that did not store the import. */
  readonly importId: number | null
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly lastGeneratedAt: Date
}

interface SuggestionRow {
  id: string
  run_id: string
  state: SuggestionState
  suggested_name: string
  description: string
  cohort_filters: CohortFilter[]
  cohort_size: number
  entitlements: SuggestedEntitlement[]
  users_with_all: number
  avg_coverage: number
  confidence: number
  insights: string[]
  profile_matches: ProfileOverlap[]
  left_out: StoredLeftOut[]
  created_profile_id: string | null
  import_id: number | null
  created_at: Date
  updated_at: Date
  last_generated_at: Date
}

function toSuggestion(row: SuggestionRow): Suggestion {
  return {
    id: row.id,
    runId: row.run_id,
    state: row.state,
    suggestedName: row.suggested_name,
    description: row.description,
    cohortFilters: row.cohort_filters,
    cohortSize: row.cohort_size,
    entitlements: row.entitlements,
    usersWithAll: row.users_with_all,
    avgCoverage: row.avg_coverage,
    confidence: row.confidence,
    insights: row.insights,
    profileMatches: row.profile_matches,
    leftOut: row.left_out,
    createdProfileId: row.created_profile_id,
    importId: row.import_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lastGeneratedAt: row.last_generated_at,
  }
}

/**
 * Columns of a suggestion, without its earlier positions, which may be many. For a bounded reader, the columns contain nothing that was
 * measured with people outside the cohort, and no profile that the reader cannot see.
 */
function columns(sql: TenantSql) {
  const isBounded = sql`coalesce(current_setting('assay.reader_scope', true), '') <> ''`
  return sql`
    id, run_id, state, suggested_name, description, cohort_filters, cohort_size, entitlements, users_with_all, avg_coverage,
    left_out, created_profile_id, import_id, created_at, updated_at, last_generated_at,
    case when ${isBounded} then 0 else confidence end as confidence,
    case when ${isBounded} then '[]' else insights end as insights,
    case when ${isBounded} then coalesce((
      select jsonb_agg(found order by place) from jsonb_array_elements(profile_matches) with ordinality as matched (found, place)
      where (found ->> 'profileId')::uuid in (select profile.id from ${profileRelation(sql)} profile)), '[]')
      else profile_matches end as profile_matches`
}

/** @throws not_found when no suggestion has the id, or when the text is no UUID */
export async function getSuggestion(sql: TenantSql, id: string, lock = false): Promise<Suggestion> {
  const [row] = isUuid(id)
    ? await sql<SuggestionRow[]>`
        select ${columns(sql)} from role_mining_suggestions where id = ${id} ${lock ? sql`for update` : sql``}`
    : []
  if (row === undefined) throw notFound('suggestion', id)
  return toSuggestion(row)
}

/** The filters that define a suggestion's cohort; undefined when no suggestion has the id. */
export async function suggestedCohort(sql: TenantSql, id: string): Promise<readonly CohortFilter[] | undefined> {
  if (!isUuid(id)) return undefined
  const [row] = await sql<{ filters: CohortFilter[] }[]>`
    select cohort_filters as filters from role_mining_suggestions where id = ${id}`
  return row?.filters
}

/** A condition of a query: the suggestion exists, and these are the filters of its cohort. */
export function hasSuggestedCohort(sql: TenantSql, id: string, filters: readonly CohortFilter[]): Fragment {
  return sql`(select cohort_filters from role_mining_suggestions where id = ${id}) = ${asJson(sql, filters)}`
}

/**
 * The position at which a page of suggestions ends: the columns of its order, as they were when the first page was read. `seen` is
 * PostgreSQL's snapshot of transactions at that time (`pg_current_snapshot`), `begunAt` the time in seconds since 1970.
 */
export type SuggestionPosition = readonly [
  decided: number,
  confidence: number,
  id: string,
  seen: string,
  begunAt: number,
]

/** Earlier positions are stored for this time, see migration 0013. */
const turnedForSeconds = 3600

/** Conditions of a list of suggestions. A suggestion has to meet all; an empty condition accepts all. */
export interface SuggestionQuery {
  /** Empty for all states, without stale suggestions (see stale-suggestions.ts). */
  readonly states?: readonly SuggestionState[]
  /** Words or parts of words. Each has to occur in the name, the description or a value of a filter. */
  readonly text?: string
  /** Attributes; at least one of them has to be in the description of the cohort. */
  readonly cohortTypes?: readonly string[]
  /** The way in which an existing profile overlaps. */
  readonly matchTypes?: readonly ProfileOverlap['type'][]
}

/** The position of a suggestion in a list, without its content. */
export interface ListedSuggestion {
  readonly id: string
  readonly state: SuggestionState
  readonly confidence: number
  /** Changes with every change of the suggestion, and of the directory, which has its names. */
  readonly version: string
}

/**
 * NEW suggestions first, then by confidence from the highest, then by id. Later pages use the position that each suggestion had when the
 * first page was read, whatever was decided or returned again meanwhile: no suggestion comes twice, and none that stays is missed. Ends the
 * transaction.
 * @throws invalid_argument for a page of a list that was begun more than an hour ago
 */
export async function listSuggestions(
  sql: TenantSql,
  query: SuggestionQuery,
  page: { readonly size: number; readonly after?: SuggestionPosition | undefined },
): Promise<{ listed: ListedSuggestion[]; last: SuggestionPosition | undefined }> {
  const { states = [], text = '', cohortTypes = [], matchTypes = [] } = query
  const { after } = page
  const words = text.toLowerCase().split(/\s+/u).filter(Boolean)
  if (after !== undefined && after[4] < Date.now() / 1000 - turnedForSeconds) {
    throw invalidArgument(
      'page_token',
      'belongs to a list that was begun more than an hour ago; start again from the first page',
    )
  }
  const asked = sql<(ListedSuggestion & Place)[]>`
    select id, state, confidence, ${version(sql)} as version, place.decided, place.at, pg_current_snapshot()::text as seen
    from role_mining_suggestions suggestion cross join lateral (${after === undefined ? placeNow(sql) : placeThen(sql, after)}) place
    where true
      ${states.length === 0 ? sql`and not stale` : sql`and state = any(${[...states]})`}
      and not exists (select from unnest(${words}::text[]) as word where position(word in search_text) = 0)
      ${cohortTypes.length === 0 ? sql`` : sql`and exists (select from jsonb_array_elements(cohort_filters) as filter where filter->>'attribute' = any(${[...cohortTypes]}))`}
      ${matchTypes.length === 0 ? sql`` : sql`and exists (select from jsonb_array_elements(profile_matches) as found where found->>'type' = any(${[...matchTypes]}))`}
      ${after === undefined ? sql`` : sql`and (pg_visible_in_snapshot(inserted_by, ${after[3]}::pg_snapshot) or created_at < ${longBefore(sql, after)}) and (place.decided, -place.at, id) > (${after[0]}, ${-after[1]}::float8, ${after[2]}::uuid)`}
    order by ${after === undefined ? sql`state <> 'new', confidence desc, id` : sql`place.decided, place.at desc, id`}
    limit ${page.size + 1}`
  const rows = await askLast(sql, asked)
  const shown = rows.slice(0, page.size)
  const end = rows.length > page.size ? shown.at(-1) : undefined
  const [seen, begunAt] = after === undefined ? [end?.seen ?? '', Math.floor(Date.now() / 1000)] : [after[3], after[4]]
  return {
    listed: shown.map(({ decided: _, at: __, seen: ___, ...listed }) => listed),
    last: end && [end.decided, end.at, end.id, seen, begunAt],
  }
}

/** The position of a suggestion in the order of a list. */
interface Place {
  readonly decided: number
  /** Its confidence. */
  readonly at: number
  readonly seen: string
}

function placeNow(sql: TenantSql) {
  return sql`select (suggestion.state <> 'new')::integer as decided, suggestion.confidence as at`
}

/** The position before the first change that the first page did not show. */
function placeThen(sql: TenantSql, after: SuggestionPosition) {
  return sql`
    select coalesce((moved.entry ->> 'decided')::integer, (suggestion.state <> 'new')::integer) as decided,
      coalesce((moved.entry ->> 'confidence')::float8, suggestion.confidence) as at
    from (select) one left join lateral (
      select entry from jsonb_array_elements(suggestion.earlier_positions) with ordinality as earlier (entry, place)
      where not pg_visible_in_snapshot((entry ->> 'changedBy')::xid8, ${after[3]}::pg_snapshot)
        and to_timestamp((entry ->> 'at')::float8) >= ${longBefore(sql, after)}
      order by place limit 1
    ) as moved on true`
}

/** Older changes were certainly visible. A server that was restored from a backup counts its transactions from the beginning again. */
function longBefore(sql: TenantSql, [, , , , begunAt]: SuggestionPosition) {
  return sql`to_timestamp(${begunAt}::float8) - interval '10 minutes'`
}

/** Ends the transaction. @throws not_found when no suggestion has the id, or when the text is no UUID */
export async function listedSuggestion(sql: TenantSql, id: string): Promise<ListedSuggestion> {
  const [listed] = isUuid(id)
    ? await askLast(
        sql,
        sql<ListedSuggestion[]>`
          select id, state, confidence, ${version(sql)} as version from role_mining_suggestions suggestion where id = ${id}`,
      )
    : []
  if (listed === undefined) throw notFound('suggestion', id)
  return listed
}

/** In any order; ids that no suggestion has are left out. */
export async function suggestionsById(sql: TenantSql, ids: readonly string[]): Promise<Suggestion[]> {
  if (ids.length === 0) return []
  const rows = await sql<SuggestionRow[]>`
    select ${columns(sql)} from role_mining_suggestions where id = any(${[...ids]}::uuid[])`
  return rows.map(toSuggestion)
}

/** Depends on the transaction that wrote the row, its place in the table, the import that has the names, and the history of the server. */
function version(sql: TenantSql) {
  return sql`concat_ws('/', suggestion.xmin::text, suggestion.ctid::text, ${importInForce(sql)}, ${serverHistory(sql)})`
}

/**
 * Updates the list of suggestions with the findings of a run: findings are inserted or updated, and suggestions that the run did not return
 * are removed unless a user decided on them. An accepted suggestion keeps the figures of its acceptance.
 */
export async function replaceFindings(
  sql: TenantSql,
  tenantId: number,
  runId: string,
  findings: readonly Finding[],
  importId: string,
): Promise<void> {
  const ids = findings.map((finding) => finding.id)
  const rows = findings.map((finding) => ({ ...finding, searchText: searchTextOf(finding) }))
  await sql`delete from role_mining_suggestions where state = 'new' and not (id = any(${ids}::uuid[]))`
  await sql`
    insert into role_mining_suggestions as kept (tenant_id, id, run_id, state, suggested_name, description, search_text,
      cohort_filters, cohort_size, entitlements, users_with_all, avg_coverage, confidence, insights, profile_matches, left_out,
      import_id)
    select ${tenantId}, id, ${runId}, 'new', "suggestedName", description, "searchText", "cohortFilters",
      "cohortSize", entitlements, "usersWithAll", "avgCoverage", confidence, insights, "profileMatches", "leftOut",
      ${importId}::integer
    from jsonb_to_recordset(${asJson(sql, rows)}) as found (id uuid, "suggestedName" text, description text,
      "searchText" text, "cohortFilters" jsonb, "cohortSize" integer, entitlements jsonb, "usersWithAll" integer,
      "avgCoverage" double precision, confidence double precision, insights jsonb, "profileMatches" jsonb, "leftOut" jsonb)
    on conflict (tenant_id, id) do update set run_id = excluded.run_id, suggested_name = excluded.suggested_name,
      description = excluded.description, search_text = excluded.search_text,
      -- The id goes by values, whose spellings come and go.
      cohort_filters = excluded.cohort_filters, cohort_size = excluded.cohort_size,
      entitlements = excluded.entitlements, users_with_all = excluded.users_with_all, avg_coverage = excluded.avg_coverage,
      confidence = excluded.confidence, insights = excluded.insights, profile_matches = excluded.profile_matches,
      left_out = excluded.left_out, import_id = excluded.import_id, last_generated_at = now(),
      -- A decision keeps its own time.
      updated_at = case when kept.state = 'new' then now() else kept.updated_at end
    where kept.state <> 'accepted'`
  await sql`
    update role_mining_suggestions set run_id = ${runId}, last_generated_at = now()
    where state = 'accepted' and id = any(${ids}::uuid[])`
}

/**
 * Stores a decision with the time of its entry in the ledger. The caller has checked that it is allowed.
 * @param entry the same statement writes it
 */
export async function setState(
  sql: TenantSql,
  id: string,
  decided: { readonly state: SuggestionState; readonly createdProfileId: string | null; readonly at: Date },
  entry?: NewEntry,
): Promise<Suggestion> {
  const { state, createdProfileId, at } = decided
  const [row] = await sql<SuggestionRow[]>`${entry?.beginning(sql) ?? sql``}
    update role_mining_suggestions
    set state = ${state}, created_profile_id = ${createdProfileId}, updated_at = ${at} where id = ${id}
    returning ${columns(sql)}`
  if (row === undefined) throw notFound('suggestion', id)
  return toSuggestion(row)
}

/** Prevents other decisions on the suggestion until the transaction ends. */
export async function lockSuggestion(sql: TenantSql, id: string): Promise<void> {
  await sql`select from role_mining_suggestions where id = ${id} for update`
}

/** The ids of accepted suggestions. */
export async function acceptedAmong(sql: TenantSql, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await sql<{ id: string }[]>`
    select id from role_mining_suggestions where state = 'accepted' and id = any(${[...ids]}::uuid[])`
  return new Set(rows.map(({ id }) => id))
}

function searchTextOf({ suggestedName, description, cohortFilters }: Finding): string {
  return [suggestedName, description, ...cohortFilters.flatMap(({ values }) => values)].join('\n').toLowerCase()
}
