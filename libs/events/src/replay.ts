import { resourceExhausted } from '@assay/errors'
import { entriesAfter, positionBefore, readPosition, recordEntry } from '@assay/ledger'
import type { TenantSql } from '@assay/store'
import { askedAgain } from './deliveries.ts'
import { eventTypes, testKind } from './event-types.ts'
import { follower } from './queue.ts'
import { countWaiting, isFor, mostWaiting, putDeliveries } from './queue-events.ts'
import { wakeWebhook } from './wake-webhook.ts'
import { lockWebhook } from './webhook.ts'

/** From where on: a position of the ledger, or a time. */
export type ReplayStart = { readonly position: number } | { readonly time: Date }

/** What a replay queued. */
interface Replayed {
  readonly queuedCount: number
  /** Where to go on, for what was too much at once; undefined: that was all. */
  readonly nextPosition: number | undefined
}

/** Entries that one call reads. */
const mostEntries = 5_000

/**
 * Delivers again what the webhook asks for, from a position or a time on: also what it was not told of, since it was made later or was
 * disabled. Ids and bodies are the same as before. What the ledger has lost by age is not among it.
 * @throws not_found; resource_exhausted (TOO_MANY_WAITING) where more than 50,000 would wait, and nothing is queued then
 */
export async function replaySince(
  sql: TenantSql,
  tenantId: number,
  webhookId: string,
  start: ReplayStart,
): Promise<Replayed> {
  const webhook = await lockWebhook(sql, webhookId)
  const first = 'time' in start ? await positionBefore(sql, start.time) : Math.max(0, start.position - 1)
  // What was not queued yet comes by itself.
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
  const queuedCount = await putDeliveries(sql, tenantId, webhookId, events, sql`do update set ${askedAgain(sql)}`)
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
