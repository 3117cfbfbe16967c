import { inTenant, type Sql, withDomainErrors } from '@assay/store'
import { wakeWebhook } from './wake-webhook.ts'

/** How the webhooks of a tenant fare. */
interface WebhookStates {
  readonly tenantId: number
  readonly enabled: number
  /** Of the enabled ones: the newest attempt failed. */
  readonly failing: number
  /** That nobody asked for. */
  readonly disabled: number
  /** Deliveries. */
  readonly waiting: number
}

/** Of all tenants that have webhooks. For workers and the owner of the schema. */
export async function webhookStates(sql: Sql): Promise<WebhookStates[]> {
  return withDomainErrors(sql<WebhookStates[]>`
    select tenant_id as "tenantId", enabled::integer, failing::integer, disabled::integer, waiting::integer from webhook_states()`)
}

/** How long deliveries are listed after they have ended. */
const keptDays = 30

/** Removes deliveries that ended long ago, of all tenants, a thousand at a time. @returns how many */
export async function removeOldDeliveries(sql: Sql, now = new Date()): Promise<number> {
  const before = new Date(now.getTime() - keptDays * 86_400_000)
  let sum = 0
  for (;;) {
    const [{ count = 0 } = {}] = await withDomainErrors(sql<{ count: number }[]>`
      select remove_old_deliveries(${before}) as count`)
    sum += count
    if (count < 1000) return sum
  }
}

/** Has webhooks go on whose job was lost, as after a restore. @returns how many */
export async function wakeLeftWebhooks(sql: Sql): Promise<number> {
  const left = await withDomainErrors(sql<{ tenantId: number; id: string }[]>`
    select tenant_id as "tenantId", id from webhooks_left_waiting()`)
  for (const { tenantId, id } of left) await inTenant(sql, tenantId, (scoped) => wakeWebhook(scoped, tenantId, id))
  return left.length
}
