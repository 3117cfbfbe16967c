import { invalidArgument } from '@assay/errors'
import { type InboxSuggestionsQuery, inboxSuggestionCounts, inboxSuggestionRows } from '@assay/role-mining'
import { inboxRoleCounts, inboxRoleRows } from '@assay/role-sessions'
import type { TenantSql } from '@assay/store'
import { type InboxCandidate, type InboxKind, type InboxState, inboxCandidates, inboxKinds } from './inbox-candidate.ts'

export const inboxOrders = ['confidence', 'fewest-gains', 'most-people', 'most-entitlements', 'name'] as const
export const inboxBands = ['most', 'many', 'few'] as const
type InboxBand = (typeof inboxBands)[number]

/** The conditions of a list; an empty condition accepts all. */
interface InboxQuery {
  readonly kinds: readonly InboxKind[]
  readonly states: readonly InboxState[]
  readonly bands: readonly InboxBand[]
  /** Words. Each has to occur in the name, the description, a value of a condition or the session's name. */
  readonly text: string
  /** Only potential roles of this session; empty for all potential roles and suggestions. */
  readonly sessionId: string
  readonly order: (typeof inboxOrders)[number]
}

/** The sort value and the id at the end of a page. */
export type InboxPosition = readonly [value: string | number, id: string]

interface InboxPage {
  readonly candidates: readonly InboxCandidate[]
  readonly last: InboxPosition | undefined
  /** The total over all pages. */
  readonly totalCount: number
  /** For each facet, the number of candidates that match all other filters. */
  readonly stateCounts: ReadonlyMap<InboxState, number>
  readonly kindCounts: ReadonlyMap<InboxKind, number>
  readonly bandCounts: ReadonlyMap<InboxBand, number>
}

interface Count {
  readonly kind: InboxKind
  readonly state: InboxState
  readonly band: InboxBand
  readonly count: number
}

const longestText = 256

/**
 * One page of suggestions and potential roles in one order; equal ones are sorted by id.
 * @throws invalid_argument for a text that is too long
 */
export async function listInbox(
  sql: TenantSql,
  { kinds, states, bands, text, sessionId, order }: InboxQuery,
  page: { readonly size: number; readonly after?: InboxPosition | undefined },
): Promise<InboxPage> {
  if ([...text].length > longestText) throw invalidArgument('text', `may have at most ${longestText} characters`)
  const words = text.toLowerCase().split(/\s+/u).filter(Boolean)
  const asked: InboxSuggestionsQuery = { states, bands, words, order }
  const askedRoles = { ...asked, sessionId: sessionId || undefined }
  const part = { size: page.size + 1, after: page.after }
  const isOfSession = (kind: InboxKind) => sessionId === '' || kind === 'potential_role'
  const isAsked = (kind: InboxKind) => isOfSession(kind) && (kinds.length === 0 || kinds.includes(kind))
  const [suggestions, roles, counts] = await Promise.all([
    isAsked('suggestion') ? inboxSuggestionRows(sql, asked, part) : [],
    isAsked('potential_role') ? inboxRoleRows(sql, askedRoles, part) : [],
    countsOf(sql, askedRoles),
  ])
  const rows = [...suggestions, ...roles].sort(byPosition)
  const shown = rows.slice(0, page.size)
  const end = rows.length > page.size ? shown.at(-1) : undefined
  const ofStates = (one: Count) => states.length === 0 || states.includes(one.state)
  const ofBands = (one: Count) => bands.length === 0 || bands.includes(one.band)
  const ofKinds = (one: Count) => isAsked(one.kind)
  return {
    candidates: await inboxCandidates(
      sql,
      shown.map(({ id }) => id),
    ),
    last: end && [end.value, end.id],
    totalCount: counts
      .filter((one) => ofStates(one) && ofBands(one) && ofKinds(one))
      .reduce((sum, one) => sum + one.count, 0),
    stateCounts: sums(counts, 'state', (one) => ofBands(one) && ofKinds(one)),
    kindCounts: sums(counts, 'kind', (one) => ofStates(one) && ofBands(one)),
    bandCounts: sums(counts, 'band', (one) => ofStates(one) && ofKinds(one)),
  }
}

async function countsOf(
  sql: TenantSql,
  asked: { readonly words: readonly string[]; readonly sessionId: string | undefined },
): Promise<Count[]> {
  const [suggestions, roles] = await Promise.all([
    asked.sessionId === undefined ? inboxSuggestionCounts(sql, asked.words) : [],
    inboxRoleCounts(sql, asked),
  ])
  const [suggestion, role] = inboxKinds
  return [...suggestions.map((one) => ({ ...one, kind: suggestion })), ...roles.map((one) => ({ ...one, kind: role }))]
}

function sums<Facet extends 'state' | 'kind' | 'band'>(
  counts: readonly Count[],
  facet: Facet,
  isCounted: (one: Count) => boolean,
): ReadonlyMap<Count[Facet], number> {
  const found = new Map<Count[Facet], number>()
  for (const one of counts) if (isCounted(one)) found.set(one[facet], (found.get(one[facet]) ?? 0) + one.count)
  return found
}

interface Row {
  readonly id: string
  readonly value: string | number
}

/** Compares as PostgreSQL orders `(value, id)` in the collation "C": texts by their bytes. */
function byPosition(a: Row, b: Row): number {
  const byValue =
    typeof a.value === 'number' && typeof b.value === 'number'
      ? a.value - b.value
      : Buffer.compare(Buffer.from(String(a.value)), Buffer.from(String(b.value)))
  return byValue || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}
