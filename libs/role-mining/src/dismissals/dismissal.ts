import { invalidArgument, notFound } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import type { Cells } from './similar-cells.ts'

/** The reason why a suggestion is dismissed. */
export type DismissalReason =
  | 'unspecified'
  | 'no_role'
  | 'too_broad'
  | 'too_narrow'
  | 'wrong_people'
  | 'sensitive_access'
  | 'covered_already'
  | 'temporary'
  | 'other'

/** The terms of a dismissal: its reason, comment and end. */
export interface DismissalTerms {
  /** Default `unspecified`. */
  readonly reason?: DismissalReason
  /** Up to 4,096 characters. */
  readonly comment?: string
  /** The time at which the dismissal ends; without it, the dismissal has no end date. */
  readonly endsAt?: Date
  /** The dismissal ends when more than this percentage of its cells has changed, 0 to 100. */
  readonly changePercent?: number
}

/** A dismissal in force. */
export interface Dismissal {
  readonly suggestionId: string
  readonly entryId: string
  readonly decidedAt: Date
  readonly reason: DismissalReason
  readonly endsAt: Date | undefined
  readonly changePercent: number | undefined
}

const longestComment = 4_096

/** @throws invalid_argument with the name of the term */
export function checkTerms({ comment, endsAt, changePercent }: DismissalTerms, now: Date): void {
  checkComment(comment)
  if (endsAt !== undefined && endsAt <= now) {
    throw invalidArgument('end_time', 'must be in the future: the dismissal would have ended already')
  }
  if (changePercent !== undefined && !(changePercent >= 0 && changePercent <= 100)) {
    throw invalidArgument('change_percent', `must be from 0 to 100, it is ${changePercent}`)
  }
}

/** @throws invalid_argument for a comment of more than 4,096 characters */
export function checkComment(comment = ''): void {
  const { length } = [...comment]
  if (length > longestComment) {
    throw invalidArgument('comment', `must have at most ${longestComment} characters, it has ${length}`)
  }
}

/** Stores a dismissal with the dismissed cells. It replaces an earlier dismissal of the suggestion. */
export async function storeDismissal(
  sql: TenantSql,
  tenantId: number,
  { suggestionId, entryId, decidedAt, reason, endsAt, changePercent }: Dismissal,
  cells: Cells,
  load: number | undefined,
): Promise<void> {
  await sql`
    insert into suggestion_dismissals (tenant_id, suggestion_id, entry_id, decided_at, reason, ends_at, change_percent,
      import_id, people, entitlement_keys)
    values (${tenantId}, ${suggestionId}, ${entryId}, ${decidedAt}, ${reason}, ${endsAt ?? null}, ${changePercent ?? null},
      ${load ?? null}, ${arrayText(cells.people)}::text::integer[], ${arrayText(cells.entitlements)}::text::integer[])
    on conflict (tenant_id, suggestion_id) do update set entry_id = excluded.entry_id, decided_at = excluded.decided_at,
      reason = excluded.reason, ends_at = excluded.ends_at, change_percent = excluded.change_percent,
      import_id = excluded.import_id, people = excluded.people, entitlement_keys = excluded.entitlement_keys`
}

/**
 * Ends the dismissal of a suggestion.
 * @param entryId ends only the dismissal of this entry
 * @returns whether there was one
 */
export async function endDismissal(sql: TenantSql, suggestionId: string, entryId?: string): Promise<boolean> {
  const which = entryId === undefined ? sql`` : sql`and entry_id = ${entryId}`
  const ended = await sql`delete from suggestion_dismissals where suggestion_id = ${suggestionId} ${which}`
  return ended.count > 0
}

interface DismissalRow extends Omit<Dismissal, 'endsAt' | 'changePercent'> {
  readonly endsAt: Date | null
  readonly changePercent: number | null
}

/** The dismissal in force of a suggestion; undefined without one, and for dismissals by versions that stored no terms. */
export async function findDismissal(sql: TenantSql, suggestionId: string): Promise<Dismissal | undefined> {
  const [row] = await sql<DismissalRow[]>`
    select ${columns(sql)} from suggestion_dismissals where suggestion_id = ${suggestionId}`
  return row && readDismissal(row)
}

/** @throws not_found for a suggestion without a dismissal in force */
export async function dismissalOf(sql: TenantSql, suggestionId: string): Promise<Dismissal> {
  const found = await findDismissal(sql, suggestionId)
  if (found === undefined) throw notFound('dismissal of suggestion', suggestionId)
  return found
}

/** The position at which a page of dismissals ends: the time with all its digits, and the id. */
export type DismissalPosition = readonly [decidedAt: string, suggestionId: string]

/** The dismissals in force, newest first. */
export async function listDismissals(
  sql: TenantSql,
  page: { readonly size: number; readonly after?: DismissalPosition | undefined },
): Promise<{ readonly dismissals: readonly Dismissal[]; readonly last: DismissalPosition | undefined }> {
  const { after } = page
  const rows = await sql<(DismissalRow & { position: string })[]>`
    select ${columns(sql)}, decided_at::text as position from suggestion_dismissals
    ${after === undefined ? sql`` : sql`where (decided_at, suggestion_id) < (${after[0]}::text::timestamptz, ${after[1]}::uuid)`}
    order by decided_at desc, suggestion_id desc limit ${page.size + 1}`
  const shown = rows.slice(0, page.size)
  const end = rows.length > page.size ? shown.at(-1) : undefined
  return {
    dismissals: shown.map(({ position: _, ...row }) => readDismissal(row)),
    last: end && [end.position, end.suggestionId],
  }
}

/** All dismissals in force, with the dismissed entitlements. The people are read separately, since they may be many. */
export async function dismissalsInForce(
  sql: TenantSql,
): Promise<readonly (Dismissal & { readonly entitlements: readonly number[] })[]> {
  const rows = await sql<(DismissalRow & { entitlements: number[] })[]>`
    select ${columns(sql)}, entitlement_keys as entitlements from suggestion_dismissals order by suggestion_id`
  return rows.map((row) => ({ ...readDismissal(row), entitlements: row.entitlements }))
}

/** The people of a suggestion, as they were when it was dismissed. */
export async function dismissedPeople(sql: TenantSql, suggestionId: string): Promise<readonly number[]> {
  const [row] = await sql<{ people: number[] }[]>`
    select people from suggestion_dismissals where suggestion_id = ${suggestionId}`
  return row?.people ?? []
}

function columns(sql: TenantSql) {
  return sql`suggestion_id as "suggestionId", entry_id as "entryId", decided_at as "decidedAt", reason,
    ends_at as "endsAt", change_percent as "changePercent"`
}

function readDismissal({ endsAt, changePercent, suggestionId, entryId, decidedAt, reason }: DismissalRow): Dismissal {
  const ends = { endsAt: endsAt ?? undefined, changePercent: changePercent ?? undefined }
  return { suggestionId, entryId, decidedAt, reason, ...ends }
}

/** As text: the driver would convert 100,000 numbers one by one. */
function arrayText(keys: ArrayLike<number>): string {
  return `{${Array.prototype.join.call(keys, ',')}}`
}
