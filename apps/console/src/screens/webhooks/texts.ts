import {
  Webhook_DisabledReason as Because,
  Webhook_State as State,
  type Webhook,
} from '@assay/contracts/assay/event/v1/webhook_service_pb'
import { enumWords } from '../../kit/enum-words.ts'
import { counted } from '../../kit/figures.ts'
import { formatTime } from '../../kit/times.ts'

export const texts = {
  title: 'Webhooks',
  looking: 'Looking for webhooks.',
  none: 'No webhook: Assay sends no events.',
  means:
    'Assay sends events about loads, runs, decisions and drift by POST, signed with the secret of the webhook. An event names no people.',
  webhooks: 'Webhooks, the oldest first',
  count: (sending: number, paused: number) =>
    paused === 0
      ? `${counted(sending, 'webhook', 'webhooks')}.`
      : `${counted(sending + paused, 'webhook', 'webhooks')}, of which ${counted(paused, 'sends', 'send')} nothing.`,
  make: 'Make a webhook',
  url: 'Address that receives events (https)',
  purpose: 'What it is for',
  types: 'Which events (none chosen: all)',
  confirm: 'Make it',
  secretTitle: 'The secret is shown once',
  secretMeans: 'Receivers verify signatures with it. It cannot be shown again; “New secret…” makes another one.',
  secret: 'Secret',
  storedIt: 'I have stored it',
  all: 'all events',
  pause: 'Pause',
  pauseNamed: (name: string) => `Pause: ${name}`,
  paused: (name: string) => `“${name}” sends nothing. Waiting events stay.`,
  resume: 'Resume',
  resumeNamed: (name: string) => `Resume: ${name}`,
  resumed: (name: string) => `“${name}” sends again. Events of the time in between are sent by a replay.`,
  mayNot: 'You can see webhooks, but not change them: this needs the right to administer.',
  isPaused: {
    [Because.UNSPECIFIED]: 'Paused',
    [Because.ASKED]: 'Paused by a user',
    [Because.GONE]: 'Paused, since the receiver answered that it is gone (410)',
    [Because.FAILING]: 'Paused, since the receiver accepted nothing for too long',
    [Because.BACKLOG]: 'Paused, since more than 50,000 events waited',
  },
  since: (what: string, time: string) => `${what}, ${time}.`,
  sends: 'Sends events.',
  failsSince: (time: string) => `Attempts fail since ${time}.`,
  quietUntil: (time: string) => `Nothing is sent until ${time}.`,
  waiting: (count: number) => `${counted(count, 'event waits', 'events wait')}.`,
  accepted: (time: string) => `The receiver last accepted an event ${time}.`,
  acceptedNothing: 'The receiver has accepted no event yet.',
} as const

/** The name of a webhook: its description, or else its address. */
export function webhookName({ description, url }: Webhook): string {
  return description || hostOf(url)
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}

/** `Sends events. 3 events wait. Attempts fail since Nov 3, 2026, 10:42.` */
export function stateText(webhook: Webhook): string {
  const { state, disabledReason, disableTime, failingSinceTime, quietUntilTime, waitingCount, lastSuccessTime } =
    webhook
  const isPaused = state === State.DISABLED
  return [
    isPaused ? texts.since(enumWords(texts.isPaused, disabledReason), formatTime(disableTime)) : texts.sends,
    ...(waitingCount === 0 ? [] : [texts.waiting(waitingCount)]),
    ...(failingSinceTime === undefined ? [] : [texts.failsSince(formatTime(failingSinceTime))]),
    ...(quietUntilTime === undefined || isPaused ? [] : [texts.quietUntil(formatTime(quietUntilTime))]),
    lastSuccessTime === undefined ? texts.acceptedNothing : texts.accepted(formatTime(lastSuccessTime)),
  ].join(' ')
}
