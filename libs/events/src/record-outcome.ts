import type { TenantSql } from '@assay/store'
import type { DueDelivery } from './due-deliveries.ts'
import { delayAfter } from './retry-schedule.ts'
import type { Outcome } from './send-event.ts'
import type { DisabledBecause } from './webhook.ts'
import { disableWebhook } from './webhooks.ts'

/** What follows from an attempt. */
export interface Recorded {
  /** When the delivery is tried again; undefined for one that has ended. */
  readonly againMs: number | undefined
  readonly disabled: DisabledBecause | undefined
  /** The receiver took nothing since the first attempt: it is at fault, and not the event. */
  readonly tookNothing: boolean
  /** Somebody disabled or deleted the webhook meanwhile. */
  readonly isWithdrawn: boolean
}

interface Judged {
  readonly isWithdrawn: boolean
  readonly lastSuccessAt: Date | null
}

const nothing = { againMs: undefined, disabled: undefined, tookNothing: false }

/**
 * Records an attempt. A delivery ends when it is taken, and after its last attempt. When nothing was taken since the first attempt of
 * one that ended so, the webhook is disabled; it also is when the receiver says that it is gone. Of a delivery that changed during the
 * attempt nothing is recorded: somebody asked for it again, or another worker sent it.
 */
export async function recordOutcome(
  sql: TenantSql,
  webhookId: string,
  delivery: DueDelivery,
  outcome: Outcome,
): Promise<Recorded> {
  // First, as calls about webhooks do: two that lock in another order would wait for each other.
  const [webhook] = await sql<Judged[]>`
    select disabled_at is not null as "isWithdrawn", last_success_at as "lastSuccessAt"
    from webhooks where id = ${webhookId} for no key update`
  if (webhook === undefined) return { ...nothing, isWithdrawn: true }
  if (outcome.kind !== 'delivered') return recordFailure(sql, webhookId, delivery, webhook, outcome)
  await recordSuccess(sql, webhookId, delivery, outcome)
  return { ...nothing, isWithdrawn: webhook.isWithdrawn }
}

/** The delivery as it was when it was sent. */
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
  // A pause that an answer at the same time asked for stays.
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
    outcome.kind === 'unreachable' ? outcome.fault : `The receiver answered with the status ${outcome.status}`
  await sql`
    update webhooks set failing_since = coalesce(failing_since, now()), last_failure = ${words} where id = ${webhookId}`
  const { firstAttemptAt } = delivery
  const tookNothing = lastSuccessAt === null || (firstAttemptAt !== undefined && lastSuccessAt < firstAttemptAt)
  if (isWithdrawn) return { againMs, disabled: undefined, tookNothing, isWithdrawn }
  const disabled = isGone ? 'gone' : againMs === undefined && tookNothing ? 'failing' : undefined
  if (disabled !== undefined) await disableWebhook(sql, webhookId, disabled)
  return { againMs, disabled, tookNothing, isWithdrawn }
}

/** An event that the ledger has lost by age is delivered no more. */
export async function recordLost(sql: TenantSql, webhookId: string, delivery: DueDelivery): Promise<void> {
  await sql`
    update webhook_deliveries set state = 'failed', ended_at = now(), last_fault = 'The ledger does not have the event any more'
    where ${asSent(sql, webhookId, delivery)}`
}

/** Nothing is sent for so long, or for longer where another answer asked for that. */
export async function keepQuiet(sql: TenantSql, webhookId: string, ms: number): Promise<void> {
  await sql`
    update webhooks set quiet_until = greatest(quiet_until, now() + ${ms} * interval '1 millisecond') where id = ${webhookId}`
}
