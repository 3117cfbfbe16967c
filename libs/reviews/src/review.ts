import type { CandidateSource } from '@assay/candidates'
import type { EntitlementReference } from '@assay/directory'
import type { DismissalReason } from '@assay/role-mining'
import type { ReviewedCandidate } from './reviewed-candidate.ts'

/** Kinds of candidates that are kept, so that somebody can look at one later. */
export type ReviewableKind = Extract<CandidateSource['kind'], 'suggestion' | 'potential_role' | 'profile' | 'draft'>

/** Who makes a call. */
export interface ReviewCaller {
  readonly tenantId: number
  /** A person, or the user id of a client that acts for itself. */
  readonly userId: string
  /** By which rows from before name a person who is an identity by now; see `idsOf`. */
  readonly formerUserId?: string | undefined
  /** May end and carry out reviews of others. */
  readonly isAdministrator: boolean
  /** May see a part of the people only, see `visibleItems`. */
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

/** How many items there are, by what became of them. */
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

/** What a reviewer says. */
export interface ReviewVerdict {
  readonly verdict: Verdict
  /** With `approved_in_part`, and only then. */
  readonly leftOut: readonly EntitlementReference[]
  readonly reason: DismissalReason
  readonly comment: string
}

export interface ReviewDecision extends ReviewVerdict {
  readonly decidedBy: string
  readonly decidedAt: Date
  /** Of the ledger. */
  readonly entryId: string
}

/**
 * `left_to_people`: no call of ours does it. `failed`: it could not be done, and nothing was changed.
 */
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
  /** What the candidate said when it was given to the reviewers, and the load that was in force. */
  readonly givenEtag: string
  readonly givenImportId: string
  /** As it was decided on; before that as it was given. In lists without entitlements and policies. */
  readonly candidate: ReviewedCandidate
  readonly revision: number
  readonly decision: ReviewDecision | undefined
  readonly carriedOut: CarriedOut | undefined
  /** How many comments there are on it. */
  readonly comments: number
}

/** What an owner or a reviewer said of an item. */
export interface ReviewComment {
  /** Of its entry of the ledger. */
  readonly id: string
  readonly authorId: string
  readonly text: string
  readonly createdAt: Date
}

/** How a candidate is, compared with what the reviewers were given. */
export type ItemCondition = 'same' | 'other_load' | 'changed' | 'gone'
