import { failedPrecondition, notFound, permissionDenied } from '@assay/errors'
import { type Fragment, isUuid, type TenantSql } from '@assay/store'
import { idsOf, type Review, type ReviewCaller, type ReviewState, type ReviewSums } from './review.ts'

/** The columns of a `Review`, for a query over `reviews review`. */
export function reviewColumns(sql: TenantSql) {
  return sql`review.id, review.display_name as "displayName", review.note, review.owner_id as "ownerId",
    review.created_at as "createdAt", review.due_at as "dueAt", review.closes_when_decided as "closesWhenDecided",
    review.closed_at as "closedAt", review.closed_by as "closedBy"`
}

/** @throws not_found when no review has the id, or when the text is no UUID */
export async function getReview(sql: TenantSql, id: string, lock = false): Promise<Review> {
  const [review] = isUuid(id)
    ? await sql<Review[]>`
        select ${reviewColumns(sql)} from reviews review where review.id = ${id} ${lock ? sql`for update` : sql``}`
    : []
  if (review === undefined) throw notFound('review', id)
  return review
}

/** For bounded readers, who see only reviews with an item that is assigned to them. @throws not_found for another review */
export async function requireReviewer(sql: TenantSql, reviewId: string, caller: ReviewCaller): Promise<void> {
  const [assigned] = await sql`
    select from review_assignments assignment join review_items item on item.id = assignment.item_id
    where assignment.reviewer_id = any(${idsOf(caller)}::text[]) and item.review_id = ${reviewId} limit 1`
  if (assigned === undefined) throw notFound('review', reviewId)
}

/** @throws permission_denied for a caller that neither owns the review nor is an administrator */
export function requireOwner({ id, ownerId }: Review, caller: ReviewCaller): void {
  if (caller.isAdministrator || idsOf(caller).includes(ownerId)) return
  throw permissionDenied(`review "${id}" belongs to "${ownerId}"; its owner or an administrator can do this`, {
    reason: 'NOT_OWNER',
  })
}

/** @throws failed_precondition for a closed review */
export function requireOpen({ id, closedAt, closedBy }: Review): void {
  if (closedAt === null) return
  throw failedPrecondition(`review "${id}" was closed by "${closedBy}"; it takes no more decisions`, {
    reason: 'REVIEW_CLOSED',
  })
}

/** The position at which a page of reviews ends: the time with all its digits, and the id. */
export type ReviewPosition = readonly [createdAt: string, id: string]

/** @param of returns only reviews with an item that is assigned to this caller */
export async function listReviews(
  sql: TenantSql,
  { state, of }: { readonly state?: ReviewState | undefined; readonly of?: ReviewCaller | undefined },
  page: { readonly size: number; readonly after?: ReviewPosition | undefined },
): Promise<{ readonly reviews: Review[]; readonly last: ReviewPosition | undefined }> {
  const { after } = page
  const rows = await sql<(Review & { position: string })[]>`
    select ${reviewColumns(sql)}, review.created_at::text as position from reviews review
    where true
      ${state === undefined ? sql`` : state === 'open' ? sql`and closed_at is null` : sql`and closed_at is not null`}
      ${
        of === undefined
          ? sql``
          : sql`and review.id in (select item.review_id from review_assignments assignment
              join review_items item on item.id = assignment.item_id where assignment.reviewer_id = any(${idsOf(of)}::text[]))`
      }
      ${after === undefined ? sql`` : sql`and (review.created_at, review.id) < (${after[0]}::text::timestamptz, ${after[1]}::uuid)`}
    order by review.created_at desc, review.id desc limit ${page.size + 1}`
  return pageOf(rows, page.size)
}

/** Reviews that were open in a range of time, oldest first. */
export async function listReviewsWithin(
  sql: TenantSql,
  { from, until }: { readonly from: Date; readonly until: Date | undefined },
  page: { readonly size: number; readonly after?: ReviewPosition | undefined },
): Promise<{ readonly reviews: Review[]; readonly last: ReviewPosition | undefined }> {
  const { after } = page
  const rows = await sql<(Review & { position: string })[]>`
    select ${reviewColumns(sql)}, review.created_at::text as position from reviews review
    where coalesce(closed_at, 'infinity') >= ${from} ${until === undefined ? sql`` : sql`and review.created_at < ${until}`}
      ${after === undefined ? sql`` : sql`and (review.created_at, review.id) > (${after[0]}::text::timestamptz, ${after[1]}::uuid)`}
    order by review.created_at, review.id limit ${page.size + 1}`
  return pageOf(rows, page.size)
}

function pageOf(rows: readonly (Review & { position: string })[], size: number) {
  const shown = rows.slice(0, size)
  const end = rows.length > size ? shown.at(-1) : undefined
  const last: ReviewPosition | undefined = end && [end.position, end.id]
  return { reviews: shown.map(({ position: _, ...review }) => review), last }
}

const noSums: ReviewSums = {
  items: 0,
  undecided: 0,
  approved: 0,
  approvedInPart: 0,
  rejected: 0,
  carriedOut: 0,
  leftToPeople: 0,
  failed: 0,
}

/** The sums by the id of the review, over all its items, with those that a bounded reader does not see. */
export async function sumsOf(sql: TenantSql, reviewIds: readonly string[]): Promise<(reviewId: string) => ReviewSums> {
  const rows = await sql<(ReviewSums & { reviewId: string })[]>`
    select review_id as "reviewId", sum(items)::integer as items,
      ${countOf(sql, sql`verdict is null`)} as undecided,
      ${countOf(sql, sql`verdict = 'approved'`)} as approved,
      ${countOf(sql, sql`verdict = 'approved_in_part'`)} as "approvedInPart",
      ${countOf(sql, sql`verdict = 'rejected'`)} as rejected,
      ${countOf(sql, sql`result in ('done', 'nothing_to_do')`)} as "carriedOut",
      ${countOf(sql, sql`result = 'left_to_people'`)} as "leftToPeople",
      ${countOf(sql, sql`result = 'failed'`)} as failed
    from counts_of_review_items(${[...reviewIds]}::uuid[]) group by review_id`
  const sums = new Map(rows.map(({ reviewId, ...row }) => [reviewId, row]))
  return (reviewId) => sums.get(reviewId) ?? noSums
}

function countOf(sql: TenantSql, condition: Fragment) {
  return sql`coalesce(sum(items) filter (where ${condition}), 0)::integer`
}
