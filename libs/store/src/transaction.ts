import type { Sql, TenantSql } from './handles.ts'
import type { PooledSql } from './pool.ts'
import { type ConstraintErrors, domainErrorFrom } from './postgres-errors.ts'
import { type Setting, settingQuery } from './settings.ts'
import { SingleQuery } from './single-query.ts'
import { TransactionLife } from './transaction-life.ts'

export interface TransactionOptions {
  /** Default: read committed. A stricter level may fail with `aborted`; the caller then starts again. */
  readonly isolation?: 'repeatable read' | 'serializable'
  /** The errors for violations of named constraints. */
  readonly constraints?: ConstraintErrors
  /** Ends the transaction: its query is cancelled, its changes are rolled back, and the signal's reason is thrown. */
  readonly signal?: AbortSignal
}

/**
 * Runs `work` in one transaction. Commits when `work` returns; rolls back when it throws or when any query failed, even one whose error
 * `work` caught (use `sql.savepoint` for a query that may fail). Errors of PostgreSQL become domain errors if they mean something to
 * callers. After `unavailable` from a connection that broke during the commit, it is unknown whether the commit happened.
 *
 * The handle refuses queries once the transaction has ended or its connection is lost.
 */
export function inTransaction<T>(
  sql: Sql,
  work: (sql: TenantSql) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  return begun(sql, levelOf(options), work, options)
}

/**
 * `inTransaction` with settings, for work whose first queries may run outside of the transaction and without the settings: they are sent
 * directly after `begin`, which saves a round trip. If the server refuses `begin`, the error is thrown and nothing more is sent, but the
 * first queries have run. Those of `inTenant` then find and write no rows.
 */
export function inSetTransaction<T>(
  sql: Sql,
  settings: readonly Setting[],
  work: (sql: TenantSql) => Promise<T>,
  options: TransactionOptions,
): Promise<T> {
  // The patched driver supports the first word.
  return begun(
    sql,
    `pipelined ${levelOf(options)}`,
    (transaction) => withSettings(transaction, settings, work),
    options,
  )
}

/** The settings are not awaited first: queries of one transaction run in the order in which they were sent, so this takes no round trip. */
async function withSettings<T>(
  sql: TenantSql,
  settings: readonly Setting[],
  work: (sql: TenantSql) => Promise<T>,
): Promise<T> {
  const { string, parameters } = settingQuery(settings)
  const set = sql.unsafe(string, [...parameters], { prepare: true }).execute()
  // Work whose settings were refused must also end before the function returns: a query that it sends after a rollback could reach the next
  // user of the connection.
  const [setting, done] = await Promise.allSettled([set, work(sql)])
  if (setting.status === 'rejected') throw setting.reason
  if (done.status === 'rejected') throw done.reason
  return done.value
}

/**
 * A transaction of one query, see `SingleQuery`; undefined when the pool prepares nothing. `work` sends its query by `askLast`. The query
 * cannot be cancelled, like the last query of any transaction; the server's time limit ends it.
 */
export function inSingleTransaction<T>(
  sql: Sql,
  settings: readonly Setting[],
  work: (sql: TenantSql) => Promise<T>,
  { signal, constraints }: Omit<TransactionOptions, 'isolation'>,
): Promise<T> | undefined {
  const single = (sql as unknown as PooledSql).single?.(settingQuery(settings))
  return single && asked(single, work, signal, constraints)
}

async function asked<T>(
  single: SingleQuery,
  work: (sql: TenantSql) => Promise<T>,
  signal: AbortSignal | undefined,
  constraints: ConstraintErrors | undefined,
): Promise<T> {
  signal?.throwIfAborted()
  try {
    return await work(single.handle)
  } catch (error) {
    signal?.throwIfAborted()
    throw domainErrorFrom(error, constraints)
  }
}

function levelOf({ isolation }: TransactionOptions): string {
  return isolation === undefined ? '' : `isolation level ${isolation}`
}

async function begun<T>(
  sql: Sql,
  level: string,
  work: (sql: TenantSql) => Promise<T>,
  { signal, constraints }: TransactionOptions,
): Promise<T> {
  signal?.throwIfAborted()
  let life: TransactionLife | undefined
  let hasWorked = false
  try {
    // Wrapped, because the driver treats a result that is an array as a list of promises.
    const outcome = await sql.begin(level, async (transaction) => {
      life = TransactionLife.of(transaction)
      const result = await (signal === undefined ? work(transaction) : workUntil(signal, transaction, work))
      hasWorked = true
      return { result }
    })
    return outcome.result
  } catch (error) {
    signal?.throwIfAborted()
    // Nothing is permanent before the commit was sent.
    throw domainErrorFrom(error, constraints, !hasWorked && life?.isAskedLast !== true)
  }
}

/**
 * Sends the last query of a transaction; the commit follows directly after it, which saves a round trip. If the query fails, it is rolled
 * back. The handle refuses all later queries. In the transaction of a bounded reader it is an ordinary query.
 */
export async function askLast<T>(sql: TenantSql, query: PendingQuery<T>): Promise<T> {
  const single = SingleQuery.of(sql)
  if (single !== undefined) return single.ask(query)
  if (TransactionLife.of(sql)?.askedLast() === false) return query
  query.execute()
  // The patched driver has this function.
  ;(sql as unknown as { commit(): void }).commit()
  return query
}

interface PendingQuery<T> extends PromiseLike<T> {
  execute(): unknown
}

async function workUntil<T>(
  signal: AbortSignal,
  transaction: TenantSql,
  work: (sql: TenantSql) => Promise<T>,
): Promise<T> {
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped = TransactionLife.of(transaction)?.stop(signal.reason)
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    signal.throwIfAborted()
    return await work(transaction)
  } finally {
    signal.removeEventListener('abort', stop)
    await stopped
  }
}
