import { type Delivery, Delivery_State as State } from '@assay/contracts/assay/event/v1/webhook_service_pb'
import { counted } from '../../kit/figures.ts'
import { texts as kitTexts } from '../../kit/texts.ts'
import { formatTime } from '../../kit/times.ts'
import type { StateName } from './search.ts'

export const texts = {
  title: 'Webhook',
  looking: 'Looking at the webhook.',
  gone: 'This webhook is gone, or never was.',
  all: 'All webhooks',
  test: 'Send a test',
  tested: 'A test is on its way; the list shows how it goes.',
  replay: 'Send again…',
  replayTitle: 'Send events again?',
  replayMeans:
    'Events since this time are sent again, with the same ids, also those that the webhook never got. A receiver recognises by the id what it has already.',
  replayFrom: 'Since (empty: all that the ledger has)',
  confirmReplay: 'Send them again',
  replayed: (count: number) => `${counted(count, 'event is', 'events are')} on the way.`,
  replayedInPart: (count: number, fault: string) =>
    `${counted(count, 'event is', 'events are')} on the way. The rest was refused: ${fault}`,
  rotate: 'New secret…',
  rotateTitle: 'Make a new secret?',
  rotateMeans: 'For 24 hours events are signed by both secrets. After that, the old one verifies nothing.',
  confirmRotate: 'Make it',
  delete: 'Delete…',
  deleteTitle: 'Delete this webhook?',
  deleteMeans: 'It goes with its deliveries. Waiting events are not sent. Paused it would stay.',
  confirmDelete: 'Delete it',
  deleted: (name: string) => `“${name}” is deleted.`,
  cancel: 'Cancel',
  change: 'Address, purpose and events',
  save: 'Save',
  saved: 'It is saved. Waiting events go to the address that is now in force.',
  lastFailure: (failure: string) => `The newest failure: ${failure}`,
  bothSecrets: (time: string) => `The former secret signs too until ${time}.`,
  deliveries: 'Deliveries',
  states: 'Which deliveries are listed',
  none: {
    all: 'There is no delivery.',
    waiting: 'No event waits.',
    failed: 'No delivery failed.',
    delivered: 'The receiver has accepted nothing in the last days.',
  } satisfies Record<StateName, string>,
  count: (count: number) => counted(count, 'delivery', 'deliveries'),
  columns: { event: 'Event', state: 'State', attempts: 'Attempts', when: 'Last attempt', answer: 'Answer' },
  again: 'Send again',
  againNamed: (type: string, subject: string) => `Send again: ${type} ${subject}`,
  isSentAgain: 'The event is on its way again.',
  neverTried: 'not tried yet',
  status: (status: number) => `HTTP ${status}`,
} as const

/** The titles of the filters of the list. */
export const stateTitles: Readonly<Record<StateName, string>> = {
  all: 'All',
  waiting: 'Waiting',
  failed: 'Failed',
  delivered: 'Accepted',
}

/** `waits; next attempt Nov 3, 2026, 10:42` */
export function deliveryText({ state, attemptCount, nextAttemptTime }: Delivery): string {
  switch (state) {
    case State.WAITING:
      return attemptCount === 0 || nextAttemptTime === undefined
        ? 'waits'
        : `waits; next attempt ${formatTime(nextAttemptTime)}`
    case State.DELIVERED:
      return 'accepted'
    case State.FAILED:
      return 'failed finally'
    default:
      return kitTexts.unknownValue(state)
  }
}

/** The last response of the receiver: `HTTP 503 try later`; empty before the first attempt. */
export function answerText({ lastStatus, lastAnswer, lastFault }: Delivery): string {
  return [...(lastStatus === 0 ? [] : [texts.status(lastStatus)]), lastFault, lastAnswer].filter(Boolean).join(' ')
}
