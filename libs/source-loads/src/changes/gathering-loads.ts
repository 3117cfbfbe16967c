import { jobs } from '@assay/jobs'
import type { TenantSql } from '@assay/store'
import { loadQueue } from '../queues.ts'

/** Schedules the start of a load that gathers change sets. */
export async function beginGathering(
  sql: TenantSql,
  tenantId: number,
  { id, delayMs }: { readonly id: number; readonly delayMs: number },
): Promise<void> {
  const loadId = String(id)
  await jobs.enqueue(sql, loadQueue, { tenantId, loadId }, loadId, { delayMs: Math.max(0, delayMs) })
}

/** Starts the loads that gathered change sets while this load, which they are based on, was combined. */
export async function beginFollowers(sql: TenantSql, tenantId: number, loadKey: number): Promise<void> {
  const followers = await sql<{ id: number; delayMs: number }[]>`
    select id, (extract(epoch from gathers_until - now()) * 1000)::integer as "delayMs" from source_loads
    where base_load_id = ${loadKey} and gathers_until is not null and state = 'open'`
  for (const follower of followers) await beginGathering(sql, tenantId, follower)
}

/** Fails the loads of change sets that are based on a load that did not come into force. */
export async function failFollowers(sql: TenantSql, loadKey: number): Promise<void> {
  const message = `It builds on load "${loadKey}", which did not come into force; send the changes again, built on the load in force`
  await sql`
    with failed as (
      update source_loads follower set state = 'failed', error_message = ${message}
      from source_loads base
      where base.id = ${loadKey} and base.state in ('failed', 'aborted') and follower.base_load_id = base.id
        and follower.gathers_until is not null and follower.state = 'open'
      returning follower.id)
    update source_change_sets set changes = null from failed where load_id = failed.id`
}
