import { type RecordForms, type RecordKind, type StoredRecords, storedSource } from '@assay/sources'
import type { TenantSql } from '@assay/store'
import type { LoadCounts } from './load.ts'

const rowsAtOnce = 5_000

/** A source as a composition takes it: its records stand under one load. */
export interface ComposedSource {
  readonly id: number
  readonly name: string
  readonly definesPeople: boolean
  readonly recordsLoad: number
  readonly forms: RecordForms & { readonly keyNames: readonly string[] }
  readonly counts: LoadCounts
}

type Texts = Readonly<Record<string, string>>

/** Reads on the given transaction, a cursor at a time. */
export function storedSourceOf(sql: TenantSql, source: ComposedSource): ReturnType<typeof storedSource> {
  const { forms, counts, recordsLoad, name, definesPeople } = source
  const kinds: RecordKind[] = ['people', 'accounts', 'applications', 'entitlements', 'grants', 'usage']
  const records: StoredRecords = {
    forms,
    keyNames: forms.keyNames,
    accountsOnly: !definesPeople,
    kinds: kinds.filter((kind) => kind !== 'usage' || counts.usageRows > 0),
    read: (kind) =>
      kind === 'grants' || kind === 'usage' ? readRows(sql, kind, recordsLoad) : readRecords(sql, kind, recordsLoad),
  }
  return storedSource(name, records)
}

async function* readRecords(
  sql: TenantSql,
  kind: 'people' | 'accounts' | 'applications' | 'entitlements',
  load: number,
) {
  const table = sql(`source_${kind}`)
  const rows = sql<{ record: Record<string, unknown> }[]>`
    select record from ${table} where load_id = ${load} order by ordinal`
  for await (const batch of rows.cursor(rowsAtOnce)) yield batch.map(({ record }) => asTexts(record))
}

/** Numbers of forms and places are texts to a map. */
function asTexts(record: Record<string, unknown>) {
  const place = record.place as { part: string; at: number | string } | undefined
  return {
    ...(record as Texts),
    form: String(record.form ?? 0),
    ...(place && { place: { part: place.part, at: String(place.at) } }),
  }
}

async function* readRows(sql: TenantSql, kind: 'grants' | 'usage', load: number) {
  const rows =
    kind === 'grants'
      ? sql<Texts[]>`
          select form::text, holder, holder_application as "holderApplication", application, entitlement, granted_at as "grantedAt", last_used_at as "lastUsedAt", ends
          from source_grants where load_id = ${load} order by ordinal`
      : sql<Texts[]>`
          select form::text, holder, application, day::text from source_usage where load_id = ${load} order by ordinal`
  for await (const batch of rows.cursor(rowsAtOnce)) yield batch
}
