import type { Sql } from './database.ts'
import { onlyRow } from './only-row.ts'

/** What an operator should know of a database server. */
export interface ServerFacts {
  readonly version: string
  /** The clock of the server, when it answered. */
  readonly now: Date
  readonly connections: number
  readonly maxConnections: number
  readonly databaseBytes: number
  /** Whether what was committed is on the disk, page by page. */
  readonly isDurable: boolean
  /** For how long the oldest transaction of this database has been open; it keeps what is dead from being cleared. */
  readonly oldestTransactionSeconds: number
  /** Transaction ids until the server refuses writes. */
  readonly transactionsLeft: number
}

export async function serverFacts(ownerSql: Sql): Promise<ServerFacts> {
  const facts = onlyRow(
    await ownerSql<ServerFacts[]>`
    select current_setting('server_version') as version, clock_timestamp() as now,
      -- Of a session of another login, an owner who is no superuser sees the database and not the type.
      (select count(*)::integer from pg_stat_activity
        where coalesce(backend_type = 'client backend', datid is not null)) as connections,
      current_setting('max_connections')::integer as "maxConnections",
      pg_database_size(current_database())::float8 as "databaseBytes",
      current_setting('fsync') = 'on' and current_setting('full_page_writes') = 'on' as "isDurable",
      coalesce((select extract(epoch from now() - min(xact_start)) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()), 0)::float8 as "oldestTransactionSeconds",
      (select 2147483647 - age(datfrozenxid) from pg_database where datname = current_database())::float8 as "transactionsLeft"`,
  )
  return facts
}
