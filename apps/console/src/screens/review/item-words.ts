import { CandidateKind as KindMessage } from '@assay/contracts/assay/candidate/v1/candidate_pb'
import type { ReviewItem } from '@assay/contracts/assay/review/v1/review_pb'
import { type CandidateKind, candidateOf, type Reference } from '../compare/reference.ts'

const kindsOfItems: readonly (readonly [KindMessage, CandidateKind])[] = [
  [KindMessage.SUGGESTION, 'suggestion'],
  [KindMessage.POTENTIAL_ROLE, 'role'],
  [KindMessage.PROFILE, 'profile'],
  [KindMessage.DRAFT, 'draft'],
]

/** What an item is about, as other screens name it. */
export function referenceOfItem({ candidateKind, candidateId }: ReviewItem): Reference {
  return { kind: kindsOfItems.find(([message]) => message === candidateKind)?.[1] ?? 'suggestion', id: candidateId }
}

/** The kind of items that are about such a candidate. */
export function itemKindOf(kind: CandidateKind): KindMessage {
  return kindsOfItems.find(([, one]) => one === kind)?.[0] ?? KindMessage.UNSPECIFIED
}

/** What an item is about, as calls name it. */
export function candidateOfItem(item: ReviewItem) {
  return candidateOf(referenceOfItem(item))
}
