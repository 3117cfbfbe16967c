import { defineWork } from '@assay/jobs'
import { inTenant } from '@assay/store'
import { expiryQueue } from '../queues.ts'
import type { ExportTools } from './export-work.ts'

/** The job that removes expired exports; the schedule starts it. */
export function expiryWork(tools: ExportTools) {
  return defineWork<object, object>({
    queue: expiryQueue,
    title: 'The removal of expired exports',
    longestMs: 10 * 60_000,
    takeUp: async (payload) => payload,
    run: (_, { signal }) => removeExpiredExports(tools, signal),
  })
}

/**
 * Removes exports of all tenants that were requested more than 7 days ago. It removes the archives first, so that after a
 * failure the record is still there for the next attempt. When the signal is aborted, the rest waits for the next time.
 */
export async function removeExpiredExports(tools: ExportTools, signal: AbortSignal): Promise<void> {
  const tenants = await tools.sql<{ tenantId: number }[]>`
    select tenant_id as "tenantId" from tenants_with_expired_exports() as expired (tenant_id)`
  for (const { tenantId } of tenants) {
    signal.throwIfAborted()
    await removeExpiredOf(tools, tenantId)
  }
}

async function removeExpiredOf({ sql, archives }: ExportTools, tenantId: number): Promise<void> {
  const expired = await inTenant(
    sql,
    tenantId,
    (scoped) => scoped<{ id: string; objectKey: string | null }[]>`
    select id, object_key as "objectKey" from potential_role_exports where expires_at <= now()`,
  )
  await archives.remove(
    tenantId,
    expired.flatMap(({ objectKey }) => objectKey ?? []),
  )
  await inTenant(
    sql,
    tenantId,
    (scoped) => scoped`
    delete from potential_role_exports where id = any(${expired.map(({ id }) => id)}::uuid[])`,
  )
}
