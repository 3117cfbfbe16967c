import { ReviewReminder_State as ReminderState, type ReviewReminder } from '@assay/contracts/assay/review/v1/review_pb'
import { counted } from '../../kit/figures.ts'
import { formatTime } from '../../kit/times.ts'

/** What becomes of the mails that remind, in words; of those that came to nothing, nothing. */
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
