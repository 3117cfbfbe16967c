export { assignItem } from './assign-item.ts'
export { carryOutItem, failItem, itemsToCarryOut } from './carry-out.ts'
export { closeReview } from './close-review.ts'
export { createReview } from './create-review.ts'
export { decideItem } from './decide-item.ts'
export { eraseFromReviews } from './erase-person.ts'
export { type EvidencePart, type EvidenceRequest, evidencePack } from './evidence/evidence-pack.ts'
export { HtmlPack } from './evidence/html-pack.ts'
export { ndjsonOf } from './evidence/ndjson-pack.ts'
export { type PackReport, verifyPack } from './evidence/verify-pack.ts'
export { lookAtItem, visibleItems } from './look-at-item.ts'
export { type Participant, type PossibleReviewer, participantsOf, possibleReviewers } from './participants.ts'
export { reminderQueue, reviewQueues } from './queues.ts'
export { queueDueReminders, remindReviewers } from './reminders/queue-reminders.ts'
export { type Reminder, remindersOf } from './reminders/reminder.ts'
export { reminderWork } from './reminders/reminder-work.ts'
export type {
  CarriedOut,
  CarryOutResult,
  ItemCondition,
  Review,
  ReviewableKind,
  ReviewCaller,
  ReviewComment,
  ReviewDecision,
  ReviewItem,
  ReviewState,
  ReviewSums,
  Verdict,
} from './review.ts'
export { addComment, type CommentPosition, listComments } from './review-comments.ts'
export {
  type CandidateItemPosition,
  type ItemPosition,
  itemEtag,
  listItemsAbout,
  listItemsOf,
  listReviewItems,
  type MyItemPosition,
} from './review-items.ts'
export type { ReviewedCandidate } from './reviewed-candidate.ts'
export { getReview, listReviews, type ReviewPosition, requireReviewer, sumsOf } from './reviews.ts'
