import { resourceExhausted } from '@assay/errors'
import { entriesAfter, positionBefore, readPosition, recordEntry } from '@assay/ledger'
import type { TenantSql } from '@assay/store'
import { replayedColumns } from './deliveries.ts'
import { eventTypes, testKind } from './event-types.ts'
import { follower } from './queue.ts'
import { countWaiting, isFor, mostWaiting, putDeliveries } from './queue-events.ts'
import { wakeWebhook } from './wake-webhook.ts'
import { lockWebhook } from './webhook.ts'

/** The start of a replay: a position of the ledger, or a time. */
export type ReplayStart = { readonly position: number } | { readonly time: Date }

/** The result of a replay. */
interface Replayed {
  readonly queuedCount: number
  /** The position at which to continue, when there were too many entries for one call; undefined at the end. */
  readonly nextPosition: number | undefined
}

/** The most entries that one call reads. */
const mostEntries = 5_000

/**
 * Delivers the events to which the webhook subscribes again, from a position or a time on, also those from before it was made or while it
 * was disabled. Ids and bodies are the same as before. Entries that the ledger removed by age are left out.
 * @throws not_found; resource_exhausted (TOO_MANY_WAITING) when more than 50,000 deliveries would wait; then nothing is queued
 */
export async function replaySince(
  sql: TenantSql,
  tenantId: number,
  webhookId: string,
  start: ReplayStart,
): Promise<Replayed> {
  const webhook = await lockWebhook(sql, webhookId)
  const first = 'time' in start ? await positionBefore(sql, start.time) : Math.max(0, start.position - 1)
  // Later entries are not queued yet, and will be.
  const through = (await readPosition(sql, follower)) ?? 0
  const entries = await entriesAfter(sql, first, mostEntries)
  const events = entries.filter(
    (entry) =>
      entry.position <= through &&
      eventTypes.has(entry.kind) &&
      entry.kind !== testKind &&
      entry.subject.id !== undefined &&
      isFor({ id: webhookId, eventTypes: [...webhook.eventTypes] }, entry),
  )
  const queuedCount = await putDeliveries(sql, tenantId, webhookId, events, sql`do update set ${replayedColumns(sql)}`)
  if ((await countWaiting(sql, webhookId)) > mostWaiting)
    throw resourceExhausted(
      `more than ${mostWaiting.toLocaleString('en')} events would wait for the webhook; replay on from position ${first + 1} when some are delivered`,
      { reason: 'TOO_MANY_WAITING', metadata: { limit: String(mostWaiting) } },
    )
  const last = entries.at(-1)?.position ?? through
  const nextPosition = entries.length === mostEntries && last < through ? last + 1 : undefined
  await recordEntry(sql, {
    kind: 'webhook.replay',
    subject: { type: 'webhook', id: webhookId },
    after: { since: first + 1, queuedCount },
  })
  await sql`update webhooks set quiet_until = null where id = ${webhookId}`
  await wakeWebhook(sql, tenantId, webhookId)
  return { queuedCount, nextPosition }
}
