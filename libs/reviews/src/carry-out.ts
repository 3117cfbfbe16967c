import { type CandidateData, type CandidateDecision, decideCandidate, type ResolvedCandidate } from '@assay/candidates'
import { failedPrecondition } from '@assay/errors'
import { recordEntry } from '@assay/ledger'
import { changeProfileEntitlements, type EvaluationOptions } from '@assay/profiles'
import type { TenantSql } from '@assay/store'
import { presentCandidate } from './look-at-item.ts'
import type { CarryOutResult, ReviewCaller, ReviewDecision, ReviewItem } from './review.ts'
import { getReviewItem } from './review-items.ts'
import { getReview, requireOwner } from './reviews.ts'

/** The items to carry out. */
interface CarryOutRequest {
  /** True for items that failed, instead of those that were not tried yet. */
  readonly retryFailed: boolean
  /** Only items after this number. */
  readonly afterNumber: number
}

/** At most this number of items is carried out in one call, since each may evaluate a membership rule. */
const itemsAtOnce = 20

/**
 * The first decided items that are not carried out yet, and the number of those after them.
 * @throws not_found; permission_denied for a caller that neither owns the review nor is an administrator; failed_precondition for an open
 * review
 */
export async function itemsToCarryOut(
  sql: TenantSql,
  caller: ReviewCaller,
  reviewId: string,
  request: CarryOutRequest,
): Promise<{ readonly ids: readonly string[]; readonly remaining: number }> {
  const review = await getReview(sql, reviewId)
  if (review.closedAt === null)
    throw failedPrecondition(`review "${reviewId}" is open; close it first`, { reason: 'REVIEW_OPEN' })
  requireOwner(review, caller)
  const rows = await sql<{ id: string }[]>`
    select id from review_items
    where review_id = ${reviewId} and verdict is not null and number > ${request.afterNumber}
      and ${request.retryFailed ? sql`result = 'failed'` : sql`result is null`}
    order by number`
  const ids = rows.map(({ id }) => id)
  return { ids: ids.slice(0, itemsAtOnce), remaining: Math.max(0, ids.length - itemsAtOnce) }
}

interface Outcome {
  readonly result: Exclude<CarryOutResult, 'failed'>
  readonly message: string
  readonly profileId?: string
}

/**
 * Carries out the decision on one item, in the caller's transaction, by the same functions with which people decide on candidates. An item
 * that was carried out meanwhile does not change.
 * @throws what these functions throw; failed_precondition for a candidate that does not exist any more or has changed since the decision
 */
export async function carryOutItem(
  data: CandidateData,
  caller: ReviewCaller,
  id: string,
  options: EvaluationOptions = {},
): Promise<ReviewItem> {
  const read = await getReviewItem(data.sql, id)
  const present = await presentCandidate(data, read)
  const { decision } = read
  if (!(await lockWaiting(data.sql, id)) || decision === undefined) return getReviewItem(data.sql, id)
  const outcome = await outcomeOf(data, caller, read, decision, present, options)
  return keep(data.sql, read, decision, outcome)
}

/** Records why an item could not be carried out, in a separate transaction. */
export async function failItem(sql: TenantSql, id: string, message: string): Promise<ReviewItem> {
  const item = await getReviewItem(sql, id)
  const { decision } = item
  if (!(await lockWaiting(sql, id)) || decision === undefined) return item
  return keep(sql, item, decision, { result: 'failed', message })
}

/** Locks an item that is not carried out yet. When two callers carry it out at once, the second one finds the result of the first. */
async function lockWaiting(sql: TenantSql, id: string): Promise<boolean> {
  const [waiting] = await sql`
    select from review_items where id = ${id} and (result is null or result = 'failed') for update`
  return waiting !== undefined
}

async function keep(
  sql: TenantSql,
  { id, review, kind, candidateId }: ReviewItem,
  { verdict, entryId }: ReviewDecision,
  { result, message, profileId }: { result: CarryOutResult; message: string; profileId?: string },
): Promise<ReviewItem> {
  const entry = await recordEntry(sql, {
    kind: 'review.carry_out',
    subject: { type: 'review_item', id },
    after: {
      reviewId: review.id,
      candidate: { kind, id: candidateId },
      verdict,
      decision: entryId,
      result,
      message,
      profileId,
    },
  })
  await sql`
    update review_items set result = ${result}, result_message = ${message}, result_profile_id = ${profileId ?? null},
      result_at = ${entry.at}
    where id = ${id}`
  return getReviewItem(sql, id)
}

async function outcomeOf(
  data: CandidateData,
  caller: ReviewCaller,
  item: ReviewItem,
  decision: ReviewDecision,
  present: ResolvedCandidate | undefined,
  options: EvaluationOptions,
): Promise<Outcome> {
  const isRejected = decision.verdict === 'rejected'
  if (isRejected && present === undefined)
    return { result: 'nothing_to_do', message: 'It was rejected, and does not exist any more.' }
  switch (item.kind) {
    case 'suggestion':
    case 'potential_role':
      requireAsDecided(item, present)
      return decideFound(data, caller, item, decision, options)
    case 'profile':
      if (isRejected)
        return leftToPeople('Delete the access profile, or change it; until then its members keep their access.')
      if (decision.verdict === 'approved')
        return { result: 'nothing_to_do', message: 'The access profile does not change.' }
      requireAsDecided(item, present)
      await changeProfileEntitlements(
        data.sql,
        caller.tenantId,
        item.candidateId,
        'remove',
        decision.leftOut,
        'left_out',
      )
      return {
        result: 'done',
        message: `The access profile lost ${decision.leftOut.length} entitlements.`,
        profileId: item.candidateId,
      }
    case 'draft':
      return leftToPeople(isRejected ? 'Delete the draft.' : 'Make an access profile from the draft.')
  }
}

function leftToPeople(message: string): Outcome {
  return { result: 'left_to_people', message }
}

/** @throws failed_precondition when the candidate is not the one that was decided on */
function requireAsDecided({ kind, candidateId, candidate }: ReviewItem, present: ResolvedCandidate | undefined): void {
  if (present === undefined) throw failedPrecondition(`${kind} "${candidateId}" does not exist any more`)
  if (present.etag !== candidate.etag)
    throw failedPrecondition(
      `${kind} "${candidateId}" has changed since the decision; assign it to reviewers again, or decide on it yourself`,
    )
}

async function decideFound(
  { sql, loaded }: CandidateData,
  { tenantId, userId }: ReviewCaller,
  { kind, candidateId }: ReviewItem,
  { verdict, leftOut, reason, comment }: ReviewDecision,
  options: EvaluationOptions,
): Promise<Outcome> {
  const decision: CandidateDecision =
    verdict === 'rejected'
      ? { kind: 'dismiss', terms: { reason, ...(comment !== '' && { comment }) } }
      : { kind: 'accept', displayName: '', leftOut }
  const deciding = { tenantId, identityId: userId, snapshot: loaded.importId === '' ? undefined : loaded.snapshot }
  const { profileId } = await decideCandidate(sql, deciding, candidateId, '', decision, options)
  const noun = kind === 'suggestion' ? 'suggestion' : 'potential role'
  if (profileId === null) return { result: 'done', message: `The ${noun} is dismissed.` }
  return { result: 'done', message: 'An access profile was made from it.', profileId }
}
