import type { TenantSql } from '@assay/store'
import type { DueDelivery } from './due-deliveries.ts'
import { delayAfter } from './retry-schedule.ts'
import type { Outcome } from './send-event.ts'
import type { DisabledBecause } from './webhook.ts'
import { disableWebhook } from './webhooks.ts'

/** What follows from an attempt. */
interface Recorded {
  /** When the delivery is tried again; undefined for one that has ended. */
  readonly againMs: number | undefined
  readonly disabled: DisabledBecause | undefined
}

/**
 * Records an attempt. A delivery ends when it is taken, and after its last attempt. When nothing was taken since the first attempt of
 * one that ended so, the webhook is disabled; it also is when the receiver says that it is gone.
 */
export function recordOutcome(
  sql: TenantSql,
  webhookId: string,
  delivery: DueDelivery,
  outcome: Outcome,
): Promise<Recorded> {
  return outcome.kind === 'delivered'
    ? recordSuccess(sql, webhookId, delivery, outcome)
    : recordFailure(sql, webhookId, delivery, outcome)
}

async function recordSuccess(
  sql: TenantSql,
  webhookId: string,
  { position }: DueDelivery,
  { status, answer }: { readonly status: number; readonly answer: string },
): Promise<Recorded> {
  await sql`
    update webhook_deliveries set state = 'delivered', attempts = attempts + 1, ended_at = now(), last_attempt_at = now(),
      first_attempt_at = coalesce(first_attempt_at, now()), last_status = ${status}, last_answer = ${answer}, last_fault = ''
    where webhook_id = ${webhookId} and position = ${position}`
  await sql`
    update webhooks set last_success_at = now(), failing_since = null, quiet_until = null where id = ${webhookId}`
  return { againMs: undefined, disabled: undefined }
}

async function recordFailure(
  sql: TenantSql,
  webhookId: string,
  delivery: DueDelivery,
  outcome: Exclude<Outcome, { readonly kind: 'delivered' }>,
): Promise<Recorded> {
  const isGone = outcome.kind === 'gone'
  const delay = isGone ? undefined : delayAfter(delivery.attempts + 1)
  const pause = outcome.kind === 'unreachable' ? undefined : outcome.retryAfterMs
  const againMs = delay === undefined ? undefined : Math.max(delay, pause ?? 0)
  const [status, answer, fault] =
    outcome.kind === 'unreachable' ? [null, '', outcome.fault] : [outcome.status, outcome.answer, '']
  await sql`
    update webhook_deliveries set state = ${againMs === undefined ? 'failed' : 'waiting'}, attempts = attempts + 1,
      last_attempt_at = now(), first_attempt_at = coalesce(first_attempt_at, now()),
      ended_at = case when ${againMs === undefined} then now() end,
      next_attempt_at = now() + ${againMs ?? 0} * interval '1 millisecond',
      last_status = ${status}, last_answer = ${answer}, last_fault = ${fault}
    where webhook_id = ${webhookId} and position = ${delivery.position}`
  const words =
    outcome.kind === 'unreachable' ? outcome.fault : `The receiver answered with the status ${outcome.status}`
  const [webhook] = await sql<{ lastSuccessAt: Date | null }[]>`
    update webhooks set failing_since = coalesce(failing_since, now()), last_failure = ${words}
    where id = ${webhookId} returning last_success_at as "lastSuccessAt"`
  // Somebody deleted it meanwhile.
  if (webhook === undefined) return { againMs, disabled: undefined }
  const { firstAttemptAt } = delivery
  const tookNothing =
    webhook.lastSuccessAt === null || (firstAttemptAt !== undefined && webhook.lastSuccessAt < firstAttemptAt)
  const disabled = isGone ? 'gone' : againMs === undefined && tookNothing ? 'failing' : undefined
  if (disabled !== undefined) await disableWebhook(sql, webhookId, disabled)
  return { againMs, disabled }
}

/** An event that the ledger has lost by age is delivered no more. */
export async function recordLost(sql: TenantSql, webhookId: string, { position }: DueDelivery): Promise<void> {
  await sql`
    update webhook_deliveries set state = 'failed', ended_at = now(), last_fault = 'The ledger does not have the event any more'
    where webhook_id = ${webhookId} and position = ${position}`
}

/** Nothing is sent for so long. */
export async function keepQuiet(sql: TenantSql, webhookId: string, ms: number): Promise<void> {
  await sql`
    update webhooks set quiet_until = now() + ${ms} * interval '1 millisecond' where id = ${webhookId}`
}
