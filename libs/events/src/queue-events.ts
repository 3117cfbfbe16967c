import { type FollowedEntry, readOn, tenantsBehindLedger } from '@assay/ledger'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { subjectOf } from './cloud-event.ts'
import { eventTypes, subscribesTo, testKind } from './event-types.ts'
import { follower, webhooksLock } from './queue.ts'
import { wakeWebhook } from './wake-webhook.ts'
import { disableWebhook } from './webhooks.ts'

/** The most entries of one transaction. */
const mostEntries = 500

/** At most this number of deliveries of one webhook may wait; with more, it is disabled. */
export const mostWaiting = 50_000

interface Asking {
  readonly id: string
  readonly eventTypes: string[]
}

/**
 * Makes deliveries from the entries that were sealed since the last call, for each webhook that subscribes to them. One transaction stores
 * the deliveries and the position up to which the ledger was read, so that no event is lost and none is queued twice. A process can be
 * killed at any moment, and several processes may call it.
 * @returns the number of entries that were read; 0 while another process reads, and while a webhook is made or deleted
 */
export function queueEvents(sql: Sql, tenantId: number): Promise<number> {
  return inTenant(sql, tenantId, async (scoped) => {
    // Deleting the last webhook locks the webhook before the follower; this function locks them in the other order.
    const [locked] = await scoped<{ isOurs: boolean }[]>`
      select pg_try_advisory_xact_lock(hashtextextended(${webhooksLock(tenantId)}, 0)) as "isOurs"`
    if (locked?.isOurs !== true) return 0
    const entries = await readOn(scoped, follower, mostEntries)
    if (entries === undefined || entries.length === 0) return 0
    const events = entries.filter(({ kind, subject }) => eventTypes.has(kind) && subject.id !== undefined)
    if (events.length === 0) return entries.length
    const webhooks = await scoped<Asking[]>`
      select id, event_types as "eventTypes" from webhooks where disabled_at is null order by id`
    for (const webhook of webhooks) {
      const asked = events.filter((event) => isFor(webhook, event))
      if (asked.length > 0) await queueFor(scoped, tenantId, webhook.id, asked)
    }
    return entries.length
  })
}

/** Whether the event is queued for the webhook. */
export function isFor({ id, eventTypes: types }: Asking, { kind, subject }: FollowedEntry): boolean {
  return kind === testKind ? subject.id === id : subscribesTo(types, kind)
}

async function queueFor(
  sql: TenantSql,
  tenantId: number,
  webhookId: string,
  events: readonly FollowedEntry[],
): Promise<void> {
  await putDeliveries(sql, tenantId, webhookId, events, sql`do nothing`)
  if ((await countWaiting(sql, webhookId)) > mostWaiting) await disableWebhook(sql, webhookId, 'backlog')
  else await wakeWebhook(sql, tenantId, webhookId)
}

export async function countWaiting(sql: TenantSql, webhookId: string): Promise<number> {
  const [{ count = 0 } = {}] = await sql<{ count: number }[]>`
    select count(*)::integer as count from webhook_deliveries where webhook_id = ${webhookId} and state = 'waiting'`
  return count
}

/** @param onConflict the action for deliveries that exist already */
export async function putDeliveries(
  sql: TenantSql,
  tenantId: number,
  webhookId: string,
  events: readonly FollowedEntry[],
  onConflict: ReturnType<TenantSql>,
): Promise<number> {
  const { count } = await sql`
    insert into webhook_deliveries (tenant_id, webhook_id, position, event_id, event_type, subject)
    select ${tenantId}, ${webhookId}, one.* from unnest(${events.map(({ position }) => position)}::bigint[],
      ${events.map(({ id }) => id)}::uuid[], ${events.map(({ kind }) => kind)}::text[],
      ${events.map((event) => subjectOf(event))}::text[]) as one (position, event_id, event_type, subject)
    on conflict (tenant_id, webhook_id, position) ${onConflict}`
  return count
}

interface QueueingOptions {
  /** Time between two checks, in milliseconds; default 500. */
  readonly everyMs?: number
  readonly onError: (error: unknown) => void
}

/** The pause after a failure, such as an unreachable database. */
const pauseMs = 5_000

/** Queues the events of all tenants, until it is stopped. Several workers may run it at the same time. */
export function startQueueingEvents(sql: Sql, { everyMs = 500, onError }: QueueingOptions): { stop(): Promise<void> } {
  const stopping = new AbortController()
  let queueing: Promise<void> | undefined
  let pausedUntil = 0
  // A tenant with a fault does not stop the other tenants, and neither does one that is far behind: each tenant gets one part in each
  // round.
  const look = async () => {
    for (let isBehind = true; isBehind; ) {
      isBehind = false
      for (const tenantId of await tenantsBehindLedger(sql, follower)) {
        if (stopping.signal.aborted) return
        if ((await queueEvents(sql, tenantId).catch(failed)) === mostEntries) isBehind = true
      }
    }
  }
  const failed = (error: unknown): number => {
    pausedUntil = performance.now() + pauseMs
    onError(error)
    return 0
  }
  const timer = setInterval(() => {
    if (performance.now() < pausedUntil) return
    queueing ??= look()
      .catch((error: unknown) => void failed(error))
      .finally(() => {
        queueing = undefined
      })
  }, everyMs)
  return {
    async stop() {
      stopping.abort()
      clearInterval(timer)
      await queueing
    },
  }
}
