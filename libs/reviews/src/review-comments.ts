import { failedPrecondition, invalidArgument, notFound, permissionDenied } from '@assay/errors'
import { newEntry } from '@assay/ledger'
import type { TenantSql } from '@assay/store'
import { requireShort } from './require-short.ts'
import { idsOf, isAssigned, type ReviewCaller, type ReviewComment, type ReviewItem } from './review.ts'
import { getReviewItem } from './review-items.ts'
import { getReview, requireOpen } from './reviews.ts'

const longestComment = 4_096
const mostComments = 500

/**
 * Adds a comment on an item for its owner and reviewers, in the caller's transaction.
 * @throws not_found; for a bounded reader also for an item that is not assigned to the reader; failed_precondition for a closed review and
 * for an item with 500 comments; permission_denied for a caller that neither owns the review, reviews the item nor is an administrator;
 * invalid_argument for an empty text and one that is too long
 */
export async function addComment(
  sql: TenantSql,
  caller: ReviewCaller,
  itemId: string,
  given: string,
): Promise<ReviewComment> {
  const text = given.trim()
  if (text === '') throw invalidArgument('text', `must have 1 to ${longestComment} characters`)
  requireShort('text', text, longestComment)
  const read = await getReviewItem(sql, itemId)
  if (caller.isBounded && !isAssigned(read, caller)) throw notFound('review item', itemId)
  requireOpen(read.review)
  requireTakesPart(caller, read)
  // One comment at a time, so that concurrent calls cannot exceed the limit.
  requireOpen(await getReview(sql, read.review.id, true))
  const { comments } = await getReviewItem(sql, itemId)
  if (comments >= mostComments)
    throw failedPrecondition(`review item "${itemId}" has the most comments already: ${comments}`, {
      reason: 'TOO_MANY_COMMENTS',
    })
  const entry = newEntry({
    kind: 'review.comment',
    subject: { type: 'review_item', id: itemId },
    after: { reviewId: read.review.id },
    comment: text,
  })
  await entry.write(sql)
  await sql`
    insert into review_comments (tenant_id, id, item_id, author_id, text, created_at)
    values (${caller.tenantId}, ${entry.id}, ${itemId}, ${caller.userId}, ${text}, ${entry.at})`
  return { id: entry.id, authorId: caller.userId, text, createdAt: entry.at }
}

function requireTakesPart(caller: ReviewCaller, item: ReviewItem): void {
  if (caller.isAdministrator || idsOf(caller).includes(item.review.ownerId) || isAssigned(item, caller)) return
  throw permissionDenied(
    `review item "${item.id}" is neither assigned to "${caller.userId}" nor of a review of theirs`,
    {
      reason: 'NOT_REVIEWER',
    },
  )
}

/** The position at which a page of comments ends. */
export type CommentPosition = readonly [id: string]

/** Oldest first. @throws not_found; for a bounded reader also for an item that is not assigned to the reader */
export async function listComments(
  sql: TenantSql,
  caller: ReviewCaller,
  itemId: string,
  page: { readonly size: number; readonly after?: CommentPosition | undefined },
): Promise<{ readonly comments: readonly ReviewComment[]; readonly last: CommentPosition | undefined }> {
  const item = await getReviewItem(sql, itemId)
  if (caller.isBounded && !isAssigned(item, caller)) throw notFound('review item', itemId)
  const rows = await sql<ReviewComment[]>`
    select id, author_id as "authorId", text, created_at as "createdAt" from review_comments
    where item_id = ${itemId} ${page.after === undefined ? sql`` : sql`and id > ${page.after[0]}::uuid`}
    order by id limit ${page.size + 1}`
  const comments = rows.slice(0, page.size)
  const end = rows.length > page.size ? comments.at(-1) : undefined
  return { comments, last: end && [end.id] }
}
