import { recordEntry } from '@assay/ledger'
import type { TenantSql } from '@assay/store'

/** Records a change of a source: `source.` and the verb. */
export async function recordSource(
  sql: TenantSql,
  name: string,
  kind: string,
  change: { readonly before?: unknown; readonly after?: unknown; readonly version?: string } = {},
): Promise<void> {
  await recordEntry(sql, { kind, subject: { type: 'source', id: name }, ...change })
}

/** Records a change of state of a load: `load.` and the verb. */
export async function recordLoad(sql: TenantSql, key: number | string, kind: string, after?: object): Promise<void> {
  await recordEntry(sql, { kind, subject: { type: 'load', id: String(key) }, after })
}
