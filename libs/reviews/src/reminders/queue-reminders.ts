import { failedPrecondition } from '@assay/errors'
import { type Jobs, jobs } from '@assay/jobs'
import { recordEntry } from '@assay/ledger'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { reminderQueue } from '../queues.ts'
import type { Review, ReviewCaller } from '../review.ts'
import { getReview, requireOpen, requireOwner } from '../reviews.ts'

type DueKind = 'before' | 'after'

/**
 * Queues the mails that are due now, for all tenants. Each is queued once, for any number of workers.
 * @returns the number of mails that were queued
 */
export async function queueDueReminders(sql: Sql, tools: Pick<Jobs, 'enqueue'> = jobs): Promise<number> {
  const due = await sql<{ tenantId: number; reviewId: string; kind: DueKind }[]>`
    select tenant_id as "tenantId", review_id as "reviewId", kind from due_review_reminders()`
  let asked = 0
  for (const { tenantId, ...key } of due)
    if (await inTenant(sql, tenantId, (scoped) => askForReminder(scoped, tools, tenantId, key))) asked++
  return asked
}

async function askForReminder(
  sql: TenantSql,
  { enqueue }: Pick<Jobs, 'enqueue'>,
  tenantId: number,
  { reviewId, kind }: { readonly reviewId: string; readonly kind: DueKind },
): Promise<boolean> {
  const column = sql(kind === 'before' ? 'reminded_before_at' : 'reminded_after_at')
  const { count } = await sql`
    update reviews set ${column} = now() where id = ${reviewId} and ${column} is null and closed_at is null`
  if (count === 0) return false
  await enqueue(sql, reminderQueue, { tenantId, reviewId, kind }, `${reviewId}/${kind}`)
  return true
}

/** The shortest time between two reminders that a user requests. */
const leastPauseMs = 3_600_000

/**
 * Reminds all reviewers with open items now, in the caller's transaction. The owner of the review or an administrator may call it.
 * @throws not_found; permission_denied for other callers; failed_precondition for a closed review (REVIEW_CLOSED), and when reviewers were
 * reminded less than an hour ago (REMINDED_LATELY)
 */
export async function remindReviewers(
  sql: TenantSql,
  { enqueue }: Pick<Jobs, 'enqueue'>,
  caller: ReviewCaller,
  reviewId: string,
): Promise<Review> {
  const review = await getReview(sql, reviewId, true)
  requireOpen(review)
  requireOwner(review, caller)
  const { id } = review
  const [reminded] = await sql<{ last: Date | null }[]>`
    select greatest(reminded_before_at, reminded_after_at, reminded_asked_at) as last from reviews where id = ${id}`
  const last = reminded?.last ?? undefined
  if (last !== undefined && Date.now() - last.getTime() < leastPauseMs)
    throw failedPrecondition(
      `the reviewers of review "${id}" were reminded at ${last.toISOString()}; wait until an hour has passed`,
      { reason: 'REMINDED_LATELY' },
    )
  await sql`update reviews set reminded_asked_at = now() where id = ${id}`
  await enqueue(sql, reminderQueue, { tenantId: caller.tenantId, reviewId: id, kind: 'asked' }, `${id}/asked`)
  await recordEntry(sql, { kind: 'review.remind', subject: { type: 'review', id } })
  return review
}
