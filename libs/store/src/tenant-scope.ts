import type { Sql, TenantSql } from './database.ts'
import { inTransaction, type TransactionOptions } from './transaction.ts'

export interface TenantOptions extends TransactionOptions {
  /**
   * Plans each prepared query once for all parameters. PostgreSQL otherwise plans a page of a list at every call, because it
   * expects a tenth of all rows of a limit that is a parameter, and planning takes as long as reading the page. Not for
   * queries of which parameters decide where to look first.
   */
  readonly keepsPlans?: boolean
}

const largestTenantId = 2 ** 31 - 1

/**
 * `inTransaction` that sees and writes the rows of one tenant alone: row level security compares every row's
 * `tenant_id` with a setting that lives as long as the transaction.
 */
export async function inTenant<T>(
  sql: Sql,
  tenantId: number,
  work: (sql: TenantSql) => Promise<T>,
  options: TenantOptions = {},
): Promise<T> {
  if (!Number.isInteger(tenantId) || tenantId < 1 || tenantId > largestTenantId) {
    throw new TypeError(`A tenant id is a whole number from 1 to ${largestTenantId}, not ${tenantId}`)
  }
  const scopedWork = async (transaction: TenantSql): Promise<T> => {
    // Not awaited first: queries of one transaction run in the order they were sent, so this saves a round trip.
    const id = String(tenantId)
    const scope = options.keepsPlans
      ? transaction`select set_config('assay.tenant_id', ${id}, true), set_config('plan_cache_mode', 'force_generic_plan', true)`
      : transaction`select set_config('assay.tenant_id', ${id}, true)`
    const scoped = scope.execute()
    const [, result] = await Promise.all([scoped, work(transaction)])
    return result
  }
  return inTransaction(sql, scopedWork, options)
}
