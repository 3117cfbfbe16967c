import { type ReviewItem, Review_State as State } from '@assay/contracts/assay/review/v1/review_pb'
import { ReviewService } from '@assay/contracts/assay/review/v1/review_service_pb'
import { useQuery } from '@connectrpc/connect-query'
import { Link } from '@tanstack/react-router'
import { formatDay } from '../../kit/times.ts'
import { useMay, useSession } from '../../shell/rights.ts'
import type { Reference } from '../compare/reference.ts'
import { itemKindOf } from './item-words.ts'
import { useReview } from './queries.ts'
import { RemindButton } from './remind-button.tsx'
import { texts, verdictWords } from './texts.ts'

/** The reviewers of a candidate in open reviews, with their answers. Renders nothing when it is in no open review. */
export function ReviewState({ reference }: { readonly reference: Reference }) {
  const request = { candidateKind: itemKindOf(reference.kind), candidateId: reference.id, pageSize: 25 }
  const { data } = useQuery(ReviewService.method.listCandidateReviewItems, request)
  const open = data?.items.filter(({ reviewState }) => reviewState === State.OPEN) ?? []
  if (open.length === 0) return null
  return (
    <section className="stack" aria-label={texts.withReviewers}>
      {open.map((item) => (
        <Waiting key={item.id} item={item} />
      ))}
    </section>
  )
}

function Waiting({ item }: { readonly item: ReviewItem }) {
  const { reviewers, reviewerIds, dueTime, decision, reviewId, reviewDisplayName } = item
  const mayDecide = useMay('decide')
  const userId = useSession()?.userId ?? ''
  const { data: review } = useReview(reviewId)
  const names = reviewers.map(({ id, displayName }) => displayName || id).join(', ')
  return (
    <div className="said">
      <p>
        {texts.with} <bdi>{names}</bdi>
        {dueTime !== undefined && texts.dueBy(formatDay(dueTime))}
        {decision !== undefined && (
          <>
            : <strong>{verdictWords[decision.verdict]}</strong>
          </>
        )}
      </p>
      <div className="row">
        <Link to="/reviews/$id" params={{ id: reviewId }}>
          <bdi>{reviewDisplayName}</bdi>
        </Link>
        {review !== undefined && decision === undefined && <RemindButton review={review} />}
        {mayDecide && reviewerIds.includes(userId) && (
          <Link to="/decide/$review" params={{ review: reviewId }}>
            {texts.answer}
          </Link>
        )}
      </div>
    </div>
  )
}
