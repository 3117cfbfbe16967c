import { randomUUID } from 'node:crypto'
import { sealForWorkers } from '@assay/auth'
import { failedPrecondition, resourceExhausted } from '@assay/errors'
import { followLedger, recordEntry, unfollowLedger } from '@assay/ledger'
import type { TenantSql } from '@assay/store'
import { testKind } from './event-types.ts'
import { follower, webhooksLock } from './queue.ts'
import { newSecret } from './signature.ts'
import { wakeWebhook } from './wake-webhook.ts'
import { getWebhook, lockWebhook, type Webhook } from './webhook.ts'
import { checkedSettings, type WebhookSettings } from './webhook-settings.ts'

/** A webhook with the secret that signs from now on. The secret is returned only this once. */
interface WebhookWithSecret {
  readonly webhook: Webhook
  readonly secret: string
}

/** The most webhooks of a tenant. */
export const mostWebhooks = 50

/** The previous secret also signs for this number of hours. */
const rotationHours = 24

/** The name under which a secret is sealed. */
export function secretName(webhookId: string): string {
  return `secret of webhook ${webhookId}`
}

/**
 * Makes a webhook. It gets events from now on.
 * @throws invalid_argument; resource_exhausted for more than 50; failed_precondition before a worker that can sign has started
 */
export async function createWebhook(
  sql: TenantSql,
  tenantId: number,
  settings: WebhookSettings,
): Promise<WebhookWithSecret> {
  const { url, description, eventTypes } = checkedSettings(settings)
  await sql`select pg_advisory_xact_lock(hashtextextended(${webhooksLock(tenantId)}, 0))`
  const [{ count = 0 } = {}] = await sql<{ count: number }[]>`select count(*)::integer as count from webhooks`
  if (count >= mostWebhooks)
    throw resourceExhausted(`A tenant has at most ${mostWebhooks} webhooks; delete one first`, {
      reason: 'TOO_MANY_WEBHOOKS',
      metadata: { limit: String(mostWebhooks) },
    })
  const id = randomUUID()
  const secret = newSecret()
  const sealed = JSON.stringify(await sealForWorkers(sql, secretName(id), secret))
  await sql`
    insert into webhooks (tenant_id, id, url, description, event_types, secret)
    values (${tenantId}, ${id}, ${url}, ${description}, ${[...eventTypes]}::text[], ${sealed}::text::jsonb)`
  await followLedger(sql, tenantId, follower)
  await record(sql, id, 'create', undefined, { url, description, eventTypes })
  return { webhook: await getWebhook(sql, id), secret }
}

/** @throws not_found; invalid_argument */
export async function updateWebhook(sql: TenantSql, id: string, change: Partial<WebhookSettings>): Promise<Webhook> {
  const before = settingsOf(await lockWebhook(sql, id))
  const after = checkedSettings({ ...before, ...change })
  if (JSON.stringify(after) === JSON.stringify(before)) return getWebhook(sql, id)
  const { url, description, eventTypes } = after
  await sql`
    update webhooks set url = ${url}, description = ${description}, event_types = ${[...eventTypes]}::text[] where id = ${id}`
  await record(sql, id, 'update', before, after)
  return getWebhook(sql, id)
}

/** Deletes a webhook with its deliveries; waiting ones are not sent. @throws not_found */
export async function deleteWebhook(sql: TenantSql, tenantId: number, id: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${webhooksLock(tenantId)}, 0))`
  const before = settingsOf(await lockWebhook(sql, id))
  await sql`delete from webhooks where id = ${id}`
  const [left] = await sql`select from webhooks limit 1`
  if (left === undefined) await unfollowLedger(sql, follower)
  await record(sql, id, 'delete', before, undefined)
}

/** Makes a new secret; the previous one also signs for 24 hours. @throws not_found; failed_precondition as `createWebhook` */
export async function rotateSecret(sql: TenantSql, id: string): Promise<WebhookWithSecret> {
  await lockWebhook(sql, id)
  const secret = newSecret()
  const sealed = JSON.stringify(await sealForWorkers(sql, secretName(id), secret))
  await sql`
    update webhooks set previous_secret = secret, secret = ${sealed}::text::jsonb,
      previous_secret_ends_at = now() + ${rotationHours} * interval '1 hour'
    where id = ${id}`
  await record(sql, id, 'rotate_secret', undefined, undefined)
  return { webhook: await getWebhook(sql, id), secret }
}

/**
 * Sends an event of the type `assay.webhook.test` to this webhook only, in its turn. @throws not_found; failed_precondition for a disabled
 * webhook
 */
export async function testWebhook(sql: TenantSql, id: string): Promise<{ readonly eventId: string }> {
  const { disabled } = await lockWebhook(sql, id)
  if (disabled !== undefined)
    throw failedPrecondition(`the webhook "${id}" is disabled and gets no events; enable it first`)
  // A user who tests a webhook should not wait for the end of a pause.
  await sql`update webhooks set quiet_until = null where id = ${id}`
  const entry = await recordEntry(sql, { kind: testKind, subject: { type: 'webhook', id }, facts: {} })
  return { eventId: entry.id }
}

/** Continues with waiting deliveries. Events since it was disabled are not among them: a replay sends them. @throws not_found */
export async function enableWebhook(sql: TenantSql, tenantId: number, id: string): Promise<Webhook> {
  const { disabled } = await lockWebhook(sql, id)
  if (disabled === undefined) return getWebhook(sql, id)
  await sql`
    update webhooks set disabled_at = null, disabled_because = null, failing_since = null, quiet_until = null, due_at = null
    where id = ${id}`
  await sql`
    update webhook_deliveries set attempts = 0, first_attempt_at = null, next_attempt_at = now()
    where webhook_id = ${id} and state = 'waiting'`
  await record(sql, id, 'enable', undefined, undefined)
  await wakeWebhook(sql, tenantId, id)
  return getWebhook(sql, id)
}

/** Sends nothing any more; waiting deliveries stay. @throws not_found */
export async function disableWebhook(
  sql: TenantSql,
  id: string,
  because: NonNullable<Webhook['disabled']>['because'] = 'asked',
): Promise<Webhook> {
  const { disabled } = await lockWebhook(sql, id)
  if (disabled !== undefined) return getWebhook(sql, id)
  await sql`update webhooks set disabled_at = now(), disabled_because = ${because}, due_at = null where id = ${id}`
  await recordEntry(sql, { kind: 'webhook.disable', subject: { type: 'webhook', id }, reason: because })
  return getWebhook(sql, id)
}

function settingsOf({ url, description, eventTypes }: Webhook): WebhookSettings {
  return { url, description, eventTypes }
}

/** All users who read the ledger may see where events are sent, but the path and the query of an address may be as secret as a password. */
function recorded({ url, description, eventTypes }: WebhookSettings) {
  return { url: new URL(url).origin, description, eventTypes }
}

async function record(
  sql: TenantSql,
  id: string,
  verb: string,
  before: WebhookSettings | undefined,
  after: WebhookSettings | undefined,
): Promise<void> {
  await recordEntry(sql, {
    kind: `webhook.${verb}`,
    subject: { type: 'webhook', id },
    ...(before !== undefined && { before: recorded(before) }),
    ...(after !== undefined && { after: recorded(after) }),
  })
}
