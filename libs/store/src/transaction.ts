import type { Sql, TenantSql } from './database.ts'
import { type ConstraintErrors, domainErrorFrom } from './postgres-errors.ts'

export interface TransactionOptions {
  /** Default: read committed. A stricter level may fail with `aborted`, and the caller then starts over. */
  readonly isolation?: 'repeatable read' | 'serializable'
  /** What the violation of a named constraint means here. */
  readonly constraints?: ConstraintErrors
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
  const level = options.isolation === undefined ? '' : `isolation level ${options.isolation}`
  try {
    // Wrapped, because the driver's types take a result that is an array for a list of promises.
    const outcome = await sql.begin(level, async (transaction) => ({ result: await work(transaction) }))
    return outcome.result
  } catch (error) {
    throw domainErrorFrom(error, options.constraints)
  }
}
