import type { JsonWebKey } from 'node:crypto'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { chainStart } from './chain.ts'
import { firstIdAt } from './entry-content.ts'
import { type HeadFile, headInJson, lineOf } from './export-ledger.ts'
import { newestHead } from './heads.ts'
import { type EntryRow, entryColumns, type LedgerEntry, readEntry } from './read-entry.ts'

/** The entries that are evidence. An entry has to meet all conditions; an absent condition accepts every entry. */
export interface EvidenceQuery {
  /** The ids of the subjects of the entries. */
  readonly subjects?: readonly string[] | undefined
  readonly from?: Date | undefined
  /** Exclusive. */
  readonly until?: Date | undefined
}

/** A piece of evidence. */
export type Evidence =
  | {
      readonly kind: 'entry'
      readonly entry: LedgerEntry
      /** The line of an export of the ledger, with its line end. An entry that is not sealed yet has neither position nor link. */
      readonly line: string
    }
  | {
      /** Hashes of the entries from a position on. With them a reader can compute the links from that position to the head. */
      readonly kind: 'chain'
      readonly from: number
      /** The link before `from`, in hexadecimal. */
      readonly before: string
      readonly hashes: readonly string[]
    }
  | {
      /** The newest signed head; absent before there is one. */
      readonly kind: 'head'
      readonly head: HeadFile
    }

/** A small number, since an entry may have some hundred kilobytes of values. */
const entriesAtOnce = 50
const hashesAtOnce = 1000

/**
 * The entries that match, in the order of their times, then the hashes of the chain from the first of them to the newest signed head, and
 * that head. This is enough to prove that the head covers these entries. It reads page by page, each page in its own transaction, so that
 * no connection waits for the reader.
 */
export async function* evidenceEntries(
  sql: Sql,
  tenantId: number,
  query: EvidenceQuery,
  keys: ReadonlyMap<string, JsonWebKey>,
): AsyncGenerator<Evidence> {
  const head = await inTenant(sql, tenantId, newestHead)
  let first = Number.POSITIVE_INFINITY
  for (let after: string | undefined; ; ) {
    const rows = await inTenant(sql, tenantId, (scoped) => entryRows(scoped, query, after))
    for (const row of rows) {
      if (row.position !== null) first = Math.min(first, row.position)
      yield { kind: 'entry', entry: readEntry(row), line: lineOf({ ...row, at: row.position, link: row.link }) }
    }
    after = rows.at(-1)?.id
    if (rows.length < entriesAtOnce) break
  }
  if (head === undefined) return
  for (let from = first; from <= head.position; from += hashesAtOnce) {
    const end = Math.min(head.position, from + hashesAtOnce - 1)
    yield await inTenant(sql, tenantId, (scoped) => chainPart(scoped, tenantId, from, end))
  }
  yield { kind: 'head', head: headInJson(tenantId, head, keys) }
}

function entryRows(sql: TenantSql, { subjects, from, until }: EvidenceQuery, after: string | undefined) {
  const none = sql``
  return sql<(EntryRow & { link: Buffer | null })[]>`
    select ${entryColumns(sql)},
      (select link.link_hash from ledger_links link where link.entry_id = entry.id) as link
    from ledger_entries entry
    where true ${subjects === undefined ? none : sql`and entry.subject_id = any(${[...subjects]}::text[])`}
      ${from === undefined ? none : sql`and entry.id >= ${firstIdAt(from)}::uuid`}
      ${until === undefined ? none : sql`and entry.id < ${firstIdAt(until)}::uuid`}
      ${after === undefined ? none : sql`and entry.id > ${after}::uuid`}
    order by entry.id limit ${entriesAtOnce}`
}

async function chainPart(sql: TenantSql, tenantId: number, from: number, end: number): Promise<Evidence> {
  const rows = await sql<{ hash: string }[]>`
    select encode(entry_hash, 'hex') as hash from ledger_links
    where position between ${from} and ${end} order by position`
  // When the chain begins at a checkpoint, only the checkpoint has the link before the first entry.
  const [link] = await sql<{ hash: string }[]>`
    select encode(link_hash, 'hex') as hash from ledger_links where position = ${from - 1}
    union all select encode(link_hash, 'hex') from ledger_heads where position = ${from - 1} limit 1`
  const before = link?.hash ?? (from === 1 ? chainStart(tenantId).toString('hex') : '')
  return { kind: 'chain', from, before, hashes: rows.map(({ hash }) => hash) }
}
