import { recordEntry } from '@assay/ledger'
import type { TenantSql } from '@assay/store'
import { requireShort } from './require-short.ts'
import type { Review, ReviewCaller } from './review.ts'
import { getReview, requireOwner, sumsOf } from './reviews.ts'

const longestComment = 4_096

/**
 * Ends the decisions of a review, in the caller's transaction. It does not change a closed review.
 * @throws not_found; permission_denied for a caller that neither owns the review nor is an administrator; invalid_argument for a long
 * comment
 */
export async function closeReview(sql: TenantSql, caller: ReviewCaller, id: string, comment: string): Promise<Review> {
  requireShort('comment', comment, longestComment)
  const review = await getReview(sql, id, true)
  if (review.closedAt !== null) return review
  requireOwner(review, caller)
  return close(sql, review, caller, { reason: 'by_owner', comment })
}

/** Closes a review after its last decision, if it is set to close then. The caller has locked the review. */
export async function closeDecided(sql: TenantSql, review: Review, caller: ReviewCaller): Promise<void> {
  if (!review.closesWhenDecided) return
  const { undecided } = (await sumsOf(sql, [review.id]))(review.id)
  if (undecided === 0) await close(sql, review, caller, { reason: 'all_decided', comment: '' })
}

async function close(
  sql: TenantSql,
  { id, displayName }: Review,
  { userId }: ReviewCaller,
  { reason, comment }: { readonly reason: string; readonly comment: string },
): Promise<Review> {
  const { items, undecided, approved, approvedInPart, rejected } = (await sumsOf(sql, [id]))(id)
  const entry = await recordEntry(sql, {
    kind: 'review.close',
    subject: { type: 'review', id },
    after: { displayName, items, undecided, approved, approvedInPart, rejected },
    reason,
    ...(comment !== '' && { comment }),
  })
  await sql`update reviews set closed_at = ${entry.at}, closed_by = ${userId} where id = ${id}`
  return getReview(sql, id)
}
