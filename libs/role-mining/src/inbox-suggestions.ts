import type { TenantSql } from '@assay/store'
import type { SuggestionState } from './suggestions.ts'

export interface InboxSuggestionsQuery {
  /** Empty for all states. */
  readonly states: readonly SuggestionState[]
  /** By average coverage: at least 80 %, at least 50 %, less. Empty for all. */
  readonly bands: readonly ('most' | 'many' | 'few')[]
  /** In lower case. Each word has to occur in the name, the description or a value of a filter. */
  readonly words: readonly string[]
  readonly order: 'confidence' | 'fewest-gains' | 'most-people' | 'most-entitlements' | 'name'
}

/** The position at which a page ends: the sort value and the id. */
type Position = readonly [value: string | number, id: string]

/** Ids of one page in an order, with the ascending sort value; equal values are sorted by id. */
export async function inboxSuggestionRows(
  sql: TenantSql,
  { states, bands, words, order }: InboxSuggestionsQuery,
  { size, after }: { readonly size: number; readonly after: Position | undefined },
): Promise<readonly { readonly id: string; readonly value: string | number }[]> {
  const type = order === 'name' ? sql`text` : sql`float8`
  return sql`
    select id, value from (
      select id, ${orderValue(sql, order)} as value from role_mining_suggestions
      where ${states.length === 0 ? sql`true` : sql`state = any(${[...states]})`}
        and ${bands.length === 0 ? sql`true` : sql`${bandOf(sql)} = any(${[...bands]})`}
        and ${hasWords(sql, words)}) asked
    ${after === undefined ? sql`` : sql`where (value, id) > (${after[0]}::${type}, ${after[1]}::uuid)`}
    order by value, id limit ${size}`
}

/** The number of suggestions that contain the words, by state and band. */
export async function inboxSuggestionCounts(sql: TenantSql, words: readonly string[]) {
  return sql<{ state: SuggestionState; band: 'most' | 'many' | 'few'; count: number }[]>`
    select state, ${bandOf(sql)} as band, count(*)::integer as count
    from role_mining_suggestions where ${hasWords(sql, words)} group by 1, 2`
}

function bandOf(sql: TenantSql) {
  return sql`case when avg_coverage >= 0.8 then 'most' when avg_coverage >= 0.5 then 'many' else 'few' end`
}

function hasWords(sql: TenantSql, words: readonly string[]) {
  return sql`not exists (select from unnest(${[...words]}::text[]) as word where position(word in search_text) = 0)`
}

/** The ascending sort value, in a collation that is the same on every server. */
function orderValue(sql: TenantSql, order: InboxSuggestionsQuery['order']) {
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
