import {
  type Delivery,
  type ListDeliveriesResponse,
  Delivery_State as State,
  WebhookService,
} from '@assay/contracts/assay/event/v1/webhook_service_pb'
import { type Timestamp, timestampFromDate } from '@bufbuild/protobuf/wkt'
import { createClient } from '@connectrpc/connect'
import { useInfiniteQuery, useMutation, useQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'
import { sentenceOf, transport } from '../../shell/calls.ts'
import { byPageToken, usePages } from '../../shell/pages.ts'
import { showToast } from '../../shell/toast.tsx'
import { refreshWebhooks, webhooksChanged } from '../webhooks/queries.ts'
import type { StateName } from './search.ts'
import { texts } from './texts.ts'

const webhooks = createClient(WebhookService, transport)
const states: Readonly<Record<StateName, State>> = {
  all: State.UNSPECIFIED,
  waiting: State.WAITING,
  failed: State.FAILED,
  delivered: State.DELIVERED,
}
const lookAgainMs = 5_000
const lookForTriedMs = 2_000

/** A webhook, requested repeatedly, because waiting events and the last accepted event change. */
export function useWebhook(webhookId: string) {
  return useQuery(WebhookService.method.getWebhook, { webhookId }, { refetchInterval: lookAgainMs })
}

const deliveriesOf = (page: ListDeliveriesResponse) => page.deliveries

/**
 * The deliveries of a webhook, the newest events first; requested again until each delivery on the first page was tried.
 * @param awaited the id of an event that a worker is about to queue
 */
export function useDeliveries(webhookId: string, state: StateName, awaited: string | undefined) {
  const query = useInfiniteQuery(
    WebhookService.method.listDeliveries,
    { webhookId, state: states[state], pageSize: 100, pageToken: '' },
    {
      ...byPageToken,
      placeholderData: keepPreviousData,
      refetchInterval: ({ state: { data } }) => (changesSoon(data?.pages, awaited) ? lookForTriedMs : false),
    },
  )
  return { ...query, ...usePages(query, deliveriesOf) }
}

/** Whether the first page, if it is the only loaded one, lacks the awaited event or has a delivery that has not been tried. */
function changesSoon(pages: readonly ListDeliveriesResponse[] | undefined, awaited: string | undefined): boolean {
  const [first, ...further] = pages ?? []
  if (first === undefined || further.length > 0) return false
  const { deliveries } = first
  const isAwaited = awaited !== undefined && deliveries.every(({ eventId }) => eventId !== awaited)
  return isAwaited || deliveries.some(isUntried)
}

function isUntried({ state, attemptCount }: Delivery): boolean {
  return state === State.WAITING && attemptCount === 0
}

export function useChangeWebhook() {
  return useMutation(WebhookService.method.updateWebhook, webhooksChanged)
}

export function useTestWebhook() {
  return useMutation(WebhookService.method.testWebhook, webhooksChanged)
}

export function useRotateSecret() {
  return useMutation(WebhookService.method.rotateWebhookSecret, webhooksChanged)
}

export function useReplayDelivery() {
  return useMutation(WebhookService.method.replayDelivery, webhooksChanged)
}

/** @returns whether it was deleted; a toast reports a failure */
export async function deleteWebhook(webhookId: string, name: string): Promise<boolean> {
  try {
    await webhooks.deleteWebhook({ webhookId })
    showToast(texts.deleted(name))
    return true
  } catch (error) {
    showToast(sentenceOf(error))
    return false
  }
}

/**
 * Sends all events since a time again, or all events when the time is undefined. A call reads a part of the ledger and returns the place
 * where the next call continues.
 */
export async function replayEvents(webhookId: string, from: Date | undefined): Promise<void> {
  let queued = 0
  let since: { case: 'sinceTime'; value: Timestamp } | { case: 'sincePosition'; value: bigint } =
    from === undefined ? { case: 'sincePosition', value: 0n } : { case: 'sinceTime', value: timestampFromDate(from) }
  try {
    for (;;) {
      const { queuedCount, nextPosition } = await webhooks.replayEvents({ webhookId, since })
      queued += queuedCount
      if (nextPosition === 0n) break
      since = { case: 'sincePosition', value: nextPosition }
    }
    showToast(texts.replayed(queued))
  } catch (error) {
    showToast(queued === 0 ? sentenceOf(error) : texts.replayedInPart(queued, sentenceOf(error)))
  }
  await refreshWebhooks()
}
