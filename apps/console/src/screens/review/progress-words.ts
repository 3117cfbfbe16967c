import { type Review, Review_State as State } from '@assay/contracts/assay/review/v1/review_pb'
import { timestampDate } from '@bufbuild/protobuf/wkt'
import { counted, formatCount } from '../../kit/figures.ts'

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

/** ` Due in 4 days.`; empty where there is no date. */
function dueWords({ dueTime, overdue }: Review, now: Date): string {
  if (dueTime === undefined) return ''
  const days = Math.floor(Math.abs(timestampDate(dueTime).getTime() - now.getTime()) / dayMs)
  if (overdue) return days === 0 ? ' It was due today.' : ` It was due ${counted(days, 'day', 'days')} ago.`
  return days === 0 ? ' Due within a day.' : ` Due in ${counted(days, 'day', 'days')}.`
}
