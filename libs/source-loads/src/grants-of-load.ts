import type { Fragment, TenantSql } from '@assay/store'

/**
 * Whether a row of `source_grants` belongs to a load. With this condition PostgreSQL reads only two partitions: that of the load,
 * if it has one, and the shared one.
 */
export function isOfLoad(sql: TenantSql, load: number): Fragment {
  return sql`load_id = ${load}::integer and own_load in (0, ${load}::integer)`
}

/** The same for any table of records. */
export function isRecordOf(sql: TenantSql, table: string, load: number): Fragment {
  return table === 'source_grants' ? isOfLoad(sql, load) : sql`load_id = ${load}::integer`
}
