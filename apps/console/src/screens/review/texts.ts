import {
  ReviewReminder_State as ReminderState,
  type Review,
  type ReviewReminder,
  Review_State as State,
} from '@assay/contracts/assay/review/v1/review_pb'
import { timestampDate } from '@bufbuild/protobuf/wkt'
import { sizeWords } from '../../kit/count-texts.ts'
import { counted, formatCount } from '../../kit/figures.ts'
import { formatTime } from '../../kit/times.ts'

export const texts = {
  toList: 'To the reviews',
  gone: 'This review is not there, or nothing of it is yours to see.',
  looking: 'Looking at the review.',
  note: 'What was asked',
  owner: 'Handed over by',
  due: 'Due',
  noDue: 'no date',
  overdue: 'late',
  progress: 'How far it is',
  remind: 'Remind them',
  reminding: 'Whoever has something to answer gets a mail.',
  reminders: 'Reminders',
  closedBy: 'Closed by',
  answer: 'Answer what is yours',
  close: 'Close it…',
  closeTitle: 'Close this review?',
  closeMeans: 'Nobody answers any more. What was decided can be carried out then. This cannot be undone.',
  undecided: 'Questions without an answer stay so, and nothing comes of them.',
  closeComment: 'Why? You need not say.',
  confirmClose: 'Close the review',
  cancel: 'Cancel',
  carryOut: 'Carry out what was decided',
  carryAgain: 'Try again what failed',
  carried: 'Carried out.',
  evidence: 'Evidence',
  evidenceMeans: 'Who decided what, when, on which data, with the entries of the ledger.',
  html: 'A page to read and print',
  ndjson: 'A file to verify (NDJSON)',
  items: 'What is decided',
  reviewers: 'With',
  noReviewer: 'nobody',
  assign: 'Give it to others…',
  assignTitle: 'Who is to look at it?',
  assignMeans: 'All who have it from now on. What was decided on it stays.',
  confirmAssign: 'Give it to them',
  assigned: 'It is with them now.',
  needsOne: 'Choose at least one reviewer.',
  inLedger: 'In the ledger',
  show: 'Show it',
  leftOut: 'Left out',
  talk: 'Ask or tell',
  with: 'With',
  withReviewers: 'With reviewers',
  say: 'What you say',
  saySend: 'Say it',
  moreComments: 'Show later ones',
  title: 'Review',
  dueBy: (day: string) => `, due ${day}`,
  itsAnswer: 'Answer',
  factsOf: (people: number, entitlements: number, gains: number) =>
    `${sizeWords(people, entitlements)}, ${formatCount(gains)} new in all`,
  numbered: '{number}. {candidate}',
  answeredBy: '{verdict}, by {who}, {time}. {entry}',
  answeredInPartBy: '{verdict}, without {entitlements}, by {who}, {time}. {entry}',
  quoted: '“{comment}”',
  doneAs: '{message} {profile}',
  unanswered: (count: number) => `${counted(count, 'question has', 'questions have')} no answer yet.`,
  reviewClosed: 'The review is closed.',
  carriedOut: (done: number, failed: number) =>
    `${counted(done, 'decision is', 'decisions are')} carried out.${failed === 0 ? '' : ` ${counted(failed, 'was', 'were')} not possible; each says why.`}`,
} as const

/** The verdicts in the words of the owner. */
export const verdictWords = ['no answer yet', 'yes', 'some of it', 'no'] as const

export const resultWords = ['', 'Done', 'Nothing to do', 'Left to people', 'Not done'] as const

/** `3 of 5 decided: 2 yes, 1 no. Due in 4 days.` */
export function progressSentence(review: Review, now: Date): string {
  const { sums, state } = review
  const closed = state === State.CLOSED ? ' It is closed.' : ''
  if (sums === undefined) return `${closed || dueWords(review, now)}`.trim()
  const decided = sums.items - sums.undecided
  const said = [
    ...(sums.approved > 0 ? [`${formatCount(sums.approved)} yes`] : []),
    ...(sums.approvedInPart > 0 ? [`${formatCount(sums.approvedInPart)} some of it`] : []),
    ...(sums.rejected > 0 ? [`${formatCount(sums.rejected)} no`] : []),
  ].join(', ')
  const carried = sums.carriedOut + sums.leftToPeople
  const done = carried === 0 ? '' : ` ${counted(carried, 'is', 'are')} carried out.`
  const failed = sums.failed === 0 ? '' : ` ${counted(sums.failed, 'was', 'were')} not possible.`
  return `${formatCount(decided)} of ${formatCount(sums.items)} decided${said === '' ? '' : `: ${said}`}.${closed || dueWords(review, now)}${done}${failed}`
}

const dayMs = 24 * 60 * 60 * 1000

/** ` Due in 4 days.`; empty without a due date. */
function dueWords({ dueTime, overdue }: Review, now: Date): string {
  if (dueTime === undefined) return ''
  const days = Math.floor(Math.abs(timestampDate(dueTime).getTime() - now.getTime()) / dayMs)
  if (overdue) return days === 0 ? ' It was due today.' : ` It was due ${counted(days, 'day', 'days')} ago.`
  return days === 0 ? ' Due within a day.' : ` Due in ${counted(days, 'day', 'days')}.`
}

/** The state of reminder mails in words; empty for a reminder that no longer applies. */
export function reminderWords(reminder: ReviewReminder): string {
  const { state, planTime, beginTime, sentCount, unsentCount, message } = reminder
  const sent = `${counted(sentCount, 'mail', 'mails')} sent`
  switch (state) {
    case ReminderState.PLANNED:
      return `planned for ${formatTime(planTime)}`
    case ReminderState.SENDING:
      return 'on their way'
    case ReminderState.SENT:
      return `${formatTime(beginTime)}, ${sent}`
    case ReminderState.UNSENT:
      return `${formatTime(beginTime)}, ${sent}, ${counted(unsentCount, 'mail', 'mails')} not: ${message}`
    default:
      return ''
  }
}
