import type { ReviewItem } from '@assay/contracts/assay/review/v1/review_pb'
import { type CandidateKind, candidateOf, type Reference } from '../compare/reference.ts'

const kindsOfItems: Readonly<Record<string, CandidateKind>> = {
  suggestion: 'suggestion',
  potential_role: 'role',
  profile: 'profile',
  draft: 'draft',
}

/** What an item is about, as other screens name it. */
export function referenceOfItem({ candidateKind, candidateId }: ReviewItem): Reference {
  return { kind: kindsOfItems[candidateKind] ?? 'suggestion', id: candidateId }
}

/** The kind of items that are about such a candidate. */
export function itemKindOf(kind: CandidateKind): string {
  return Object.keys(kindsOfItems).find((one) => kindsOfItems[one] === kind) ?? kind
}

/** What an item is about, as calls name it. */
export function candidateOfItem(item: ReviewItem) {
  return candidateOf(referenceOfItem(item))
}
