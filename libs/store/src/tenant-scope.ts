import type { Sql, TenantSql } from './database.ts'
import { type ConstraintErrors, domainErrorFrom } from './postgres-errors.ts'

const largestTenantId = 2 ** 31 - 1

/**
 * Runs `work` in one transaction that sees and writes the rows of one tenant alone: row level security compares every
 * row's `tenant_id` with a setting that lives as long as the transaction. Commits when `work` returns; rolls back when
 * it throws or when any query failed, even one whose error `work` caught (use `sql.savepoint` to try something).
 *
 * Errors of Postgres come out as domain errors where they have a meaning for callers; `constraints` says what the
 * violation of a named constraint means here.
 */
export async function inTenant<T>(
  sql: Sql,
  tenantId: number,
  work: (sql: TenantSql) => Promise<T>,
  constraints: ConstraintErrors = {},
): Promise<T> {
  if (!Number.isInteger(tenantId) || tenantId < 1 || tenantId > largestTenantId) {
    throw new TypeError(`A tenant id is a whole number from 1 to ${largestTenantId}, not ${tenantId}`)
  }
  try {
    const outcome = await sql.begin(async (transaction) => {
      // Not awaited first: queries of one transaction run in the order they were sent, so this saves a round trip.
      const scoped = transaction`select set_config('assay.tenant_id', ${String(tenantId)}, true)`.execute()
      const [, result] = await Promise.all([scoped, work(transaction)])
      return { result }
    })
    return outcome.result
  } catch (error) {
    throw domainErrorFrom(error, constraints)
  }
}
