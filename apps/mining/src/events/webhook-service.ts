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

/** Webhooks: the addresses to which workers deliver events. */
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
 * The webhook as the caller may see it. Path and query of an address may contain a secret, so callers who may not administer see its host
 * only. They do not see the last failure either, since answers and redirects of a receiver often repeat the path.
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
