import type postgres from 'postgres'
import { arrayTypeOptions, safeInteger } from './array-types.ts'
import { Pool } from './pool.ts'
import type { PoolState } from './pool-use.ts'

type Types = { bigint: bigint }

/** A pool. Queries on it run outside a tenant's scope: a service sees no tenant's rows through it. */
export type Sql = postgres.Sql<Types>

/** One transaction; every query on it runs on the same connection. `inTenant` hands it out scoped to a tenant. */
export type TenantSql = postgres.TransactionSql<Types>

/** A piece of a query with its parameters, made by the same tag and put into another query; never awaited by itself. */
export type Fragment = postgres.Fragment

/** The role that services work as: owns nothing, holds only granted rights, subject to row level security. */
export const serviceRole = 'assay_service'

/** Where Assay's tables live; every connection of this library finds them without naming it. */
export const schemaName = 'assay'

export interface DatabaseOptions {
  /** `postgres://user:password@host:port/database`, with `?sslmode=` and the like where needed. */
  readonly url: string
  /** Shown in `pg_stat_activity`, for whoever looks for the holder of a lock: `assay-mining`. */
  readonly applicationName: string
  /** Default 10. The sum over all processes has to stay below the server's `max_connections`. */
  readonly maxConnections?: number
  /**
   * How long a query or transaction waits for a connection before it is refused with `unavailable` (DATABASE_BUSY); nothing of it
   * has run then. By default it waits until one is free, as work in the background may.
   */
  readonly maxWaitMs?: number
  /** Told how long each transaction waited for a connection, in seconds. */
  readonly onWait?: (seconds: number) => void
}

export interface Database {
  readonly sql: Sql
  poolState(): PoolState
  /** Lets running queries finish for up to five seconds, then closes every connection. */
  close(): Promise<void>
}

/**
 * A pool for services. The role is part of the connection's startup packet, so no query can run before it is in force,
 * and `reset role` goes back to it. Connections open on first use: a server that is down shows as an error of the
 * first query.
 */
export function openDatabase(options: DatabaseOptions): Database {
  return open(options, { role: serviceRole })
}

/** A pool that works as the owner of the schema: migrations, tenants and the command line, never a request. */
export function openOwnerDatabase(options: DatabaseOptions): Database {
  return open(options, {})
}

/** How every connection of this library is set up, beside its role. */
export const driverOptions = {
  connect_timeout: 10,
  onnotice: ignoreNotice,
  fetch_types: false,
  get types() {
    return { ...arrayTypeOptions, bigint: int8 }
  },
}

/** What the server is told of a connection as it begins. */
export function sessionSettings(applicationName: string) {
  return { application_name: applicationName, search_path: schemaName, TimeZone: 'UTC' }
}

function open(options: DatabaseOptions, connection: Record<string, string>): Database {
  const driver = {
    ...driverOptions,
    max: options.maxConnections ?? 10,
    queue_timeout: options.maxWaitMs === undefined ? null : options.maxWaitMs / 1000,
    connection: { ...connection, ...sessionSettings(options.applicationName) },
  }
  const pool = new Pool(options.url, driver, options.onWait)
  return { sql: pool.sql, poolState: () => pool.use.state, close: () => pool.close() }
}

/** Notices ("relation already exists, skipping") are chatter; what matters arrives as an error. */
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
