import { jobs } from '@assay/jobs'
import type { TenantSql } from '@assay/store'
import { compositionQueue } from './queues.ts'

/** Asks, in the caller's transaction, that the tenant's sources are put together again. Asking often is asking once. */
export async function askForComposition(sql: TenantSql, tenantId: number): Promise<void> {
  await sql`
    insert into source_compositions as c (tenant_id, wanted) values (${tenantId}, 1)
    on conflict (tenant_id) do update set wanted = c.wanted + 1`
  await jobs.enqueue(sql, compositionQueue, { tenantId }, `tenant-${tenantId}`)
}
