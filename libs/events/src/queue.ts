import { defineQueue } from '@assay/jobs'

export interface DeliveryPayload {
  readonly tenantId: number
  readonly webhookId: string
  readonly turn: number
}

/** A webhook has one turn at a time; a turn that is due later waits in the queue until then. */
export const deliveryQueue = defineQueue<DeliveryPayload>('webhook-delivery', 'one-at-a-time')

/** All queues of events, for `prepareQueues`. */
export const eventQueues = [deliveryQueue]

/** The name of the lock that is held while webhooks of a tenant are made or deleted, and while its events are queued. */
export function webhooksLock(tenantId: number): string {
  return `webhooks of ${tenantId}`
}

/** The name of the follower of the ledger. */
export const follower = 'webhooks'
