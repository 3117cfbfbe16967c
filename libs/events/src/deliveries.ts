import { notFound } from '@assay/errors'
import { recordEntry } from '@assay/ledger'
import { isUuid, type TenantSql } from '@assay/store'
import { wakeWebhook } from './wake-webhook.ts'
import { getWebhook, lockWebhook } from './webhook.ts'

export type DeliveryState = 'waiting' | 'delivered' | 'failed'

/** The delivery of an event to a webhook, with its result so far. */
export interface Delivery {
  readonly eventId: string
  /** The position of the event in the chain of the ledger. */
  readonly position: number
  readonly eventType: string
  readonly subject: string
  readonly state: DeliveryState
  /** The number of attempts since it was queued, or since the last replay. */
  readonly attempts: number
  readonly replays: number
  readonly queuedAt: Date
  readonly lastAttemptAt: Date | undefined
  /** Undefined for a delivery that has ended. An earlier event of the same subject may delay it further. */
  readonly nextAttemptAt: Date | undefined
  readonly endedAt: Date | undefined
  /** The status of the newest response; undefined when there was none. */
  readonly lastStatus: number | undefined
  /** The beginning of the newest response. */
  readonly lastAnswer: string
  /** The reason why there was no response; may be empty. */
  readonly lastFault: string
}

type Nullable<Row> = { [Key in keyof Row]: undefined extends Row[Key] ? NonNullable<Row[Key]> | null : Row[Key] }

/** The delivery at the end of a page. */
export type DeliveryPosition = readonly [position: number]

interface Which {
  readonly state?: DeliveryState | undefined
  /** A kind; '' for all. */
  readonly eventType: string
}

/** The newest events first. @throws not_found for an unknown webhook */
export async function listDeliveries(
  sql: TenantSql,
  webhookId: string,
  { state, eventType }: Which,
  { size, after }: { readonly size: number; readonly after?: DeliveryPosition | undefined },
): Promise<{ readonly deliveries: readonly Delivery[]; readonly last: DeliveryPosition | undefined }> {
  await getWebhook(sql, webhookId)
  const rows = await sql<Nullable<Delivery>[]>`
    select ${columns(sql)} from webhook_deliveries
    where webhook_id = ${webhookId}
      ${state === undefined ? sql`` : sql`and state = ${state}`}
      ${eventType === '' ? sql`` : sql`and event_type = ${eventType}`}
      ${after === undefined ? sql`` : sql`and position < ${after[0]}`}
    order by position desc limit ${size + 1}`
  const shown = rows.slice(0, size)
  const end = rows.length > size ? shown.at(-1) : undefined
  return { deliveries: shown.map(deliveryOf), last: end && [end.position] }
}

/**
 * Delivers an event again, with the same id and the same body. A waiting delivery is tried at once.
 * @throws not_found for an unknown webhook, and for an event that was not queued for it
 */
export async function replayDelivery(
  sql: TenantSql,
  tenantId: number,
  webhookId: string,
  eventId: string,
): Promise<Delivery> {
  await lockWebhook(sql, webhookId)
  const rows = isUuid(eventId)
    ? await sql<Nullable<Delivery>[]>`
        update webhook_deliveries set ${replayedColumns(sql)}
        where webhook_id = ${webhookId} and event_id = ${eventId} returning ${columns(sql)}`
    : []
  const [row] = rows
  if (row === undefined) throw notFound('delivery', eventId)
  await recordEntry(sql, {
    kind: 'webhook.replay',
    subject: { type: 'webhook', id: webhookId },
    after: { eventId, position: row.position },
  })
  await sql`update webhooks set quiet_until = null where id = ${webhookId}`
  await wakeWebhook(sql, tenantId, webhookId)
  return deliveryOf(row)
}

/** The changes that a replay makes to a delivery. */
export function replayedColumns(sql: TenantSql) {
  return sql`state = 'waiting', attempts = 0, replays = webhook_deliveries.replays + 1, first_attempt_at = null,
    next_attempt_at = now(), ended_at = null`
}

function columns(sql: TenantSql) {
  return sql`event_id as "eventId", position, event_type as "eventType", subject, state, attempts, replays,
    queued_at as "queuedAt", last_attempt_at as "lastAttemptAt",
    case when state = 'waiting' then next_attempt_at end as "nextAttemptAt", ended_at as "endedAt",
    last_status as "lastStatus", last_answer as "lastAnswer", last_fault as "lastFault"`
}

function deliveryOf(row: Nullable<Delivery>): Delivery {
  return {
    ...row,
    lastAttemptAt: row.lastAttemptAt ?? undefined,
    nextAttemptAt: row.nextAttemptAt ?? undefined,
    endedAt: row.endedAt ?? undefined,
    lastStatus: row.lastStatus ?? undefined,
  }
}
