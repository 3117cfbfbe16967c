import { jobs } from '@assay/jobs'
import type { TenantSql } from '@assay/store'
import { deliveryQueue } from './queue.ts'

/** Twice the longest pause. A time that is later comes from a clock that was wrong; the job then checks again. */
const longestWaitMs = 2 * 86_400_000

/**
 * Queues the webhook's next turn after a delay, or at the end of its pause, unless an earlier one is queued. Call it in the transaction
 * that makes the turn necessary. A turn that is running at that time is followed by this one, so nothing is missed.
 */
export async function wakeWebhook(sql: TenantSql, tenantId: number, webhookId: string, delayMs = 0): Promise<void> {
  const [row] = await sql<{ turn: number; waitMs: number }[]>`
    update webhooks set turn = turn + 1, due_at = asked.at
    from (select greatest(now() + ${delayMs} * interval '1 millisecond', quiet_until) as at
      from webhooks where id = ${webhookId} for update) asked
    where id = ${webhookId} and disabled_at is null and (due_at is null or due_at > asked.at or due_at < now() - interval '1 minute')
    returning turn, least(${longestWaitMs}, greatest(0, extract(epoch from asked.at - now()) * 1000))::integer as "waitMs"`
  if (row === undefined) return
  const { turn, waitMs } = row
  await jobs.enqueue(sql, deliveryQueue, { tenantId, webhookId, turn }, webhookId, { delayMs: waitMs })
}
