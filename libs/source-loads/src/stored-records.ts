import { setImmediate as nextTurn } from 'node:timers/promises'
import { copiedRows } from '@assay/directory'
import { type RecordForms, type RecordKind, type StoredRecords, storedSource } from '@assay/sources'
import type { Fragment, TenantSql } from '@assay/store'
import type { GrantTraits } from './copied-grants.ts'
import { grantBlocksOf } from './grant-blocks.ts'
import { type GrantsOfLoad, grantLines } from './in-place/grant-records.ts'
import type { LoadDifference } from './in-place/load-difference.ts'
import type { LoadCounts } from './load.ts'

/** Read as one batch, so that other calls of this process wait only some milliseconds. */
const rowsAtOnce = 2_000

/** A source of a composition. One load has its records, and another load may change them. */
export interface ComposedSource extends GrantsOfLoad {
  readonly id: number
  readonly name: string
  readonly definesPeople: boolean
  /** Its newest load, with this composition. */
  readonly load: number
  /** Whether that load is not in force yet. */
  readonly isStaged: boolean
  /** The load that has its records in force; null for none. */
  readonly before: number | null
  readonly traits: GrantTraits | null
  readonly difference: LoadDifference | null
  readonly forms: RecordForms & { readonly keyNames: readonly string[] }
  readonly counts: LoadCounts
}

type Texts = Readonly<Record<string, string>>

/**
 * Reads in the given transaction, one cursor at a time.
 * @param accounts `typed`: without accounts that have no type; these belong to people whom other sources define, or are orphans
 */
export function storedSourceOf(
  sql: TenantSql,
  source: ComposedSource,
  accounts: 'all' | 'typed' = 'all',
): ReturnType<typeof storedSource> {
  const { forms, counts, recordsLoad, name, definesPeople } = source
  const kinds: RecordKind[] = ['people', 'accounts', 'applications', 'entitlements', 'grants', 'usage']
  const records: StoredRecords = {
    forms,
    keyNames: forms.keyNames,
    accountsOnly: !definesPeople,
    kinds: kinds.filter((kind) => kind !== 'usage' || counts.usageRows > 0),
    grantLines: () => grantLines(sql, source),
    grantBlocks: () => grantBlocksOf(sql, source),
    read: (kind) => {
      if (kind === 'grants') throw new Error('all grants of a load are read as lines')
      if (kind === 'usage') return readRows(usageRecords(sql, recordsLoad))
      return readRecords(sql, kind, recordsLoad, accounts === 'typed' && isOfAccounts(kind, source))
    },
  }
  return storedSource(name, records)
}

const describedKinds = ['people', 'accounts', 'applications', 'entitlements'] as const

/** The same with all people, accounts, applications and entitlements in memory and without grants, so that nothing is read later. */
export async function heldSourceOf(
  sql: TenantSql,
  source: ComposedSource,
  accounts: 'all' | 'typed' = 'all',
): Promise<ReturnType<typeof storedSource>> {
  const { forms, recordsLoad, name, definesPeople } = source
  const held = new Map<RecordKind, Texts[][]>()
  for (const kind of describedKinds) {
    const batches: Texts[][] = []
    const typedAlone = accounts === 'typed' && isOfAccounts(kind, source)
    for await (const batch of readRecords(sql, kind, recordsLoad, typedAlone)) batches.push(batch as unknown as Texts[])
    held.set(kind, batches)
  }
  return storedSource(name, {
    forms,
    keyNames: forms.keyNames,
    accountsOnly: !definesPeople,
    kinds: describedKinds,
    read: async function* (kind) {
      for (const batch of held.get(kind) ?? []) {
        yield batch
        // Other calls run in between.
        await nextTurn()
      }
    },
  })
}

async function* readRecords(
  sql: TenantSql,
  kind: 'people' | 'accounts' | 'applications' | 'entitlements',
  load: number,
  typedAlone: boolean,
) {
  // COPY takes no parameters: the kind is a fixed name and the load a number. The server prepares rows while this process reads
  // earlier ones.
  const stream = await sql
    .unsafe(
      `copy (select record from source_${kind}
        where load_id = ${Number(load)} ${typedAlone ? "and coalesce(record #>> '{fields,type}', 'human') <> 'human'" : ''}
        order by ordinal) to stdout (format binary)`,
    )
    .readable()
  const shared = new SharedTexts()
  let batch: ReturnType<typeof asTexts>[] = []
  for await (const [record] of copiedRows(stream)) {
    // The first byte is the version of the format.
    batch.push(asTexts(JSON.parse((record ?? Buffer.of()).toString('utf8', 1)), shared))
    if (batch.length < rowsAtOnce) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

/** Whether records of this kind are accounts. The people of a source that does not define people are accounts. */
function isOfAccounts(kind: RecordKind, { definesPeople }: ComposedSource): boolean {
  return kind === 'accounts' || (kind === 'people' && !definesPeople)
}

/** Maps expect the numbers of forms and places as texts. */
function asTexts(record: Record<string, unknown>, shared: SharedTexts) {
  const place = record.place as { part: string; at: number | string } | undefined
  const { application } = record
  return {
    ...(record as Texts),
    form: String(record.form ?? 0),
    ...(typeof application === 'string' && { application: shared.of(application) }),
    ...(place && { place: { part: shared.of(place.part), at: String(place.at) } }),
  }
}

/** Names of applications and files repeat in each of half a million records; sharing them avoids a new text for each record. */
class SharedTexts {
  readonly #texts = new Map<string, string>()

  of(text: string): string {
    const known = this.#texts.get(text)
    if (known !== undefined) return known
    if (this.#texts.size < mostShared) this.#texts.set(text, text)
    return text
  }
}

const mostShared = 10_000

function usageRecords(sql: TenantSql, load: number): Fragment {
  return sql`
    select form::text, holder, application, day::text from source_usage where load_id = ${load} order by ordinal`
}

async function* readRows(rows: Fragment) {
  for await (const batch of rows.cursor(rowsAtOnce)) yield batch as unknown as Texts[]
}

/** A source of which only some rows of grants are read. */
export function grantSourceOf(
  sql: TenantSql,
  { name, forms, definesPeople }: ComposedSource,
  rows: Fragment,
): ReturnType<typeof storedSource> {
  return storedSource(name, {
    forms,
    keyNames: forms.keyNames,
    accountsOnly: !definesPeople,
    kinds: ['grants'],
    read: () => readRows(sql`${rows} order by ordinal`),
  })
}
