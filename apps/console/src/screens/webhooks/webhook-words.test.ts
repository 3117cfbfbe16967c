import {
  Webhook_DisabledReason as Because,
  Delivery_State as Delivered,
  DeliverySchema,
  Webhook_State as State,
  WebhookSchema,
} from '@assay/contracts/assay/event/v1/webhook_service_pb'
import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { expect, test } from 'vitest'
import { formatTime } from '../../kit/times.ts'
import { readWebhookSearch } from '../webhook/search.ts'
import { answerText, deliveryText } from '../webhook/texts.ts'
import { familiesOf } from './event-families.ts'
import { stateText, texts, webhookName } from './texts.ts'

const time = timestampFromDate(new Date('2026-11-03T10:42:00Z'))
const shown = formatTime(time)

test('a webhook is called by its purpose, or else by its host', () => {
  expect(webhookName(create(WebhookSchema, { url: 'https://x.example/a', description: 'Pager' }))).toBe('Pager')
  expect(webhookName(create(WebhookSchema, { url: 'https://x.example/a' }))).toBe('x.example')
})

test('a webhook says whether it sends, what waits, and since when attempts fail', () => {
  const failing = create(WebhookSchema, {
    state: State.ENABLED,
    waitingCount: 3,
    failingSinceTime: time,
    quietUntilTime: time,
  })
  expect(stateText(failing)).toBe(
    `Sends events. 3 events wait. Attempts fail since ${shown}. Nothing is sent until ${shown}. The receiver has accepted no event yet.`,
  )
  const paused = { state: State.DISABLED, disabledReason: Because.GONE, disableTime: time, lastSuccessTime: time }
  expect(stateText(create(WebhookSchema, paused))).toBe(
    `Paused, since the receiver answered that it is gone (410), ${shown}. The receiver last accepted an event ${shown}.`,
  )
})

test('how many webhooks send nothing is counted with all of them', () => {
  expect([texts.count(1, 0), texts.count(2, 1), texts.count(0, 2)]).toEqual([
    '1 webhook.',
    '3 webhooks, of which 1 sends nothing.',
    '2 webhooks, of which 2 send nothing.',
  ])
})

test('a delivery says what it waits for and what the receiver answered', () => {
  const waiting = create(DeliverySchema, { state: Delivered.WAITING })
  expect([deliveryText(waiting), answerText(waiting)]).toEqual(['waits', ''])
  const refused = { ...waiting, attemptCount: 2, nextAttemptTime: time, lastStatus: 503, lastAnswer: 'later' }
  expect([deliveryText(refused), answerText(refused)]).toEqual([`waits; next attempt ${shown}`, 'HTTP 503 later'])
})

test('a state and a reason of a newer server are shown by their numbers', () => {
  expect(deliveryText(create(DeliverySchema, { state: 98 as Delivered }))).toBe('unknown (98)')
  const paused = { state: State.DISABLED, disabledReason: 97 as Because, disableTime: time, lastSuccessTime: time }
  expect(stateText(create(WebhookSchema, paused))).toContain(`unknown (97), ${shown}.`)
})

test('events are chosen by how their types begin, and an address that says nonsense lists all deliveries', () => {
  expect(familiesOf(['assay.run.fail', 'assay.load.commit', 'assay.run.complete'])).toEqual([
    'assay.load.*',
    'assay.run.*',
  ])
  expect([readWebhookSearch({ state: 'failed' }), readWebhookSearch({ state: 'all' })]).toEqual([
    { state: 'failed' },
    {},
  ])
})
