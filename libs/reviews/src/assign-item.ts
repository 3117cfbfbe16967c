import { recordEntry } from '@assay/ledger'
import type { TenantSql } from '@assay/store'
import type { ReviewCaller, ReviewItem } from './review.ts'
import { getReviewItem } from './review-items.ts'
import { userIdsOfReviewers } from './reviewers.ts'
import { getReview, requireOpen, requireOwner } from './reviews.ts'

/**
 * Assigns an item to other reviewers, in the caller's transaction. Assigning it to its present reviewers changes nothing.
 * @throws not_found; failed_precondition for a closed review; permission_denied for a caller that neither owns the review nor is an
 * administrator; invalid_argument for no reviewer, more than 20, and unknown ids
 */
export async function assignItem(
  sql: TenantSql,
  caller: ReviewCaller,
  id: string,
  reviewerIds: readonly string[],
): Promise<ReviewItem> {
  const { review } = await getReviewItem(sql, id)
  const locked = await getReview(sql, review.id, true)
  requireOpen(locked)
  requireOwner(locked, caller)
  const [userIds = []] = await userIdsOfReviewers(sql, [{ field: 'reviewer_ids', ids: reviewerIds }])
  const item = await getReviewItem(sql, id)
  const [gone, come] = [without(item.reviewerIds, userIds), without(userIds, item.reviewerIds)]
  if (gone.length + come.length === 0) return item
  await sql`delete from review_assignments where item_id = ${id} and reviewer_id = any(${gone}::text[])`
  await sql`
    insert into review_assignments (tenant_id, reviewer_id, item_id)
    select ${caller.tenantId}, reviewer, ${id} from unnest(${come}::text[]) as named (reviewer)`
  await recordEntry(sql, {
    kind: 'review.assign',
    subject: { type: 'review_item', id },
    before: { reviewerIds: item.reviewerIds },
    after: { reviewId: review.id, reviewerIds: userIds },
    people: [...gone, ...come],
  })
  return getReviewItem(sql, id)
}

function without(some: readonly string[], others: readonly string[]): string[] {
  return some.filter((one) => !others.includes(one))
}
