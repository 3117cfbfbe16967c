import { createHash } from 'node:crypto'
import { type EntitlementDetails, entitlementsByKey } from '@assay/directory'
import { aborted, invalidArgument } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import { getSuggestion, type Suggestion, type SuggestionState, suggestionsById } from '../suggestions.ts'

/** A suggestion as somebody decides about it. */
export interface InboxCandidate {
  readonly suggestion: Suggestion
  /** Pairs of a person and an entitlement that the person lacks and would get. */
  readonly gainCount: number
  readonly riskyGainCount: number
  /** Whether the data say a risk level of any of its entitlements. */
  readonly riskKnown: boolean
  /** Tells what is decided about: state, conditions and entitlements, and no figures. */
  readonly etag: string
  /** In the order of the suggestion; undefined for those that the directory never had. */
  readonly entitlements: readonly (EntitlementDetails | undefined)[]
}

export const inboxOrders = ['confidence', 'fewest-gains', 'most-people', 'most-entitlements', 'name'] as const
type InboxOrder = (typeof inboxOrders)[number]

interface InboxQuery {
  readonly states: readonly SuggestionState[]
  /** Words, each of which stands in the name, the description or a filter's values. */
  readonly text: string
  readonly order: InboxOrder
}

/** The value of the order and the id that a page ends with. */
export type InboxPosition = readonly [value: string | number, id: string]

interface InboxPage {
  readonly candidates: readonly InboxCandidate[]
  readonly last: InboxPosition | undefined
  /** Over all pages. */
  readonly totalCount: number
  /** Whatever is asked. */
  readonly stateCounts: Readonly<Partial<Record<SuggestionState, number>>>
}

const longestText = 256

/** @throws invalid_argument for a text that is too long */
export async function listInbox(
  sql: TenantSql,
  { states, text, order }: InboxQuery,
  page: { readonly size: number; readonly after?: InboxPosition | undefined },
): Promise<InboxPage> {
  if (text.length > longestText) throw invalidArgument('text', `may have ${longestText} characters at most`)
  const words = text.toLowerCase().split(/\s+/u).filter(Boolean)
  const asked = sql`
    (select id, ${orderValue(sql, order)} as value from role_mining_suggestions
    where ${states.length === 0 ? sql`true` : sql`state = any(${[...states]})`}
      and not exists (select from unnest(${words}::text[]) as word where position(word in search_text) = 0)) asked`
  const { after } = page
  const [rows, [total], counts] = await Promise.all([
    sql<{ id: string; value: string | number }[]>`
      select id, value from ${asked}
      ${after === undefined ? sql`` : sql`where (value, id) > (${after[0]}::${type(sql, order)}, ${after[1]}::uuid)`}
      order by value, id limit ${page.size + 1}`,
    sql<{ count: number }[]>`select count(*)::integer as count from ${asked}`,
    sql<{ state: SuggestionState; count: number }[]>`
      select state, count(*)::integer as count from role_mining_suggestions group by state`,
  ])
  const shown = rows.slice(0, page.size)
  const end = rows.length > page.size ? shown.at(-1) : undefined
  const found = await suggestionsById(
    sql,
    shown.map(({ id }) => id),
  )
  const byId = new Map(found.map((suggestion) => [suggestion.id, suggestion]))
  const listed = shown.flatMap(({ id }) => byId.get(id) ?? [])
  return {
    candidates: await candidatesOf(sql, listed),
    last: end && [end.value, end.id],
    totalCount: total?.count ?? 0,
    stateCounts: Object.fromEntries(counts.map(({ state, count }) => [state, count])),
  }
}

/** What ascends in the order, in the collation that sorts the same on every server. */
function orderValue(sql: TenantSql, order: InboxOrder) {
  switch (order) {
    case 'confidence':
      return sql`-confidence`
    case 'fewest-gains':
      return sql`(select coalesce(sum(cohort_size - (entitlement ->> 'grantedCount')::bigint), 0)::float8
        from jsonb_array_elements(entitlements) entitlement)`
    case 'most-people':
      return sql`-cohort_size::float8`
    case 'most-entitlements':
      return sql`-jsonb_array_length(entitlements)::float8`
    case 'name':
      return sql`lower(suggested_name) collate "C"`
  }
}

function type(sql: TenantSql, order: InboxOrder) {
  return order === 'name' ? sql`text` : sql`float8`
}

/** @throws not_found also for what is no id at all */
export async function getInboxCandidate(sql: TenantSql, id: string): Promise<InboxCandidate> {
  return candidateOf(sql, await getSuggestion(sql, id))
}

export async function candidateOf(sql: TenantSql, suggestion: Suggestion): Promise<InboxCandidate> {
  const [candidate] = await candidatesOf(sql, [suggestion])
  return candidate
}

/** With the names of what they name, looked up once for all of them. */
async function candidatesOf(sql: TenantSql, suggestions: readonly Suggestion[]): Promise<InboxCandidate[]> {
  const keys = new Set(suggestions.flatMap(({ entitlements }) => entitlements.map(({ key }) => key)))
  const details = await entitlementsByKey(sql, [...keys])
  return suggestions.map((suggestion) => {
    const { cohortSize } = suggestion
    const entitlements = suggestion.entitlements.map(({ key }) => details.get(key))
    const gains = suggestion.entitlements.map(({ grantedCount }) => cohortSize - grantedCount)
    const risky = gains.filter((_, index) => isRisky(entitlements[index]?.riskLevel ?? ''))
    const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
    return {
      suggestion,
      gainCount: sum(gains),
      riskyGainCount: sum(risky),
      riskKnown: entitlements.some((entitlement) => entitlement !== undefined && entitlement.riskLevel !== ''),
      etag: etagOf(suggestion),
      entitlements,
    }
  })
}

const harmlessLevels: ReadonlySet<string> = new Set(['', 'low', 'medium'])

/** High, critical, and every word that is no level: what nobody knows counts as the highest. */
export function isRisky(riskLevel: string): boolean {
  return !harmlessLevels.has(riskLevel.trim().toLowerCase())
}

function etagOf({ id, state, createdProfileId, cohortFilters, entitlements }: Suggestion): string {
  const content = [
    id,
    state,
    createdProfileId,
    cohortFilters,
    entitlements.map(({ key }) => key).toSorted((a, b) => a - b),
  ]
  return `"${createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22)}"`
}

/** @param etag as it was read; empty for whoever takes it as it is. @throws aborted where it is no longer so */
export function requireUnchanged(suggestion: Suggestion, etag: string): void {
  if (etag === '' || etag === etagOf(suggestion)) return
  const is = { new: 'is open', accepted: 'was accepted', dismissed: 'was dismissed' }[suggestion.state]
  throw aborted(
    `"${suggestion.suggestedName}" has changed since it was read: it ${is} now, with ${suggestion.entitlements.length} entitlements; read it again`,
    { reason: 'ETAG_MISMATCH' },
  )
}
