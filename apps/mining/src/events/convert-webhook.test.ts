import { Delivery_State as State, WebhookSchema } from '@assay/contracts/assay/event/v1/webhook_service_pb'
import { describedEventTypes } from '@assay/events'
import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { expect, test } from 'vitest'
import { deliveryStateOf, replayStartOf, toEventTypeMessage, webhookChangeOf } from './convert-webhook.ts'

const webhook = create(WebhookSchema, { id: 'w', url: 'https://example.com/', eventTypes: ['assay.run.*'] })

test.each([
  [undefined, { url: 'https://example.com/', eventTypes: ['assay.run.*'] }],
  [['description'], { description: '' }],
  [['url', 'state'], { url: 'https://example.com/' }],
  [['*'], { url: 'https://example.com/', description: '', eventTypes: ['assay.run.*'] }],
])('a mask of %j changes %j', (paths, change) => {
  expect(webhookChangeOf(webhook, paths && { $typeName: 'google.protobuf.FieldMask', paths })).toEqual(change)
})

test('a mask that names what a webhook does not have is refused', () => {
  const mask = { $typeName: 'google.protobuf.FieldMask', paths: ['url', 'secret'] } as const
  expect(() => webhookChangeOf(webhook, { ...mask, paths: [...mask.paths] })).toThrow('a webhook has no "secret"')
})

test('a replay begins at a position or at a time, and somewhere', () => {
  expect(replayStartOf({ since: { case: 'sincePosition', value: 7n } })).toEqual({ position: 7 })
  const time = new Date('2026-01-31T08:00:00Z')
  expect(replayStartOf({ since: { case: 'sinceTime', value: timestampFromDate(time) } })).toEqual({ time })
  expect(() => replayStartOf({ since: { case: 'sincePosition', value: -1n } })).toThrow('since_position')
  expect(() => replayStartOf({ since: { case: undefined } })).toThrow('since_position or since_time')
})

test('states are those of the proto', () => {
  expect([State.UNSPECIFIED, State.WAITING, State.DELIVERED, State.FAILED].map(deliveryStateOf)).toEqual([
    undefined,
    'waiting',
    'delivered',
    'failed',
  ])
  expect(() => deliveryStateOf(9 as State)).toThrow('state')
})

test('types of events are JSON: no member without a value', () => {
  for (const type of describedEventTypes().map(toEventTypeMessage)) {
    expect(type.example).toMatchObject({ specversion: '1.0', type: type.type })
    expect(type.dataSchema).toMatchObject({ title: type.type })
  }
})
