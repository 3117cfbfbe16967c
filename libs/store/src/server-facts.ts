import type { Sql } from './handles.ts'
import { schemaName } from './login-check.ts'
import { onlyRow } from './only-row.ts'

/** Facts about a database server for an operator. */
export interface ServerFacts {
  readonly version: string
  /** The clock of the server, when it answered. */
  readonly now: Date
  readonly connections: number
  readonly maxConnections: number
  /** The connections that are reserved for superusers and for members of `pg_use_reserved_connections`. */
  readonly reservedConnections: number
  /** The connection limit of this database; undefined for the limit of the server. */
  readonly databaseConnectionLimit: number | undefined
  readonly sessions: readonly SessionCount[]
  /** The locks for which the server has room; a few more if other shared memory is free. */
  readonly lockRoom: number
  /** The tenants with access data: the grants of each are a partition. */
  readonly grantPartitions: number
  readonly databaseBytes: number
  /** Whether committed data are on the disk. */
  readonly isDurable: boolean
  /** The age of the oldest transaction of this database; until it ends, dead rows cannot be removed. */
  readonly oldestTransactionSeconds: number
  /** The transaction ids that are left before the server refuses writes. */
  readonly transactionsLeft: number
}

/** The connections of one login to this database under one application name. */
export interface SessionCount {
  readonly login: string
  readonly application: string
  readonly connections: number
  /** The limit of the login for all its connections; undefined for none. */
  readonly loginLimit: number | undefined
}

export async function serverFacts(ownerSql: Sql): Promise<ServerFacts> {
  const facts = onlyRow(
    await ownerSql<(ServerFacts & { databaseConnectionLimit: number | null })[]>`
    select current_setting('server_version') as version, clock_timestamp() as now,
      -- Of a session of another login, an owner who is no superuser sees the database and not the type.
      (select count(*)::integer from pg_stat_activity
        where coalesce(backend_type = 'client backend', datid is not null)) as connections,
      current_setting('max_connections')::integer as "maxConnections",
      current_setting('superuser_reserved_connections')::integer
        -- PostgreSQL 16 and newer.
        + coalesce(current_setting('reserved_connections', true), '0')::integer as "reservedConnections",
      (select nullif(datconnlimit, -1) from pg_database where datname = current_database()) as "databaseConnectionLimit",
      current_setting('max_locks_per_transaction')::integer
        * (current_setting('max_connections')::integer + current_setting('max_prepared_transactions')::integer) as "lockRoom",
      (select count(*)::integer from pg_inherits where inhparent = to_regclass(${`${schemaName}.grants`})) as "grantPartitions",
      pg_database_size(current_database())::float8 as "databaseBytes",
      current_setting('fsync') = 'on' and current_setting('full_page_writes') = 'on' as "isDurable",
      coalesce((select extract(epoch from now() - min(xact_start)) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()), 0)::float8 as "oldestTransactionSeconds",
      (select 2147483647 - age(datfrozenxid) from pg_database where datname = current_database())::float8 as "transactionsLeft"`,
  )
  const { databaseConnectionLimit, ...others } = facts
  return {
    ...others,
    databaseConnectionLimit: databaseConnectionLimit ?? undefined,
    sessions: await sessionCounts(ownerSql),
  }
}

async function sessionCounts(ownerSql: Sql): Promise<SessionCount[]> {
  const rows = await ownerSql<(Omit<SessionCount, 'loginLimit'> & { loginLimit: number | null })[]>`
    select session.usename as login, session.application_name as application, count(*)::integer as connections,
      nullif(min(login.rolconnlimit), -1) as "loginLimit"
    from pg_stat_activity session join pg_roles login on login.oid = session.usesysid
    where session.datname = current_database()
    group by session.usename, session.application_name order by 1, 2`
  return rows.map(({ loginLimit, ...session }) => ({ ...session, loginLimit: loginLimit ?? undefined }))
}
