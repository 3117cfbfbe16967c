import { onlyRow, type PageTokens, type TenantSql } from '@assay/store'
import { sourceKey } from './sources.ts'

/** `conflict`: it belongs to the first candidate, but another rule would assign it to the second. */
export type OrphanReason = 'none' | 'ambiguous' | 'conflict'

/** An account, or a holder that only grants name, whose identity is not known. */
export interface Orphan {
  readonly source: string
  /** Empty for a holder. */
  readonly application: string
  readonly value: string
  readonly reason: OrphanReason
  readonly candidateIds: readonly string[]
  readonly rowCount: number
  readonly place: string
}

/** The number of accounts without an identity in the applications, by the composition in force. */
export async function countOrphans(sql: TenantSql, applicationIds: readonly string[]): Promise<number> {
  const { count } = onlyRow(
    await sql<{ count: number }[]>`
    select count(*)::integer as count
    from source_orphans o join sources s on s.id = o.source_id and s.retired_at is null
    where o.application = any(${[...applicationIds]}::text[])`,
  )
  return count
}

/** The orphans of one source, or of all (''), by the composition in force. */
export async function listOrphans(
  sql: TenantSql,
  tenantId: number,
  source: string,
  page: { readonly pageSize: number; readonly pageToken: string; readonly tokens: PageTokens },
): Promise<{ readonly orphans: readonly Orphan[]; readonly nextPageToken: string }> {
  const query = { list: 'orphans', tenantId, source }
  const after = page.tokens.decode(query, page.pageToken)?.[0] ?? 0
  const id = source === '' ? null : await sourceKey(sql, source)
  const rows = await sql<
    {
      id: number
      source: string
      application: string
      value: string
      reason: OrphanReason
      candidates: string[]
      row_count: number
      place: string
    }[]
  >`
    select o.id, s.name as source, o.application, o.value, o.reason, o.candidates, o.row_count, o.place
    from source_orphans o join sources s on s.id = o.source_id and s.retired_at is null
    where o.id > ${after} and (${id}::integer is null or o.source_id = ${id})
    order by o.id limit ${page.pageSize + 1}`
  const shown = rows.slice(0, page.pageSize)
  const last = rows.length > page.pageSize ? shown.at(-1) : undefined
  return {
    orphans: shown.map((row) => ({
      source: row.source,
      application: row.application,
      value: row.value,
      reason: row.reason,
      candidateIds: row.candidates,
      rowCount: Number(row.row_count),
      place: row.place,
    })),
    nextPageToken: last === undefined ? '' : page.tokens.encode(query, [Number(last.id)]),
  }
}
