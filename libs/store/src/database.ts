import { arrayTypeOptions, safeInteger } from './array-types.ts'
import type { DriverCheck } from './driver.ts'
import type { Sql } from './handles.ts'
import { loginCheck, ownerCheck, schemaName } from './login-check.ts'
import { Pool } from './pool.ts'
import type { PoolState } from './pool-use.ts'
import type { ServiceName } from './services.ts'

/** The address of a database and the way to use it. */
export interface DatabaseAddress {
  /** `postgres://user:password@host:port/database`, with parameters such as `?sslmode=`. */
  readonly url: string
  /**
   * The address of the server itself, when `url` is that of a pooler: for connections that LISTEN, and for the queue's maintenance.
   * Default: `url`.
   */
  readonly directUrl?: string | undefined
  /** False: no prepared statements, for a pooler that gives each transaction another connection. Default true. */
  readonly prepares?: boolean | undefined
  /** The service whose login it must be. Default: the login of any service. */
  readonly service?: ServiceName | undefined
}

export interface DatabaseOptions extends DatabaseAddress {
  /** Shown in `pg_stat_activity`, to find the holder of a lock: `assay-mining`. */
  readonly applicationName: string
  /** Default 10. The sum over all processes must stay below the server's `max_connections`. */
  readonly maxConnections?: number
  /**
   * The longest time that a query or transaction waits for a connection before it is refused with `unavailable` (DATABASE_BUSY), without
   * having run. By default it waits until one is free, which suits background work.
   */
  readonly maxWaitMs?: number
  /** Called with the time that each transaction waited for a connection, in seconds. */
  readonly onWait?: (seconds: number) => void
}

export interface Database {
  readonly sql: Sql
  poolState(): PoolState
  /** Lets running queries finish for up to five seconds, then closes every connection. */
  close(): Promise<void>
}

/**
 * A pool for services. Role and search path belong to the login, so nothing is set at the start of a connection that a pooler could lose.
 * Each new connection is checked before its first query (`loginCheck`), and closed when the login has more rights than a service.
 * Connections are opened on first use: if the server is down, the first query fails.
 */
export function openDatabase(options: DatabaseOptions): Database {
  return open(options, serviceSettings(options.applicationName), loginCheck(options.service))
}

/** A pool for the owner of the schema: for migrations, tenants and the command line, never for requests. */
export function openOwnerDatabase(options: DatabaseOptions): Database {
  return open(options, { ...serviceSettings(options.applicationName), search_path: schemaName }, ownerCheck)
}

/** The driver options of every connection of this library. */
export const driverOptions = {
  connect_timeout: 10,
  onnotice: ignoreNotice,
  fetch_types: false,
  get types() {
    return { ...arrayTypeOptions, bigint: int8 }
  },
}

/** The settings at the beginning of a service's connection: two settings that poolers store for each client. */
export function serviceSettings(applicationName: string) {
  return { application_name: applicationName, TimeZone: 'UTC' }
}

function open(
  { url, maxConnections, maxWaitMs, prepares, onWait }: DatabaseOptions,
  connection: Record<string, string>,
  check: DriverCheck,
): Database {
  const options = {
    ...driverOptions,
    max: maxConnections ?? 10,
    queue_timeout: maxWaitMs === undefined ? null : maxWaitMs / 1000,
    prepare: prepares ?? true,
    connection,
  }
  const pool = new Pool(url, options, check, onWait)
  return { sql: pool.sql, poolState: () => pool.use.state, close: () => pool.close() }
}

/** Ignores notices ("relation already exists, skipping"); problems arrive as errors. */
function ignoreNotice(): void {}

/**
 * `int8` is read as a number, since it holds counts and sizes, which stay below 2^53. A larger value is read as a bigint and is not
 * rounded, so that arithmetic with numbers fails. A bigint is accepted as a parameter.
 */
const int8 = {
  to: 20,
  from: [20],
  serialize: (value: bigint | number): string => value.toString(),
  // The driver has one type for both directions; rows are typed where they are read.
  parse: (text: string) => safeInteger(text) as bigint,
}
