import type { TenantSql } from '@assay/store'

/** "MEMB": one evaluation of a tenant at a time, so that no evaluation overwrites a later one with older data. */
const lockClass = 0x4d454d42

/**
 * Locks the membership of a tenant until the transaction ends.
 * @param timeoutMs the longest wait for this lock and later locks of the transaction; default: no limit
 * @throws aborted after that time
 */
export async function lockMembership(sql: TenantSql, tenantId: number, timeoutMs?: number): Promise<void> {
  if (timeoutMs !== undefined) await sql`select set_config('lock_timeout', ${String(timeoutMs)}, true)`
  await sql`select pg_advisory_xact_lock(${lockClass}, ${tenantId})`
}
