import type { Fragment, Sql, TenantSql } from './handles.ts'

/**
 * A query's expression that identifies the part of the database's history in which it runs: the start time of the server, and its timeline.
 * Transaction ids, row positions (`xmin`, `ctid`) and sequence numbers repeat after a restore to an earlier time and after a failover.
 * Together with this text they do not, so that a cache with such a version is not mistaken for the present data. The start time changes
 * with a restore, the timeline with a promotion (https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-TIMELINES).
 */
export function serverHistory(sql: Sql | TenantSql): Fragment {
  return sql`(select concat_ws('-', to_hex((extract(epoch from pg_postmaster_start_time()) * 1000000)::bigint),
    case when not pg_is_in_recovery() then left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) end))`
}
