import type { TenantSql } from '@assay/store'

/** "MEMB": one evaluation of a tenant at a time, so that none overwrites a later one by what it read before. */
const lockClass = 0x4d454d42

/** Held until the transaction ends. */
export async function lockMembership(sql: TenantSql, tenantId: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(${lockClass}, ${tenantId})`
}
