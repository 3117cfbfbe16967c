import type { CandidateData } from '@assay/candidates'
import type { EntitlementReference } from '@assay/directory'
import { aborted, failedPrecondition, invalidArgument, notFound, permissionDenied } from '@assay/errors'
import { newEntry } from '@assay/ledger'
import { asJson } from '@assay/store'
import { candidateHash } from './candidate-hash.ts'
import { closeDecided } from './close-review.ts'
import { etagOf, presentCandidate } from './look-at-item.ts'
import { requireShort } from './require-short.ts'
import { isAssigned, type ReviewCaller, type ReviewItem, type ReviewVerdict } from './review.ts'
import { getReviewItem, itemEtag } from './review-items.ts'
import { type ReviewedCandidate, reviewedCandidate } from './reviewed-candidate.ts'
import { getReview, requireOpen } from './reviews.ts'

const longestComment = 4_096
const mostLeftOut = 1_000

/**
 * Decides on an item or changes its decision, in the caller's transaction. It stores the candidate as it is now.
 * @param etag the etag that was read with the item; empty to decide whatever its state is, but only if there is no decision yet
 * @throws not_found; permission_denied for a caller to whom it is not assigned; aborted for another etag; failed_precondition for a closed
 * review, and for approving a candidate that does not exist any more; invalid_argument when the verdict does not fit the entitlements that
 * are left out
 */
export async function decideItem(
  data: CandidateData,
  caller: ReviewCaller,
  id: string,
  etag: string,
  verdict: ReviewVerdict,
): Promise<ReviewItem> {
  const { sql, loaded } = data
  checkVerdict(verdict)
  const read = await getReviewItem(sql, id)
  if (caller.isBounded && !isAssigned(read, caller)) throw notFound('review item', id)
  requireOpen(read.review)
  requireAssigned(caller, read)
  // Before anything is locked: the time depends on the size of the candidate, and a rule in CEL may make the call begin again.
  const present = await presentCandidate(data, read)
  if (present === undefined && caller.isBounded) throw notFound('review item', id)
  const candidate = present === undefined ? read.candidate : await reviewedCandidate(data, present)
  const review = await getReview(sql, read.review.id, true)
  // When two reviewers decide at once, the second one sees the decision of the first here.
  const item = await getReviewItem(sql, id)
  requireOpen(review)
  requireUnchanged(item, etag, itemEtag(item, etagOf(present)))
  if (present === undefined && verdict.verdict !== 'rejected')
    throw failedPrecondition(`${item.kind} "${item.candidateId}" does not exist any more; it can be rejected`, {
      reason: 'CANDIDATE_GONE',
    })
  requireContained(candidate, verdict.leftOut)
  const entry = decisionEntry(item, candidate, verdict, loaded.importId)
  await entry.write(sql)
  await sql`
    update review_items set candidate = ${asJson(sql, candidate)}, revision = revision + 1,
      verdict = ${verdict.verdict}, left_out = ${asJson(sql, verdict.leftOut)}, reason = ${verdict.reason},
      comment = ${verdict.comment}, decided_by = ${caller.userId}, decided_at = ${entry.at}, decision_entry = ${entry.id}
    where id = ${id}`
  await closeDecided(sql, review, caller)
  return getReviewItem(sql, id)
}

function checkVerdict({ verdict, leftOut, comment }: ReviewVerdict): void {
  requireShort('comment', comment, longestComment)
  if (leftOut.length > mostLeftOut) throw invalidArgument('left_out', `may name at most ${mostLeftOut} entitlements`)
  if (verdict === 'approved_in_part' && leftOut.length === 0)
    throw invalidArgument('left_out', 'must name the entitlements that a partial approval leaves out')
  if (verdict !== 'approved_in_part' && leftOut.length > 0)
    throw invalidArgument('left_out', 'may only be set for a partial approval')
}

function requireAssigned(caller: ReviewCaller, item: ReviewItem): void {
  if (isAssigned(item, caller)) return
  throw permissionDenied(`review item "${item.id}" is not assigned to "${caller.userId}"`, { reason: 'NOT_REVIEWER' })
}

function requireUnchanged({ id, decision }: ReviewItem, etag: string, present: string): void {
  if (etag === present || (etag === '' && decision === undefined)) return
  const why =
    decision === undefined
      ? 'its candidate has changed since it was read'
      : `"${decision.decidedBy}" decided on it at ${decision.decidedAt.toISOString()}`
  throw aborted(`review item "${id}" has etag ${present}: ${why}; read it again, and decide with its new etag`, {
    reason: 'ETAG_MISMATCH',
    metadata: { itemId: id, etag: present },
  })
}

function requireContained({ entitlements }: ReviewedCandidate, leftOut: readonly EntitlementReference[]): void {
  const keyOf = ({ applicationId, entitlementId }: EntitlementReference) =>
    JSON.stringify([applicationId, entitlementId])
  const contained = new Set(entitlements.map(keyOf))
  const unwanted = new Set(leftOut.map(keyOf))
  const unknown = [...unwanted].find((key) => !contained.has(key))
  if (unknown !== undefined) throw invalidArgument('left_out', `the candidate does not contain ${unknown}`)
  if (leftOut.length > 0 && unwanted.size === contained.size)
    throw invalidArgument('left_out', 'has all entitlements of the candidate; reject it instead')
}

function decisionEntry(item: ReviewItem, candidate: ReviewedCandidate, verdict: ReviewVerdict, importId: string) {
  const { decision } = item
  return newEntry({
    kind: 'review.decide',
    subject: { type: 'review_item', id: item.id },
    ...(decision && {
      before: { verdict: decision.verdict, leftOut: decision.leftOut, decidedBy: decision.decidedBy },
    }),
    after: {
      reviewId: item.review.id,
      candidate: { kind: item.kind, id: item.candidateId, displayName: candidate.displayName },
      verdict: verdict.verdict,
      leftOut: verdict.leftOut,
      candidateSha256: candidateHash(candidate),
    },
    facts: { reviewId: item.review.id, candidateKind: item.kind, verdict: verdict.verdict },
    ...(verdict.reason !== 'unspecified' && { reason: verdict.reason }),
    ...(verdict.comment !== '' && { comment: verdict.comment }),
    ...(importId !== '' && { load: Number(importId) }),
    ...(candidate.foundBy !== '' && { run: candidate.foundBy }),
    version: candidate.etag,
  })
}
