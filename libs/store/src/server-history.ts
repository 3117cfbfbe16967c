import type { Fragment, Sql, TenantSql } from './handles.ts'

/**
 * A query's expression that names the stretch of the database's history in which it runs: when the server started, and its
 * timeline. Transaction ids and places of rows (`xmin`, `ctid`) and numbers of sequences repeat after a restore to an
 * earlier time and after a failover; together with this text they do not, so what was kept under them is not taken for what
 * is there now. The start changes with a restore, the timeline with a promotion
 * (https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-TIMELINES).
 */
export function serverHistory(sql: Sql | TenantSql): Fragment {
  return sql`(select concat_ws('-', to_hex((extract(epoch from pg_postmaster_start_time()) * 1000000)::bigint),
    case when not pg_is_in_recovery() then left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) end))`
}
