import {
  Webhook_DisabledReason as Because,
  Webhook_State as State,
  WebhookService,
} from '@assay/contracts/assay/event/v1/webhook_service_pb'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { answer, unavailable } from '../../stories/answers.ts'
import { nameAt } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

const path = '/settings/webhooks'
const time = timestampFromDate(new Date('2026-11-03T10:42:00Z'))
const reasons = [Because.ASKED, Because.GONE, Because.FAILING, Because.BACKLOG]
const types = answer(WebhookService.method.listEventTypes, {
  eventTypes: ['load', 'import', 'run', 'session', 'suggestion', 'drift'].map((family) => ({
    type: `assay.${family}.complete`,
  })),
})

export const stories: Stories = {
  none: {
    path,
    ready: 'No webhook: Assay sends no events.',
    answers: [types, answer(WebhookService.method.listWebhooks, {})],
  },
  'paused for every reason, hard names': {
    path,
    ready: '15 webhooks, of which 6 send nothing.',
    answers: [
      types,
      answer(WebhookService.method.listWebhooks, {
        webhooks: Array.from({ length: 15 }, (_, place) => ({
          id: `${place}`,
          url: `https://hooks.example.com/${'path/'.repeat(place * 4)}`,
          description: place % 7 === 0 ? '' : nameAt(place, 'Pager'),
          eventTypes:
            place % 3 === 0 ? [] : Array.from({ length: place * 3 }, (_, one) => `assay.suggestion.kind-${one}`),
          waitingCount: place % 2 === 0 ? 0 : 49_999,
          ...(place % 5 < 2
            ? { state: State.DISABLED, disabledReason: reasons[place % 4] ?? Because.ASKED, disableTime: time }
            : { state: State.ENABLED, failingSinceTime: time, quietUntilTime: time }),
          ...(place % 6 === 0 && { lastSuccessTime: time }),
        })),
      }),
    ],
  },
  'they cannot be read, and somebody only reads': {
    path,
    rights: ['read'],
    ready: 'Try again',
    answers: [types, answer(WebhookService.method.listWebhooks, unavailable)],
  },
}
