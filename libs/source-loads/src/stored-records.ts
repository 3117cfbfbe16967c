import { setImmediate as nextTurn } from 'node:timers/promises'
import { copiedRows } from '@assay/directory'
import { type RecordForms, type RecordKind, type StoredRecords, storedSource } from '@assay/sources'
import type { Fragment, TenantSql } from '@assay/store'
import type { GrantTraits } from './copied-grants.ts'
import { type GrantsOfLoad, grantLines } from './in-place/grant-records.ts'
import type { LoadDifference } from './in-place/load-difference.ts'
import type { LoadCounts } from './load.ts'
import { numberedGrants } from './numbered-grants.ts'

/** Taken in as one piece, so that whoever waits for this process waits some milliseconds. */
const rowsAtOnce = 2_000

/** A source as a composition takes it: its records stand under one load, and may be changed by another. */
export interface ComposedSource extends GrantsOfLoad {
  readonly id: number
  readonly name: string
  readonly definesPeople: boolean
  /** Its newest load, with this composition. */
  readonly load: number
  /** That load is not in force before. */
  readonly isStaged: boolean
  /** The load under which its records stand that are in force; null without any. */
  readonly before: number | null
  readonly traits: GrantTraits | null
  readonly difference: LoadDifference | null
  readonly forms: RecordForms & { readonly keyNames: readonly string[] }
  readonly counts: LoadCounts
  /** Its grants are stored by numbers as well, and no change set has changed them. */
  readonly isNumbered?: boolean
}

type Texts = Readonly<Record<string, string>>

/**
 * Reads on the given transaction, a cursor at a time.
 * @param accounts `typed`: without those that say nothing of their type, which are of people that others define, or nobody's
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
    ...(source.isNumbered && { grantNumbers: () => numberedGrants(sql, recordsLoad) }),
    read: (kind) => {
      if (kind === 'grants') throw new Error('all grants of a load are read as lines')
      if (kind === 'usage') return readRows(usageRecords(sql, recordsLoad))
      return readRecords(sql, kind, recordsLoad, accounts === 'typed' && isOfAccounts(kind, source))
    },
  }
  return storedSource(name, records)
}

const describedKinds = ['people', 'accounts', 'applications', 'entitlements'] as const

/** The same with all of its people, accounts, applications and entitlements in memory, and without grants: nothing is read later. */
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
        // Others are answered in between.
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
  // COPY takes no parameters: the kind is one of ours and the load a number. The server prepares rows while we read those before.
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
    // Behind the version of the format.
    batch.push(asTexts(JSON.parse((record ?? Buffer.of()).toString('utf8', 1)), shared))
    if (batch.length < rowsAtOnce) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

/** Whether records of this kind are accounts: people of a source that defines none are. */
function isOfAccounts(kind: RecordKind, { definesPeople }: ComposedSource): boolean {
  return kind === 'accounts' || (kind === 'people' && !definesPeople)
}

/** Numbers of forms and places are texts to a map. */
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

/** Applications and files come again in each of half a million records, and each would be a text of its own. */
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

/** A source of which some rows of grants are read alone. */
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
