import { defineQueue } from '@assay/jobs'
import type { ReminderKind } from './reminders/reminder.ts'

/** Mails that remind the reviewers of a review. */
export const reminderQueue = defineQueue<{ tenantId: number; reviewId: string; kind: ReminderKind }>(
  'review-reminder',
  'once',
)

/** All queues of reviews, for `prepareQueues`. */
export const reviewQueues = [reminderQueue]
