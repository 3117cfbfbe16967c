import {
  Delivery_State as Delivered,
  Webhook_State as State,
  WebhookService,
} from '@assay/contracts/assay/event/v1/webhook_service_pb'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { Code, ConnectError } from '@connectrpc/connect'
import { answer, unavailable } from '../../stories/answers.ts'
import { hardNames } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

const path = '/settings/webhooks/w1'
const time = timestampFromDate(new Date('2026-11-03T10:42:00Z'))
const webhook = {
  id: 'w1',
  url: `https://hooks.example.com/${'path/'.repeat(40)}`,
  description: hardNames[2],
  state: State.ENABLED,
  waitingCount: 40_000,
  failingSinceTime: time,
  lastFailure: hardNames[4],
  previousSecretEndTime: time,
}
const types = answer(WebhookService.method.listEventTypes, {
  eventTypes: [{ type: 'assay.load.commit' }, { type: 'assay.suggestion.accept' }],
})
const outcomes = [
  { state: Delivered.WAITING, attemptCount: 0 },
  { state: Delivered.WAITING, attemptCount: 3, lastStatus: 503, lastAnswer: hardNames[3], nextAttemptTime: time },
  { state: Delivered.FAILED, attemptCount: 8, lastFault: hardNames[0], lastAttemptTime: time },
  { state: Delivered.DELIVERED, attemptCount: 1, lastStatus: 204, lastAttemptTime: time },
]

export const stories: Stories = {
  '10,000 deliveries, hard answers': {
    path,
    ready: 'More than 10,000 deliveries',
    answers: [
      types,
      answer(WebhookService.method.getWebhook, webhook),
      answer(WebhookService.method.listDeliveries, {
        deliveries: Array.from({ length: 10_000 }, (_, place) => ({
          eventId: `e${place}`,
          eventType: 'assay.suggestion.accept',
          subject: `suggestion/0c7a1d55-7c1e-4a6f-9b1d-${String(place).padStart(12, '0')}`,
          ...outcomes[place % outcomes.length],
        })),
        nextPageToken: 'more',
      }),
    ],
  },
  'no delivery waits': {
    path: `${path}?state=waiting`,
    ready: 'No event waits.',
    answers: [
      types,
      answer(WebhookService.method.getWebhook, { ...webhook, waitingCount: 0 }),
      answer(WebhookService.method.listDeliveries, {}),
    ],
  },
  'deliveries cannot be read': {
    path,
    ready: 'Try again',
    answers: [
      types,
      answer(WebhookService.method.getWebhook, webhook),
      answer(WebhookService.method.listDeliveries, unavailable),
    ],
  },
  'it is gone': {
    path,
    ready: 'This webhook is gone',
    answers: [answer(WebhookService.method.getWebhook, new ConnectError('webhook "w1"', Code.NotFound))],
  },
}
