import { defineQueue } from '@assay/jobs'
import type { ReminderKind } from './reminders/reminder.ts'

/** Mails that remind reviewers of a review. */
export const reminderQueue = defineQueue<{ tenantId: number; reviewId: string; kind: ReminderKind }>(
  'review-reminder',
  'once',
)

/** The work of reviews, for `prepareQueues`. */
export const reviewQueues = [reminderQueue]
