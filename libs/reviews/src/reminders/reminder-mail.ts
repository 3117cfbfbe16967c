import { createHash } from 'node:crypto'
import type { Mail } from '@assay/mail'
import type { Review } from '../review.ts'
import type { ReminderKind } from './reminder.ts'

/** A reviewer with the number of open items. */
export interface Reminded {
  /** A user id. */
  readonly reviewerId: string
  /** Empty when the access data have none. */
  readonly address: string
  readonly undecided: number
}

/**
 * The mail to one reviewer. It contains the number of open items and nothing about their content, since more people may see a mail than a
 * screen.
 */
export function reminderMail(
  { id, displayName, note, ownerId, dueAt }: Review,
  kind: ReminderKind,
  { reviewerId, address, undecided }: Reminded,
  askedAt: Date,
): Mail {
  const due = dueAt?.toISOString().slice(0, 10)
  const isPast = dueAt !== null && (kind === 'after' || dueAt.getTime() < askedAt.getTime())
  const items = undecided === 1 ? '1 item waits' : `${undecided} items wait`
  const reviewer = createHash('sha256').update(reviewerId).digest('hex').slice(0, 16)
  return {
    messageId: `<${id}.${kind}.${askedAt.getTime()}.${reviewer}@assay>`,
    to: address,
    subject: `Review "${displayName}"${due === undefined ? '' : ` ${isPast ? 'was' : 'is'} due on ${due}`}: ${items} for you`,
    text: [
      `Review: ${displayName}`,
      `Id: ${id}`,
      `Owner: ${ownerId}`,
      ...(due === undefined ? [] : [`Due: ${due}`]),
      `Undecided: ${undecided}`,
      ...(note === '' ? [] : ['', note]),
      '',
    ].join('\n'),
  }
}
