import { notFound } from '@assay/errors'
import { type Fragment, isUuid, type TenantSql } from '@assay/store'
import { firstIdAt } from './entry-content.ts'
import { type EntryRow, entryColumns, type LedgerEntry, readEntry } from './read-entry.ts'

/** A search in the ledger. An entry has to meet all conditions; an absent condition accepts every entry. */
interface EntryQuery {
  /** The id of the API client or of the identity that acted. */
  readonly actor?: string
  /** The id of the subject, or of a person concerned. */
  readonly subject?: string
  /** `suggestion.dismiss`, or `suggestion.` for all kinds with this beginning. */
  readonly kind?: string
  readonly from?: Date
  /** Exclusive. */
  readonly until?: Date
}

/** Where a page of entries ends. */
export type EntryPosition = readonly [id: string]

/** One page of the matching entries, newest first, sealed or not. */
export async function listEntries(
  sql: TenantSql,
  query: EntryQuery,
  page: { readonly size: number; readonly after?: EntryPosition | undefined },
): Promise<{ readonly entries: readonly LedgerEntry[]; readonly last: EntryPosition | undefined }> {
  const rows = await sql<EntryRow[]>`
    select ${entryColumns(sql, true)} from ledger_entries entry
    where ${conditions(sql, query)}
      ${page.after === undefined ? sql`` : sql`and entry.id < ${page.after[0]}::uuid`}
    order by entry.id desc limit ${page.size + 1}`
  const shown = rows.slice(0, page.size)
  const end = rows.length > page.size ? shown.at(-1) : undefined
  return { entries: shown.map(readEntry), last: end && [end.id] }
}

/** @throws not_found when no entry has the id, or when the text is no UUID */
export async function getEntry(sql: TenantSql, id: string): Promise<LedgerEntry> {
  const [row] = isUuid(id)
    ? await sql<EntryRow[]>`select ${entryColumns(sql)} from ledger_entries entry where entry.id = ${id}`
    : []
  if (row === undefined) throw notFound('ledger entry', id)
  return readEntry(row)
}

function conditions(sql: TenantSql, { actor, subject, kind, from, until }: EntryQuery): Fragment {
  const none = sql``
  return sql`true
    ${
      actor === undefined
        ? none
        : sql`and entry.id in (
            select id from ledger_entries where client = ${actor}
            union all select entry_id from ledger_values where found_by = ${actor} and field = 'actor')`
    }
    ${
      subject === undefined
        ? none
        : sql`and entry.id in (
            select id from ledger_entries where subject_id = ${subject}
            union all select entry_id from ledger_values where found_by = ${subject} and field <> 'actor')`
    }
    ${kind === undefined ? none : kind.endsWith('.') ? sql`and starts_with(entry.kind, ${kind})` : sql`and entry.kind = ${kind}`}
    ${from === undefined ? none : sql`and entry.id >= ${firstIdAt(from)}::uuid`}
    ${until === undefined ? none : sql`and entry.id < ${firstIdAt(until)}::uuid`}`
}
