import { removeTenantRows, type Sql, type TenantSql, tenantsDueForRemoval } from '@assay/store'

/**
 * Makes the queued work of a tenant wait until `releaseTenantJobs`; running jobs finish. Call it as the owner, in the
 * transaction that suspends the tenant. Jobs that are added or returned later wait automatically. Returns the number of jobs.
 */
export async function holdTenantJobs(ownerSql: TenantSql, tenantId: number): Promise<number> {
  const { count } = await ownerSql`
    update pgboss.job set start_after = 'infinity', keep_until = 'infinity'
    where data ->> 'tenantId' = ${String(tenantId)} and state < 'active'`
  return count
}

/** Releases the held jobs of a tenant. Call it as the owner, in the transaction that resumes the tenant. */
export async function releaseTenantJobs(ownerSql: TenantSql, tenantId: number): Promise<number> {
  const { count } = await ownerSql`
    update pgboss.job set start_after = now()
    where data ->> 'tenantId' = ${String(tenantId)} and state < 'active' and start_after = 'infinity'`
  return count
}

/**
 * Removes the tenants whose grace time is over, with their jobs and schedules. Several processes may call it at any time. A
 * tenant whose rows are in use stays for the next call. Returns the ids of the removed tenants.
 */
export async function removeDueTenants(sql: Sql): Promise<number[]> {
  const removed: number[] = []
  for (const tenantId of await tenantsDueForRemoval(sql)) {
    const id = String(tenantId)
    await sql`delete from pgboss.schedule where data ->> 'tenantId' = ${id}`
    await sql`delete from pgboss.job where data ->> 'tenantId' = ${id}`
    await sql`delete from pgboss.turn where owner = ${id}`
    if (await removeTenantRows(sql, tenantId)) removed.push(tenantId)
  }
  return removed
}
