import { type Principal, refusalOf } from '@assay/auth'
import type { WebhookService } from '@assay/contracts/assay/event/v1/webhook_service_pb'
import { invalidArgument } from '@assay/errors'
import {
  createWebhook,
  type Delivery,
  type DeliveryPosition,
  deleteWebhook,
  describedEventTypes,
  disableWebhook,
  enableWebhook,
  getWebhook,
  listDeliveries,
  listWebhooks,
  replayDelivery,
  replaySince,
  rotateSecret,
  testWebhook,
  updateWebhook,
  type Webhook,
  type WebhookPosition,
} from '@assay/events'
import type { ServiceImpl } from '@connectrpc/connect'
import { Pages } from '../paging.ts'
import { asCaller, type ServiceContext } from '../service-context.ts'
import {
  deliveryStateOf,
  replayStartOf,
  toDeliveryMessage,
  toEventTypeMessage,
  toWebhookMessage,
  webhookChangeOf,
} from './convert-webhook.ts'

/** Addresses to which events are delivered. Deliveries are made by workers. */
export function webhookService(service: ServiceContext): ServiceImpl<typeof WebhookService> {
  const eventTypes = describedEventTypes().map(toEventTypeMessage)
  return {
    listEventTypes: () => ({ eventTypes }),

    createWebhook: ({ webhook }, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        if (webhook === undefined) throw invalidArgument('webhook', 'is required')
        const made = await createWebhook(sql, tenantId, webhook)
        return { webhook: toWebhookMessage(made.webhook), secret: made.secret }
      }),

    getWebhook: ({ webhookId }, context) =>
      asCaller(service, context, async (sql, caller) => shownTo(caller, await getWebhook(sql, webhookId))),

    listWebhooks: (request, context) =>
      asCaller(service, context, async (sql, caller) => {
        const pages = new Pages<WebhookPosition>(service.pageTokens, ['webhooks', caller.tenantId], request)
        const { webhooks, last } = await listWebhooks(sql, pages)
        return { webhooks: webhooks.map((one) => shownTo(caller, one)), nextPageToken: pages.next(last) }
      }),

    updateWebhook: ({ webhook, updateMask }, context) =>
      asCaller(service, context, async (sql) => {
        if (webhook === undefined) throw invalidArgument('webhook', 'is required')
        return toWebhookMessage(await updateWebhook(sql, webhook.id, webhookChangeOf(webhook, updateMask)))
      }),

    deleteWebhook: ({ webhookId }, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        await deleteWebhook(sql, tenantId, webhookId)
        return {}
      }),

    rotateWebhookSecret: ({ webhookId }, context) =>
      asCaller(service, context, async (sql) => {
        const { webhook, secret } = await rotateSecret(sql, webhookId)
        return { webhook: toWebhookMessage(webhook), secret }
      }),

    testWebhook: ({ webhookId }, context) => asCaller(service, context, (sql) => testWebhook(sql, webhookId)),

    enableWebhook: ({ webhookId }, context) =>
      asCaller(service, context, async (sql, { tenantId }) =>
        toWebhookMessage(await enableWebhook(sql, tenantId, webhookId)),
      ),

    disableWebhook: ({ webhookId }, context) =>
      asCaller(service, context, async (sql) => toWebhookMessage(await disableWebhook(sql, webhookId))),

    listDeliveries: (request, context) =>
      asCaller(service, context, async (sql, caller) => {
        const { webhookId } = request
        const state = deliveryStateOf(request.state)
        const eventType = request.eventType.replace(/^assay\./, '')
        const query = ['webhook deliveries', caller.tenantId, webhookId, state ?? '', eventType]
        const pages = new Pages<DeliveryPosition>(service.pageTokens, query, request)
        const { deliveries, last } = await listDeliveries(sql, webhookId, { state, eventType }, pages)
        return { deliveries: deliveries.map((one) => deliveryShownTo(caller, one)), nextPageToken: pages.next(last) }
      }),

    replayDelivery: ({ webhookId, eventId }, context) =>
      asCaller(service, context, async (sql, { tenantId }) =>
        toDeliveryMessage(await replayDelivery(sql, tenantId, webhookId, eventId)),
      ),

    replayEvents: (request, context) =>
      asCaller(service, context, async (sql, { tenantId }) => {
        const start = replayStartOf(request)
        const { queuedCount, nextPosition } = await replaySince(sql, tenantId, request.webhookId, start)
        return { queuedCount, nextPosition: BigInt(nextPosition ?? 0) }
      }),
  }
}

/**
 * Path and query of an address may be as good as a password: whoever may not administer sees its host. Nor what the receiver said,
 * since an answer often repeats the path that was asked for, and so does the address that it redirects to.
 */
function shownTo(caller: Principal, webhook: Webhook) {
  return toWebhookMessage(
    mayAdminister(caller) ? webhook : { ...webhook, url: new URL(webhook.url).origin, lastFailure: '' },
  )
}

function deliveryShownTo(caller: Principal, delivery: Delivery) {
  return toDeliveryMessage(mayAdminister(caller) ? delivery : { ...delivery, lastAnswer: '', lastFault: '' })
}

function mayAdminister({ role }: Principal): boolean {
  return refusalOf({ role }, { right: 'administer' }) === undefined
}
