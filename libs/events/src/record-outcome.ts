import type { TenantSql } from '@assay/store'
import type { DueDelivery } from './due-deliveries.ts'
import { delayAfter } from './retry-schedule.ts'
import type { Outcome } from './send-event.ts'
import type { DisabledBecause } from './webhook.ts'
import { disableWebhook } from './webhooks.ts'

/** The consequences of an attempt. */
export interface Recorded {
  /** Milliseconds until the next attempt; undefined for a delivery that has ended. */
  readonly againMs: number | undefined
  readonly disabled: DisabledBecause | undefined
  /** Whether the receiver accepted nothing since the first attempt: then the receiver is at fault, and not the event. */
  readonly tookNothing: boolean
  /** Whether the webhook was disabled or deleted meanwhile. */
  readonly isWithdrawn: boolean
}

interface Judged {
  readonly isWithdrawn: boolean
  readonly lastSuccessAt: Date | null
}

const nothing = { againMs: undefined, disabled: undefined, tookNothing: false }

/**
 * Records an attempt. A delivery ends when the receiver accepts it, and after its last attempt. When a delivery ended without success and
 * the receiver accepted nothing since its first attempt, the webhook is disabled. It is also disabled when the receiver responds that it is
 * gone. An attempt of a delivery that changed meanwhile is not recorded: it was replayed, or another worker sent it.
 */
export async function recordOutcome(
  sql: TenantSql,
  webhookId: string,
  delivery: DueDelivery,
  outcome: Outcome,
): Promise<Recorded> {
  // Locks the webhook first, as calls about webhooks do: another order could cause a deadlock.
  const [webhook] = await sql<Judged[]>`
    select disabled_at is not null as "isWithdrawn", last_success_at as "lastSuccessAt"
    from webhooks where id = ${webhookId} for no key update`
  if (webhook === undefined) return { ...nothing, isWithdrawn: true }
  if (outcome.kind !== 'delivered') return recordFailure(sql, webhookId, delivery, webhook, outcome)
  await recordSuccess(sql, webhookId, delivery, outcome)
  return { ...nothing, isWithdrawn: webhook.isWithdrawn }
}

/** The delivery in the state in which it was sent. */
function asSent(sql: TenantSql, webhookId: string, { position, attempts, replays }: DueDelivery) {
  return sql`webhook_id = ${webhookId} and position = ${position} and state = 'waiting' and attempts = ${attempts}
    and replays = ${replays}`
}

async function recordSuccess(
  sql: TenantSql,
  webhookId: string,
  delivery: DueDelivery,
  { status, answer }: { readonly status: number; readonly answer: string },
): Promise<void> {
  await sql`
    update webhook_deliveries set state = 'delivered', attempts = attempts + 1, ended_at = now(), last_attempt_at = now(),
      first_attempt_at = coalesce(first_attempt_at, now()), last_status = ${status}, last_answer = ${answer}, last_fault = ''
    where ${asSent(sql, webhookId, delivery)}`
  // A pause that a concurrent response requested stays.
  await sql`update webhooks set last_success_at = now(), failing_since = null where id = ${webhookId}`
}

async function recordFailure(
  sql: TenantSql,
  webhookId: string,
  delivery: DueDelivery,
  { isWithdrawn, lastSuccessAt }: Judged,
  outcome: Exclude<Outcome, { readonly kind: 'delivered' }>,
): Promise<Recorded> {
  const isGone = outcome.kind === 'gone'
  const delay = isGone ? undefined : delayAfter(delivery.attempts + 1)
  const pause = outcome.kind === 'unreachable' ? undefined : outcome.retryAfterMs
  const againMs = delay === undefined ? undefined : Math.max(delay, pause ?? 0)
  const [status, answer, fault] =
    outcome.kind === 'unreachable' ? [null, '', outcome.fault] : [outcome.status, outcome.answer, '']
  const { count } = await sql`
    update webhook_deliveries set state = ${againMs === undefined ? 'failed' : 'waiting'}, attempts = attempts + 1,
      last_attempt_at = now(), first_attempt_at = coalesce(first_attempt_at, now()),
      ended_at = case when ${againMs === undefined} then now() end,
      next_attempt_at = now() + ${againMs ?? 0} * interval '1 millisecond',
      last_status = ${status}, last_answer = ${answer}, last_fault = ${fault}
    where ${asSent(sql, webhookId, delivery)}`
  if (count === 0) return { ...nothing, isWithdrawn }
  const words =
    outcome.kind === 'unreachable' ? outcome.fault : `The receiver responded with the status ${outcome.status}`
  await sql`
    update webhooks set failing_since = coalesce(failing_since, now()), last_failure = ${words} where id = ${webhookId}`
  const { firstAttemptAt } = delivery
  const tookNothing = lastSuccessAt === null || (firstAttemptAt !== undefined && lastSuccessAt < firstAttemptAt)
  if (isWithdrawn) return { againMs, disabled: undefined, tookNothing, isWithdrawn }
  const disabled = isGone ? 'gone' : againMs === undefined && tookNothing ? 'failing' : undefined
  if (disabled !== undefined) await disableWebhook(sql, webhookId, disabled)
  return { againMs, disabled, tookNothing, isWithdrawn }
}

/** Ends the delivery of an event that the ledger removed by age. */
export async function recordLost(sql: TenantSql, webhookId: string, delivery: DueDelivery): Promise<void> {
  await sql`
    update webhook_deliveries set state = 'failed', ended_at = now(), last_fault = 'The ledger does not have the event any more'
    where ${asSent(sql, webhookId, delivery)}`
}

/** Sends nothing for this time, or for longer if another response requested that. */
export async function keepQuiet(sql: TenantSql, webhookId: string, ms: number): Promise<void> {
  await sql`
    update webhooks set quiet_until = greatest(quiet_until, now() + ${ms} * interval '1 millisecond') where id = ${webhookId}`
}
