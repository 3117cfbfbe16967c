import {
  type Delivery as DeliveryMessage,
  DeliverySchema,
  Delivery_State as DeliveryStateMessage,
  Webhook_DisabledReason as Reason,
  type ReplayEventsRequest,
  Webhook_State as State,
  type Webhook as WebhookMessage,
  WebhookSchema,
} from '@assay/contracts/assay/event/v1/webhook_service_pb'
import { invalidArgument } from '@assay/errors'
import {
  type Delivery,
  type DeliveryState,
  type describedEventTypes,
  type ReplayStart,
  typeName,
  type Webhook,
  type WebhookSettings,
} from '@assay/events'
import { create, type JsonObject } from '@bufbuild/protobuf'
import { type FieldMask, type Timestamp, timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt'

const reasons = { asked: Reason.ASKED, gone: Reason.GONE, failing: Reason.FAILING, backlog: Reason.BACKLOG } as const
const states: Readonly<Record<DeliveryState, DeliveryStateMessage>> = {
  waiting: DeliveryStateMessage.WAITING,
  delivered: DeliveryStateMessage.DELIVERED,
  failed: DeliveryStateMessage.FAILED,
}

export function toWebhookMessage(webhook: Webhook): WebhookMessage {
  const { id, url, description, eventTypes, disabled, createdAt, lastFailure, waitingCount } = webhook
  return create(WebhookSchema, {
    id,
    url,
    description,
    eventTypes: eventTypes.map(typeName),
    state: disabled === undefined ? State.ENABLED : State.DISABLED,
    disabledReason: disabled === undefined ? Reason.UNSPECIFIED : reasons[disabled.because],
    ...timed('disableTime', disabled?.at),
    createTime: timestampFromDate(createdAt),
    ...timed('previousSecretEndTime', webhook.previousSecretEndsAt),
    ...timed('failingSinceTime', webhook.failingSince),
    lastFailure,
    ...timed('lastSuccessTime', webhook.lastSuccessAt),
    ...timed('quietUntilTime', webhook.quietUntil),
    waitingCount,
  })
}

export function toDeliveryMessage(delivery: Delivery): DeliveryMessage {
  const { eventId, position, eventType, subject, state, attempts, replays, queuedAt } = delivery
  return create(DeliverySchema, {
    eventId,
    position: BigInt(position),
    eventType: typeName(eventType),
    subject,
    state: states[state],
    attemptCount: attempts,
    replayCount: replays,
    queueTime: timestampFromDate(queuedAt),
    ...timed('lastAttemptTime', delivery.lastAttemptAt),
    ...timed('nextAttemptTime', delivery.nextAttemptAt),
    ...timed('endTime', delivery.endedAt),
    lastStatus: delivery.lastStatus ?? 0,
    lastAnswer: delivery.lastAnswer,
    lastFault: delivery.lastFault,
  })
}

export function toEventTypeMessage({
  type,
  description,
  schema,
  example,
}: ReturnType<typeof describedEventTypes>[number]) {
  // Members that are undefined are not JSON.
  const json = (value: unknown) => JSON.parse(JSON.stringify(value)) as JsonObject
  return { type, description, dataSchema: json(schema), example: json(example) }
}

/** The state that a request names; undefined for all states. @throws invalid_argument for an unknown state */
export function deliveryStateOf(state: DeliveryStateMessage): DeliveryState | undefined {
  if (state === DeliveryStateMessage.UNSPECIFIED) return undefined
  const found = (Object.keys(states) as DeliveryState[]).find((one) => states[one] === state)
  if (found === undefined) throw invalidArgument('state', `there is no state ${state}`)
  return found
}

/** @throws invalid_argument for a missing or negative start */
export function replayStartOf({ since }: Pick<ReplayEventsRequest, 'since'>): ReplayStart {
  switch (since.case) {
    case 'sinceTime':
      return { time: dateOf(since.value) }
    case 'sincePosition':
      if (since.value < 0n) throw invalidArgument('since_position', 'must be a position of the ledger, or 0 for all')
      return { position: Math.min(Number(since.value), Number.MAX_SAFE_INTEGER) }
    default:
      throw invalidArgument('since', 'is required: since_position or since_time')
  }
}

function dateOf(time: Timestamp): Date {
  const date = timestampDate(time)
  if (Number.isNaN(date.getTime())) throw invalidArgument('since_time', 'must be a time')
  return date
}

const changeable = ['url', 'description', 'event_types'] as const
const known = new Set(WebhookSchema.fields.map(({ name }) => name))

/**
 * The members that an update names (AIP-134): with a mask, its members (all for `*`); without a mask, those that have a value. Known
 * members that callers cannot change are ignored.
 * @throws invalid_argument naming the first unknown path
 */
export function webhookChangeOf(
  { url, description, eventTypes }: WebhookMessage,
  mask: FieldMask | undefined,
): Partial<WebhookSettings> {
  const paths = mask?.paths ?? []
  const unknown = paths.find((path) => path !== '*' && !known.has(path))
  if (unknown !== undefined)
    throw invalidArgument(
      'update_mask',
      `a webhook has no ${JSON.stringify(unknown.slice(0, 100))}; what can be changed is ${changeable.join(', ')}, or * for all`,
    )
  const isNamed = (path: (typeof changeable)[number], hasValue: boolean) =>
    paths.length === 0 ? hasValue : paths.includes('*') || paths.includes(path)
  return {
    ...(isNamed('url', url !== '') && { url }),
    ...(isNamed('description', description !== '') && { description }),
    ...(isNamed('event_types', eventTypes.length > 0) && { eventTypes }),
  }
}

function timed<Name extends string>(name: Name, date: Date | undefined): { [Key in Name]?: Timestamp } {
  return (date === undefined ? {} : { [name]: timestampFromDate(date) }) as { [Key in Name]?: Timestamp }
}
