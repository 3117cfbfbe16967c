import { arrayTypeOptions, safeInteger } from './array-types.ts'
import type { DriverCheck } from './driver.ts'
import type { Sql } from './handles.ts'
import { loginCheck, ownerCheck, schemaName } from './login-check.ts'
import { Pool } from './pool.ts'
import type { PoolState } from './pool-use.ts'
import type { ServiceName } from './services.ts'

/** How a process reaches its database. */
export interface DatabaseAddress {
  /** `postgres://user:password@host:port/database`, with `?sslmode=` and the like where needed. */
  readonly url: string
  /** The server itself, where `url` is a pooler's: for connections that LISTEN, and for the queue's keeper. Default: `url`. */
  readonly directUrl?: string | undefined
  /** False: no prepared statements, for a pooler that gives each transaction another connection. Default true. */
  readonly prepares?: boolean | undefined
  /** Whose login it has to be. Default: that of any service. */
  readonly service?: ServiceName | undefined
}

export interface DatabaseOptions extends DatabaseAddress {
  /** Shown in `pg_stat_activity`, to find the holder of a lock: `assay-mining`. */
  readonly applicationName: string
  /** Default 10. The sum over all processes has to stay below the server's `max_connections`. */
  readonly maxConnections?: number
  /**
   * How long a query or transaction waits for a connection before it is refused with `unavailable` (DATABASE_BUSY); nothing of it
   * has run then. By default it waits until one is free, as work in the background may.
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
 * A pool for services. Role and search path belong to the login, so nothing is set at the start of a connection that a pooler
 * could lose; each new connection is checked before its first query (`loginCheck`), and closed when the login may do more than a
 * service. Connections open on first use: a server that is down shows as an error of the first query.
 */
export function openDatabase(options: DatabaseOptions): Database {
  return open(options, serviceSettings(options.applicationName), loginCheck(options.service))
}

/** A pool that works as the owner of the schema: migrations, tenants and the command line, never a request. */
export function openOwnerDatabase(options: DatabaseOptions): Database {
  return open(options, { ...serviceSettings(options.applicationName), search_path: schemaName }, ownerCheck)
}

/** How every connection of this library is set up. */
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
 * `int8` arrives as a number: counts and sizes are what it holds, and they stay below 2^53. A value beyond arrives as
 * a bigint instead of being rounded, so that arithmetic on it fails loudly. A bigint is accepted as a parameter.
 */
const int8 = {
  to: 20,
  from: [20],
  serialize: (value: bigint | number): string => value.toString(),
  // The driver's types know one type for both ways; rows are typed where they are read.
  parse: (text: string) => safeInteger(text) as bigint,
}
