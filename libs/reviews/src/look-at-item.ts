import type { CandidateData, ResolvedCandidate } from '@assay/candidates'
import { DomainError, notFound } from '@assay/errors'
import { type ItemCondition, isAssigned, type ReviewCaller, type ReviewItem } from './review.ts'
import { getReviewItem, itemEtag } from './review-items.ts'
import { type ReviewedCandidate, reviewedCandidate } from './reviewed-candidate.ts'

/** An item in its present condition. */
interface SeenItem {
  readonly item: ReviewItem
  /**
   * The candidate at the decision or at the end of the review; for an undecided item of an open review, the candidate on the data in force.
   */
  readonly candidate: ReviewedCandidate
  /** Undefined for an item of a closed review. */
  readonly condition: ItemCondition | undefined
  readonly etag: string
}

/** Stands for the etag of a candidate that does not exist any more. */
const goneEtag = 'gone'

/**
 * An item with the present condition of its candidate.
 * @throws not_found; for a bounded reader also for an item that is not assigned to the reader or is not completely inside the scope
 */
export async function lookAtItem(data: CandidateData, caller: ReviewCaller, id: string): Promise<SeenItem> {
  const item = await getReviewItem(data.sql, id)
  const isOpen = item.review.closedAt === null
  if (caller.isBounded && !isAssigned(item, caller)) throw notFound('review item', id)
  if (!isOpen && !caller.isBounded)
    return { item, candidate: item.candidate, condition: undefined, etag: itemEtag(item, item.candidate.etag) }
  const present = await presentCandidate(data, item)
  if (present === undefined && caller.isBounded) throw notFound('review item', id)
  const isFresh = isOpen && item.decision === undefined && present !== undefined
  return {
    item,
    candidate: isFresh ? await reviewedCandidate(data, present) : item.candidate,
    condition: isOpen ? conditionOf(item, present) : undefined,
    etag: itemEtag(item, isOpen ? etagOf(present) : item.candidate.etag),
  }
}

/** The candidate of an item on the data in force; undefined when it does not exist any more, or the reader may not see it. */
export async function presentCandidate(
  { resolve }: CandidateData,
  { kind, candidateId }: Pick<ReviewItem, 'kind' | 'candidateId'>,
): Promise<ResolvedCandidate | undefined> {
  try {
    return await resolve({ source: { kind, id: candidateId } })
  } catch (error) {
    if (error instanceof DomainError && error.kind === 'not_found') return undefined
    throw error
  }
}

/** The etag of a candidate, for `itemEtag`. */
export function etagOf(present: ResolvedCandidate | undefined): string {
  return present?.etag ?? goneEtag
}

function conditionOf({ givenEtag, givenImportId }: ReviewItem, present: ResolvedCandidate | undefined): ItemCondition {
  if (present === undefined) return 'gone'
  if (present.etag !== givenEtag) return 'changed'
  return present.importId === givenImportId ? 'same' : 'other_load'
}

/** The items that a reader may see: for a bounded reader those that are completely inside the scope. */
export async function visibleItems(
  data: CandidateData,
  caller: ReviewCaller,
  items: readonly ReviewItem[],
): Promise<ReviewItem[]> {
  if (!caller.isBounded) return [...items]
  const visible: ReviewItem[] = []
  for (const item of items) if ((await presentCandidate(data, item)) !== undefined) visible.push(item)
  return visible
}
