import { DomainError } from '@assay/errors'
import { inTenant, requireActiveTenant, type Sql, withDomainErrors } from '@assay/store'
import { wakeWebhook } from './wake-webhook.ts'

/** Figures about the webhooks of a tenant. */
interface WebhookStates {
  readonly tenantId: number
  readonly enabled: number
  /** Number of enabled webhooks whose newest attempt failed. */
  readonly failing: number
  /** Number of webhooks that Assay disabled. */
  readonly disabled: number
  /** Number of waiting deliveries. */
  readonly waiting: number
}

/** The figures of all tenants that have webhooks. For workers and the owner of the schema. */
export async function webhookStates(sql: Sql): Promise<WebhookStates[]> {
  return withDomainErrors(sql<WebhookStates[]>`
    select tenant_id as "tenantId", enabled::integer, failing::integer, disabled::integer, waiting::integer from webhook_states()`)
}

/**
 * Queues turns of webhooks whose job was lost, as after a restore. Jobs of a suspended tenant are held and not lost. @returns the number of
 * these webhooks
 */
export async function wakeLeftWebhooks(sql: Sql): Promise<number> {
  const left = await withDomainErrors(sql<{ tenantId: number; id: string }[]>`
    select tenant_id as "tenantId", id from webhooks_left_waiting()`)
  let woken = 0
  for (const { tenantId, id } of left) {
    if (!(await isServed(sql, tenantId))) continue
    await inTenant(sql, tenantId, (scoped) => wakeWebhook(scoped, tenantId, id))
    woken++
  }
  return woken
}

async function isServed(sql: Sql, tenantId: number): Promise<boolean> {
  try {
    await requireActiveTenant(sql, { tenantId, name: String(tenantId) })
    return true
  } catch (error) {
    if (error instanceof DomainError && error.kind === 'permission_denied') return false
    throw error
  }
}
