import type { JsonWebKey } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { inTenant, onlyRow, type Sql, type TenantSql } from '@assay/store'
import { ChainCheck, type StoredLink, type Unsealed } from './chain-check.ts'
import type { StoredEntry, StoredValue } from './check-entry.ts'
import { firstIdAt } from './entry-content.ts'
import { checkpoint, type SignedHead, signedHeads } from './heads.ts'
import { type LedgerReport, mostListed } from './ledger-report.ts'
import { type PageSums, readSums } from './page-sums.ts'

interface VerifyOptions {
  /** Public keys of the deployment by their ids. */
  readonly keys: ReadonlyMap<string, JsonWebKey>
  /** A head that was exported earlier: the chain must still contain it. */
  readonly head?: Omit<SignedHead, 'isCheckpoint'> | undefined
  readonly signal?: AbortSignal | undefined
  /** Called after each page with the number of verified entries. */
  readonly onProgress?: (entries: number) => void
}

const pageLinks = 10_000
/** One page is read while the previous one is checked. */
const pagesAtOnce = 2
/** An entry is sealed within a second of its commit. The commit may be later than the time of the entry, which is that of the decision. */
const unsealedMs = 10_000

/**
 * Verifies every link, entry, value and signature of a tenant's ledger. It reads page by page in short transactions, up to the link that
 * was the newest at the start; entries that are written meanwhile are left out.
 */
export async function verifyLedger(sql: Sql, tenantId: number, options: VerifyOptions): Promise<LedgerReport> {
  const within = <T>(work: (scoped: TenantSql) => Promise<T>) => inTenant(sql, tenantId, work)
  const { start, heads, before, newest } = await within(async (scoped) => ({
    start: await checkpoint(scoped),
    heads: await signedHeads(scoped, scoped`true order by position`),
    before: await linksBefore(scoped),
    newest: await newestPosition(scoped),
  }))
  const chain = new ChainCheck(tenantId, start, [
    ...heads,
    ...(options.head ? [{ ...options.head, isCheckpoint: false }] : []),
  ])
  chain.checkSignatures(options.keys, options.head)
  chain.checkStart(before, options.head)
  const read = (after: number) => within((scoped) => readSums(scoped, after, after + pageLinks))
  const pages: { readonly after: number; readonly sums: Promise<PageSums> }[] = []
  for (let next = start?.position ?? 0; next < newest || pages.length > 0; ) {
    for (; pages.length < pagesAtOnce && next < newest; next += pageLinks) {
      const sums = read(next)
      // The error is thrown where `sums` is awaited below.
      sums.catch(() => {})
      pages.push({ after: next, sums })
    }
    const { after, sums } = pages.shift() as (typeof pages)[number]
    options.signal?.throwIfAborted()
    const found = await sums
    if (found.count === 0) {
      // After a link that was inserted by hand the next position may be far away.
      pages.length = 0
      next = await within((scoped) => positionBehind(scoped, after, newest))
    } else if (!chain.addSound(found)) {
      for (const link of await within((scoped) => readPage(scoped, after, after + pageLinks))) chain.add(link)
    }
    options.onProgress?.(chain.entries)
    await nextTurn()
  }
  chain.end(Math.max(newest, start?.position ?? 0))
  const unsealed = await within((scoped) => readUnsealed(scoped))
  return chain.report(unsealed)
}

/** Number of links that exist although a checkpoint says that they were removed. The verification would skip them otherwise. */
async function linksBefore(sql: TenantSql): Promise<number> {
  const { count } = onlyRow(
    await sql<{ count: number }[]>`
    select count(*) as count from ledger_links
    where position <= (select max(position) from ledger_heads where is_checkpoint)`,
  )
  return count
}

async function newestPosition(sql: TenantSql): Promise<number> {
  const rows = await sql<{ position: number | null }[]>`select max(position) as position from ledger_links`
  return onlyRow(rows).position ?? 0
}

/** The position before the next link. */
async function positionBehind(sql: TenantSql, after: number, newest: number): Promise<number> {
  const next = onlyRow(
    await sql<{ position: number | null }[]>`
    select min(position) as position from ledger_links where position > ${after}`,
  )
  return next.position === null ? newest : next.position - 1
}

/** The links of a page with their entries and values, to report each fault with its link. */
async function readPage(sql: TenantSql, after: number, upTo: number): Promise<StoredLink[]> {
  const links = await sql<Omit<StoredLink, 'entry' | 'values'>[]>`
    select position, entry_id as "entryId", entry_hash as "entryHash", link_hash as "linkHash"
    from ledger_links where position > ${after} and position <= ${upTo} order by position`
  if (links.length === 0) return []
  const ids = links.map(({ entryId }) => entryId)
  const [entries, values] = await Promise.all([
    sql<(StoredEntry & { id: string })[]>`
      select id, content, hash, kind, subject_id as "subjectId", client from ledger_entries where id = any(${ids}::uuid[])`,
    // One text for each entry: for the driver, a row costs as much as its bytes.
    sql<{ id: string; listed: string }[]>`
      select entry_id as id, string_agg(concat_ws(' ', field, coalesce(encode(salt, 'hex'), '-'), value), e'\n') as listed
      from ledger_values where entry_id = any(${ids}::uuid[]) group by entry_id`,
  ])
  const entryOf = new Map(entries.map((entry) => [entry.id, entry]))
  const valuesOf = new Map(values.map(({ id, listed }) => [id, listed.split('\n').map(storedValue)]))
  return links.map((link) => ({
    ...link,
    entry: entryOf.get(link.entryId),
    values: valuesOf.get(link.entryId) ?? [],
  }))
}

/** Neither a field nor a salt has a blank, and canonical JSON has no line break. */
function storedValue(line: string): StoredValue {
  const [field = '', salt = '-'] = line.split(' ', 2)
  const start = field.length + salt.length + 2
  return {
    field,
    salt: salt === '-' ? undefined : Buffer.from(salt, 'hex'),
    // The value is absent, not empty: no JSON text is empty.
    value: line.length < start ? undefined : line.slice(start),
  }
}

/**
 * An entry is listed in `ledger_unsealed` from its commit to its seal. An entry that has neither a link nor that row was inserted by hand.
 * The time is the one in the id, since no link proves the content yet.
 */
async function readUnsealed(sql: TenantSql): Promise<Unsealed[]> {
  const late = new Date(Date.now() - unsealedMs)
  return await sql<Unsealed[]>`
    (select e.id, e.id < ${firstIdAt(late)}::uuid
        or not exists (select from ledger_unsealed u where u.entry_id = e.id) as "isLate", true as "isThere"
    from ledger_entries e where not exists (select from ledger_links l where l.entry_id = e.id)
    order by e.id limit ${mostListed + 1})
    union all
    (select u.entry_id, true, false from ledger_unsealed u
    where not exists (select from ledger_entries e where e.id = u.entry_id)
      and not exists (select from ledger_links l where l.entry_id = u.entry_id)
    order by u.entry_id limit ${mostListed + 1})`
}
