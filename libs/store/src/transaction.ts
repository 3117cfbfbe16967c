import type { Sql, TenantSql } from './database.ts'
import { type ConstraintErrors, domainErrorFrom } from './postgres-errors.ts'
import { TransactionLife } from './transaction-life.ts'

export interface TransactionOptions {
  /** Default: read committed. A stricter level may fail with `aborted`, and the caller then starts over. */
  readonly isolation?: 'repeatable read' | 'serializable'
  /** What the violation of a named constraint means here. */
  readonly constraints?: ConstraintErrors
  /** Ends the transaction: its query is cancelled, what it did is rolled back, and the signal's reason is thrown. */
  readonly signal?: AbortSignal
  /**
   * Sends what comes first right behind `begin`, which saves a round trip. Only for work that may run outside of a transaction up to
   * its first answer: should the server refuse `begin`, the error is thrown and nothing more is sent, but the first queries
   * have run. Those of `inTenant` find and write no rows then.
   */
  readonly isPipelined?: boolean
}

/**
 * Runs `work` in one transaction. Commits when `work` returns; rolls back when it throws or when any query failed, even
 * one whose error `work` caught (`sql.savepoint` tries something that may fail). Errors of Postgres come out as domain
 * errors where they mean something to callers. `unavailable` from a connection that broke during the commit leaves open
 * whether it happened.
 *
 * The handle refuses queries once the transaction is over or its connection is lost.
 */
export async function inTransaction<T>(
  sql: Sql,
  work: (sql: TenantSql) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const { signal } = options
  signal?.throwIfAborted()
  // The driver is patched to know the first word.
  const pipelined = options.isPipelined === true ? 'pipelined ' : ''
  const level = options.isolation === undefined ? pipelined : `${pipelined}isolation level ${options.isolation}`
  try {
    // Wrapped, because the driver's types take a result that is an array for a list of promises.
    const outcome = await sql.begin(level, async (transaction) => ({
      result: await (signal === undefined ? work(transaction) : workUntil(signal, transaction, work)),
    }))
    return outcome.result
  } catch (error) {
    signal?.throwIfAborted()
    throw domainErrorFrom(error, options.constraints)
  }
}

/**
 * Asks the last query of a transaction: the commit is sent right behind it, which saves a round trip. A query that fails is
 * rolled back all the same. The handle refuses whatever is asked after it. In the transaction of a bounded reader it is a query like others.
 */
export async function askLast<T>(sql: TenantSql, query: PendingQuery<T>): Promise<T> {
  if (TransactionLife.of(sql)?.askedLast() === false) return query
  query.execute()
  // The driver is patched to have it.
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
