import { defineQueue } from '@assay/jobs'

export interface DeliveryPayload {
  readonly tenantId: number
  readonly webhookId: string
  readonly turn: number
}

/** One turn of a webhook at a time; one that is due later waits in the queue until then. */
export const deliveryQueue = defineQueue<DeliveryPayload>('webhook-delivery', 'one-at-a-time')

/** All the work of events, for `prepareQueues`. */
export const eventQueues = [deliveryQueue]

/** Held while webhooks of a tenant are made or deleted, and while its events are queued. */
export function webhooksLock(tenantId: number): string {
  return `webhooks of ${tenantId}`
}

/** Who follows the ledger. */
export const follower = 'webhooks'
