import type { ReviewItem } from '@assay/contracts/assay/review/v1/review_pb'
import { CandidateLink } from '../compare/candidate-link.tsx'
import { referenceOfItem } from './item-words.ts'

/** The name of the candidate of an item, with a link to its page. */
export function CandidateOfItem({ item }: { readonly item: ReviewItem }) {
  const name = item.candidate?.displayName || item.candidateId
  return <CandidateLink reference={referenceOfItem(item)} name={name} />
}
