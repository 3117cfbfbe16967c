import type { Fragment, Sql, TenantSql } from './database.ts'
import { inTransaction, type TransactionOptions } from './transaction.ts'
import { TransactionLife } from './transaction-life.ts'
import { isUuid } from './uuid.ts'

export interface TenantOptions extends TransactionOptions {
  /**
   * Plans each prepared query once for all parameters. PostgreSQL otherwise plans a page of a list at every call, because it
   * expects a tenth of all rows of a limit that is a parameter, and planning takes as long as reading the page. Not for
   * queries of which parameters decide where to look first.
   */
  readonly keepsPlans?: boolean
  /**
   * What is left of the deadline of whoever waits. The server ends a query soon after that, should this process not be there any
   * more to cancel it, and the transaction waits for no lock longer than this or 10 seconds. Default: no limits.
   */
  readonly timeoutMs?: number | undefined
}

/** Whose rows: a tenant's, or of them those that a bounded reader may see. An API client's principal is one. */
export interface Reader {
  readonly tenantId: number
  /** The scope that the reader is bound to; undefined: not bounded. */
  readonly readerScope?: string | undefined
}

const largestTenantId = 2 ** 31 - 1
/** Who waits for a lock holds a connection. */
const longestLockMs = 10_000
/** The deadline comes first and says so; the limit of the server is for those who cannot cancel. */
const graceMs = 1000

/**
 * `inTransaction` that sees and writes the rows of one tenant alone: row level security compares every row's
 * `tenant_id` with a setting that lives as long as the transaction. Of a bounded reader it also hides what lies outside the
 * reader's scope, as it was settled last: see `inReaderScope` of @assay/role-mining, which settles it first.
 * @param reader a tenant's id stands for a reader who is not bounded
 */
export async function inTenant<T>(
  sql: Sql,
  reader: number | Reader,
  work: (sql: TenantSql) => Promise<T>,
  options: TenantOptions = {},
): Promise<T> {
  const { tenantId, readerScope }: Reader = typeof reader === 'number' ? { tenantId: reader } : reader
  if (!Number.isInteger(tenantId) || tenantId < 1 || tenantId > largestTenantId) {
    throw new TypeError(`A tenant id is a whole number from 1 to ${largestTenantId}, not ${tenantId}`)
  }
  // An empty one would bound nobody.
  if (readerScope !== undefined && !isUuid(readerScope)) throw new TypeError('The id of a reader scope is a uuid')
  const scopedWork = async (transaction: TenantSql): Promise<T> => {
    // Not awaited first: queries of one transaction run in the order they were sent, so this saves a round trip.
    const id = String(tenantId)
    const plans = options.keepsPlans
      ? transaction`, set_config('plan_cache_mode', 'force_generic_plan', true)`
      : transaction``
    const limits = options.timeoutMs === undefined ? transaction`` : timeLimits(transaction, options.timeoutMs)
    const bound =
      readerScope === undefined ? transaction`` : transaction`, set_config('assay.reader_scope', ${readerScope}, true)`
    const scope = transaction`select set_config('assay.tenant_id', ${id}, true)${bound}${plans}${limits}`
    const scoped = scope.execute()
    if (readerScope !== undefined) TransactionLife.of(transaction)?.stayOpen()
    const [, result] = await Promise.all([scoped, work(transaction)])
    return result
  }
  return inTransaction(sql, scopedWork, { ...options, isPipelined: true })
}

function timeLimits(sql: TenantSql, timeoutMs: number): Fragment {
  // 0 would be no limit.
  const leftMs = Math.max(1, Math.ceil(timeoutMs))
  const statement = String(leftMs + graceMs)
  const lock = String(Math.min(leftMs, longestLockMs))
  return sql`, set_config('statement_timeout', ${statement}, true), set_config('lock_timeout', ${lock}, true)`
}
