import type { Sql, TenantSql } from './handles.ts'
import type { Setting } from './settings.ts'
import { inSetTransaction, inSingleTransaction, type TransactionOptions } from './transaction.ts'
import { TransactionLife } from './transaction-life.ts'
import { isUuid } from './uuid.ts'

export interface TenantOptions extends TransactionOptions {
  /**
   * Plans each prepared query once for all parameters. Otherwise, PostgreSQL plans a page of a list at every call, because it expects a
   * tenth of all rows for a limit that is a parameter, and planning takes as long as reading the page. Not for queries whose best plan
   * depends on the parameters.
   */
  readonly keepsPlans?: boolean
  /**
   * The rest of the caller's deadline. The server ends a query soon after it, in case this process can no longer cancel it, and the
   * transaction waits for a lock no longer than this or 10 seconds. Default: no limits.
   */
  readonly timeoutMs?: number | undefined
}

/** The reader of rows: a tenant, or a bounded reader who sees a part of a tenant's rows. An API client's principal is a Reader. */
export interface Reader {
  readonly tenantId: number
  /** The scope of a bounded reader; undefined for all rows. */
  readonly readerScope?: string | undefined
}

const largestTenantId = 2 ** 31 - 1
/** The limit of a wait for a lock, which holds a connection. */
const longestLockMs = 10_000
/** The deadline ends a query first and has its own error; the server's limit is for processes that can no longer cancel. */
const graceMs = 1000

/**
 * `inTransaction` that sees and writes only the rows of one tenant: row level security compares the `tenant_id` of every row with a setting
 * of the transaction. For a bounded reader it also hides what is outside the reader's scope, as it was last computed: see `inReaderScope`
 * of @assay/role-mining, which computes it first.
 * @param reader a tenant's id means a reader who is not bounded
 */
export async function inTenant<T>(
  sql: Sql,
  reader: number | Reader,
  work: (sql: TenantSql) => Promise<T>,
  options: TenantOptions = {},
): Promise<T> {
  const { readerScope }: Reader = typeof reader === 'number' ? { tenantId: reader } : reader
  const scopedWork = (transaction: TenantSql): Promise<T> => {
    if (readerScope !== undefined) TransactionLife.of(transaction)?.stayOpen()
    return work(transaction)
  }
  return inSetTransaction(sql, tenantSettings(reader, options), scopedWork, options)
}

/**
 * `inTenant` for work that is one query, sent by `askLast`, for a reader who is not bounded: the query and the tenant's settings are one
 * message to the server and one transaction. Any other query of `work` is refused, and no signal cancels this one.
 */
export async function askInTenant<T>(
  sql: Sql,
  tenantId: number,
  work: (sql: TenantSql) => Promise<T>,
  options: Omit<TenantOptions, 'isolation'> = {},
): Promise<T> {
  const settings = tenantSettings(tenantId, options)
  return inSingleTransaction(sql, settings, work, options) ?? inSetTransaction(sql, settings, work, options)
}

/** The values are numbers, the id of a scope, and fixed words, so nothing must be escaped. */
function tenantSettings(reader: number | Reader, { keepsPlans, timeoutMs }: TenantOptions): readonly Setting[] {
  const { tenantId, readerScope }: Reader = typeof reader === 'number' ? { tenantId: reader } : reader
  if (!Number.isInteger(tenantId) || tenantId < 1 || tenantId > largestTenantId) {
    throw new TypeError(`A tenant id is a whole number from 1 to ${largestTenantId}, not ${tenantId}`)
  }
  // An empty scope would not restrict anything.
  if (readerScope !== undefined && !isUuid(readerScope)) throw new TypeError('The id of a reader scope is a uuid')
  const settings: Setting[] = [['assay.tenant_id', String(tenantId)]]
  if (readerScope !== undefined) settings.push(['assay.reader_scope', readerScope])
  if (keepsPlans === true) settings.push(['plan_cache_mode', 'force_generic_plan'])
  if (timeoutMs !== undefined) settings.push(...timeLimits(timeoutMs))
  return settings
}

function timeLimits(timeoutMs: number): readonly Setting[] {
  // 0 would mean no limit.
  const leftMs = Math.max(1, Math.ceil(timeoutMs))
  return [
    ['statement_timeout', String(leftMs + graceMs)],
    ['lock_timeout', String(Math.min(leftMs, longestLockMs))],
  ]
}
