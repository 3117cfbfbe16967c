import { CandidateKind as KindMessage } from '@assay/contracts/assay/candidate/v1/candidate_pb'
import type { ReviewItem } from '@assay/contracts/assay/review/v1/review_pb'
import { type CandidateKind, candidateOf, type Reference } from '../compare/reference.ts'

const kindMessages: Readonly<Partial<Record<CandidateKind, KindMessage>>> = {
  suggestion: KindMessage.SUGGESTION,
  role: KindMessage.POTENTIAL_ROLE,
  profile: KindMessage.PROFILE,
  draft: KindMessage.DRAFT,
}

/** The kind of a candidate on screens; undefined for a kind without a page. */
export function kindOfMessage(message: KindMessage): CandidateKind | undefined {
  return (Object.keys(kindMessages) as CandidateKind[]).find((kind) => kindMessages[kind] === message)
}

/** The reference to the candidate of an item on other screens. */
export function referenceOfItem({ candidateKind, candidateId }: ReviewItem): Reference {
  return { kind: kindOfMessage(candidateKind) ?? 'suggestion', id: candidateId }
}

/** The kind of an item with a candidate of this kind. */
export function itemKindOf(kind: CandidateKind): KindMessage {
  return kindMessages[kind] ?? KindMessage.UNSPECIFIED
}

/** The candidate of an item in calls. */
export function candidateOfItem(item: ReviewItem) {
  return candidateOf(referenceOfItem(item))
}
