import { jobs } from '@assay/jobs'
import type { TenantSql } from '@assay/store'
import { compositionQueue } from './queues.ts'

/**
 * Requests a composition of the tenant's sources, in the caller's transaction. Several requests before it starts lead to one
 * composition.
 */
export async function askForComposition(sql: TenantSql, tenantId: number): Promise<void> {
  await sql`
    insert into source_compositions as c (tenant_id, wanted) values (${tenantId}, 1)
    on conflict (tenant_id) do update set wanted = c.wanted + 1`
  await jobs.enqueue(sql, compositionQueue, { tenantId }, `tenant-${tenantId}`)
}
