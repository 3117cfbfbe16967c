import type { TenantSql } from '@assay/store'

/** "MEMB": one evaluation of a tenant at a time, so that none overwrites a later one by what it read before. */
const lockClass = 0x4d454d42

/**
 * Held until the transaction ends.
 * @param timeoutMs how long this and later locks of the transaction are waited for; default: as long as it takes
 * @throws aborted after that time
 */
export async function lockMembership(sql: TenantSql, tenantId: number, timeoutMs?: number): Promise<void> {
  if (timeoutMs !== undefined) await sql`select set_config('lock_timeout', ${String(timeoutMs)}, true)`
  await sql`select pg_advisory_xact_lock(${lockClass}, ${tenantId})`
}
