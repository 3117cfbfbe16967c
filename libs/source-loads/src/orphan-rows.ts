import { onlyRow, type TenantSql } from '@assay/store'

/** The number of rows of all sources in force whose account or holder is an orphan. */
export async function countOrphanRows(sql: TenantSql): Promise<number> {
  const row = onlyRow(
    await sql<{ count: string }[]>`
    select coalesce(sum(o.row_count), 0)::text as count
    from source_orphans o join sources s on s.id = o.source_id and s.retired_at is null where o.reason <> 'conflict'`,
  )
  return Number(row.count)
}
