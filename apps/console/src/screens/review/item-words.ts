import { CandidateKind as KindMessage } from '@assay/contracts/assay/candidate/v1/candidate_pb'
import type { ReviewItem } from '@assay/contracts/assay/review/v1/review_pb'
import { type CandidateKind, candidateOf, type Reference } from '../compare/reference.ts'

const kindMessages: Readonly<Partial<Record<CandidateKind, KindMessage>>> = {
  suggestion: KindMessage.SUGGESTION,
  role: KindMessage.POTENTIAL_ROLE,
  profile: KindMessage.PROFILE,
  draft: KindMessage.DRAFT,
}

/** A kind of candidate as screens name it; undefined for one that has no page of its own. */
export function kindOfMessage(message: KindMessage): CandidateKind | undefined {
  return (Object.keys(kindMessages) as CandidateKind[]).find((kind) => kindMessages[kind] === message)
}

/** What an item is about, as other screens name it. */
export function referenceOfItem({ candidateKind, candidateId }: ReviewItem): Reference {
  return { kind: kindOfMessage(candidateKind) ?? 'suggestion', id: candidateId }
}

/** The kind of items that are about such a candidate. */
export function itemKindOf(kind: CandidateKind): KindMessage {
  return kindMessages[kind] ?? KindMessage.UNSPECIFIED
}

/** What an item is about, as calls name it. */
export function candidateOfItem(item: ReviewItem) {
  return candidateOf(referenceOfItem(item))
}
