import type { TenantSql } from '@assay/store'

/** "POLI" */
const lockClass = 0x504f4c49

// Until their transactions end. Taken before any row is locked, so that nobody waits in a circle.

/** Held by whoever obeys the policies; any number hold it at a time. */
export async function keepPolicies(sql: TenantSql, tenantId: number): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(${lockClass}, ${tenantId})`
}

/** Held by whoever changes the policies: waits for changes that were allowed by the ones before. */
export async function lockPolicies(sql: TenantSql, tenantId: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(${lockClass}, ${tenantId})`
}
