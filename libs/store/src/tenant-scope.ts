import type { Sql, TenantSql } from './database.ts'
import { inTransaction, type TransactionOptions } from './transaction.ts'

const largestTenantId = 2 ** 31 - 1

/**
 * `inTransaction` that sees and writes the rows of one tenant alone: row level security compares every row's
 * `tenant_id` with a setting that lives as long as the transaction.
 */
export async function inTenant<T>(
  sql: Sql,
  tenantId: number,
  work: (sql: TenantSql) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  if (!Number.isInteger(tenantId) || tenantId < 1 || tenantId > largestTenantId) {
    throw new TypeError(`A tenant id is a whole number from 1 to ${largestTenantId}, not ${tenantId}`)
  }
  const scopedWork = async (transaction: TenantSql): Promise<T> => {
    // Not awaited first: queries of one transaction run in the order they were sent, so this saves a round trip.
    const scoped = transaction`select set_config('assay.tenant_id', ${String(tenantId)}, true)`.execute()
    const [, result] = await Promise.all([scoped, work(transaction)])
    return result
  }
  return inTransaction(sql, scopedWork, options)
}
