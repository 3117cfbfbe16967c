export { agedDeliveries } from './aged-rows.ts'
export { describedEventTypes } from './cloud-event.ts'
export {
  type Delivery,
  type DeliveryPosition,
  type DeliveryState,
  listDeliveries,
  replayDelivery,
} from './deliveries.ts'
export { deliveryWork } from './delivery-work.ts'
export { eraseFromWebhooks } from './erase-person.ts'
export { typeName } from './event-types.ts'
export { eventQueues } from './queue.ts'
export { startQueueingEvents } from './queue-events.ts'
export { type ReplayStart, replaySince } from './replay.ts'
export { getWebhook, listWebhooks, type Webhook, type WebhookPosition } from './webhook.ts'
export { wakeLeftWebhooks, webhookStates } from './webhook-care.ts'
export type { WebhookSettings } from './webhook-settings.ts'
export {
  createWebhook,
  deleteWebhook,
  disableWebhook,
  enableWebhook,
  rotateSecret,
  testWebhook,
  updateWebhook,
} from './webhooks.ts'
