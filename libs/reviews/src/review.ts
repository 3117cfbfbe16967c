import type { CandidateSource } from '@assay/candidates'
import type { EntitlementReference } from '@assay/directory'
import type { DismissalReason } from '@assay/role-mining'
import type { ReviewedCandidate } from './reviewed-candidate.ts'

/** Kinds of candidates that are stored, so that a reviewer can look at one later. */
export type ReviewableKind = Extract<CandidateSource['kind'], 'suggestion' | 'potential_role' | 'profile' | 'draft'>

/** The caller of a function. */
export interface ReviewCaller {
  readonly tenantId: number
  /** The id of a person, or the user id of a client that acts for itself. */
  readonly userId: string
  /** The id in older rows of a person who is an identity by now; see `idsOf`. */
  readonly formerUserId?: string | undefined
  /** Whether the caller may end and carry out reviews of other users. */
  readonly isAdministrator: boolean
  /** Whether the caller may see only a part of the people, see `visibleItems`. */
  readonly isBounded: boolean
}

/** All ids by which rows name the caller. */
export function idsOf({ userId, formerUserId }: ReviewCaller): string[] {
  return formerUserId === undefined ? [userId] : [userId, formerUserId]
}

/** Whether an item is assigned to the caller. */
export function isAssigned({ reviewerIds }: Pick<ReviewItem, 'reviewerIds'>, caller: ReviewCaller): boolean {
  return idsOf(caller).some((id) => reviewerIds.includes(id))
}

export type ReviewState = 'open' | 'closed'

export interface Review {
  readonly id: string
  readonly displayName: string
  readonly note: string
  readonly ownerId: string
  readonly createdAt: Date
  readonly dueAt: Date | null
  readonly closesWhenDecided: boolean
  readonly closedAt: Date | null
  readonly closedBy: string | null
}

/** The number of items by their result. */
export interface ReviewSums {
  readonly items: number
  readonly undecided: number
  readonly approved: number
  readonly approvedInPart: number
  readonly rejected: number
  readonly carriedOut: number
  readonly leftToPeople: number
  readonly failed: number
}

export type Verdict = 'approved' | 'approved_in_part' | 'rejected'

/** The verdict of a reviewer. */
export interface ReviewVerdict {
  readonly verdict: Verdict
  /** Only with `approved_in_part`. */
  readonly leftOut: readonly EntitlementReference[]
  readonly reason: DismissalReason
  readonly comment: string
}

export interface ReviewDecision extends ReviewVerdict {
  readonly decidedBy: string
  readonly decidedAt: Date
  /** The id of the entry of the ledger. */
  readonly entryId: string
}

/** `left_to_people`: no function of ours does it. `failed`: it could not be done, and nothing was changed. */
export type CarryOutResult = 'done' | 'nothing_to_do' | 'left_to_people' | 'failed'

export interface CarriedOut {
  readonly result: CarryOutResult
  readonly message: string
  readonly profileId: string | undefined
  readonly at: Date
}

export interface ReviewItem {
  readonly id: string
  readonly review: Review
  readonly number: number
  readonly kind: ReviewableKind
  readonly candidateId: string
  readonly reviewerIds: readonly string[]
  /** The etag of the candidate when the review was made; `givenImportId` is the load that was in force. */
  readonly givenEtag: string
  readonly givenImportId: string
  /** The candidate at its decision; before that, as it was when the review was made. In lists without entitlements and policies. */
  readonly candidate: ReviewedCandidate
  readonly revision: number
  readonly decision: ReviewDecision | undefined
  readonly carriedOut: CarriedOut | undefined
  /** The number of comments on it. */
  readonly comments: number
}

/** A comment of an owner or a reviewer on an item. */
export interface ReviewComment {
  /** The id of its entry of the ledger. */
  readonly id: string
  readonly authorId: string
  readonly text: string
  readonly createdAt: Date
}

/** The condition of a candidate, compared with its state when the review was made. */
export type ItemCondition = 'same' | 'other_load' | 'changed' | 'gone'
