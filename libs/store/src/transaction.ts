import type { Sql, TenantSql } from './handles.ts'
import type { PooledSql } from './pool.ts'
import { type ConstraintErrors, domainErrorFrom } from './postgres-errors.ts'
import { type Setting, settingQuery } from './settings.ts'
import { SingleQuery } from './single-query.ts'
import { TransactionLife } from './transaction-life.ts'

export interface TransactionOptions {
  /** Default: read committed. A stricter level may fail with `aborted`, and the caller then starts over. */
  readonly isolation?: 'repeatable read' | 'serializable'
  /** What the violation of a named constraint means here. */
  readonly constraints?: ConstraintErrors
  /** Ends the transaction: its query is cancelled, what it did is rolled back, and the signal's reason is thrown. */
  readonly signal?: AbortSignal
}

/**
 * Runs `work` in one transaction. Commits when `work` returns; rolls back when it throws or when any query failed, even
 * one whose error `work` caught (`sql.savepoint` tries something that may fail). Errors of Postgres come out as domain
 * errors where they mean something to callers. `unavailable` from a connection that broke during the commit leaves open
 * whether it happened.
 *
 * The handle refuses queries once the transaction is over or its connection is lost.
 */
export function inTransaction<T>(
  sql: Sql,
  work: (sql: TenantSql) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  return begun(sql, levelOf(options), work, options)
}

/**
 * `inTransaction` with settings, for work that may run outside of the transaction, without them, up to its first answer: what comes
 * first is sent right behind `begin`, which saves a round trip. Should the server refuse `begin`, the error is thrown and nothing
 * more is sent, but the first queries have run. Those of `inTenant` find and write no rows then.
 */
export function inSetTransaction<T>(
  sql: Sql,
  settings: readonly Setting[],
  work: (sql: TenantSql) => Promise<T>,
  options: TransactionOptions,
): Promise<T> {
  // The driver is patched to know the first word.
  return begun(
    sql,
    `pipelined ${levelOf(options)}`,
    (transaction) => withSettings(transaction, settings, work),
    options,
  )
}

/** Not awaited first: queries of one transaction run in the order they were sent, so this takes no round trip. */
async function withSettings<T>(
  sql: TenantSql,
  settings: readonly Setting[],
  work: (sql: TenantSql) => Promise<T>,
): Promise<T> {
  const { string, parameters } = settingQuery(settings)
  const set = sql.unsafe(string, [...parameters], { prepare: true }).execute()
  // Work whose settings were refused comes to its end as well: what it asks after a rollback could reach whoever has the connection next.
  const [setting, done] = await Promise.allSettled([set, work(sql)])
  if (setting.status === 'rejected') throw setting.reason
  if (done.status === 'rejected') throw done.reason
  return done.value
}

/**
 * A transaction of one query, see `SingleQuery`; undefined where the pool prepares nothing. `work` asks its query by `askLast`. It
 * is not cancelled, as the last query of any transaction is not; the server's time limit ends it.
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
    // Wrapped, because the driver takes a result that is an array for a list of promises.
    const outcome = await sql.begin(level, async (transaction) => {
      life = TransactionLife.of(transaction)
      const result = await (signal === undefined ? work(transaction) : workUntil(signal, transaction, work))
      hasWorked = true
      return { result }
    })
    return outcome.result
  } catch (error) {
    signal?.throwIfAborted()
    // Before the commit was sent nothing lasts.
    throw domainErrorFrom(error, constraints, !hasWorked && life?.isAskedLast !== true)
  }
}

/**
 * Asks the last query of a transaction: the commit is sent right behind it, which saves a round trip. A query that fails is
 * rolled back all the same. The handle refuses whatever is asked after it. In the transaction of a bounded reader it is a query like others.
 */
export async function askLast<T>(sql: TenantSql, query: PendingQuery<T>): Promise<T> {
  const single = SingleQuery.of(sql)
  if (single !== undefined) return single.ask(query)
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
