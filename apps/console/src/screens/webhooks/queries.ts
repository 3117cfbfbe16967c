import { type ListWebhooksResponse, WebhookService } from '@assay/contracts/assay/event/v1/webhook_service_pb'
import { useInfiniteQuery, useMutation, useQuery } from '@connectrpc/connect-query'
import { queryClient, sentenceOf } from '../../shell/calls.ts'
import { byPageToken, usePages } from '../../shell/pages.ts'
import { showToast } from '../../shell/toast.tsx'

const webhooksOf = (page: ListWebhooksResponse) => page.webhooks

/** The webhooks of the tenant, the oldest first. */
export function useWebhooks() {
  const query = useInfiniteQuery(WebhookService.method.listWebhooks, { pageSize: 100, pageToken: '' }, byPageToken)
  return { ...query, ...usePages(query, webhooksOf) }
}

/** The types of events, by name. */
export function useEventTypes() {
  return useQuery(WebhookService.method.listEventTypes, {}, { staleTime: Number.POSITIVE_INFINITY })
}

/** Shows a failure in a toast, and requests all shown data of webhooks again. */
export const webhooksChanged = {
  onError: (error: unknown) => showToast(sentenceOf(error)),
  onSettled: refreshWebhooks,
}

export function useMakeWebhook() {
  return useMutation(WebhookService.method.createWebhook, webhooksChanged)
}

export function usePauseWebhook() {
  return useMutation(WebhookService.method.disableWebhook, webhooksChanged)
}

export function useResumeWebhook() {
  return useMutation(WebhookService.method.enableWebhook, webhooksChanged)
}

export async function refreshWebhooks(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: ['connect-query', { serviceName: WebhookService.typeName }] })
}
