import { type Review, Review_State as State } from '@assay/contracts/assay/review/v1/review_pb'
import { ReviewService } from '@assay/contracts/assay/review/v1/review_service_pb'
import { createClient } from '@connectrpc/connect'
import { Button } from 'react-aria-components'
import { sentenceOf, transport } from '../../shell/calls.ts'
import { useMay, useSession } from '../../shell/rights.ts'
import { showToast } from '../../shell/toast.tsx'
import { refreshReviews } from '../hand-over/hand-over.ts'
import { texts } from './texts.ts'

const reviews = createClient(ReviewService, transport)

/** Sends reminders by mail to reviewers with open items; for the owner of an open review, and for administrators. */
export function RemindButton({ review }: { readonly review: Review }) {
  const userId = useSession()?.userId
  const mayDecide = useMay('decide')
  const mayAdminister = useMay('administer')
  const isOwner = mayDecide && (review.ownerId === userId || mayAdminister)
  if (!isOwner || review.state !== State.OPEN || review.sums?.undecided === 0) return null
  const remind = () =>
    reviews
      .remindReviewers({ reviewId: review.id })
      .then(
        () => showToast(texts.reminding),
        (error: unknown) => showToast(sentenceOf(error)),
      )
      .then(refreshReviews)
  return (
    <Button className="button" onPress={() => void remind()}>
      {texts.remind}
    </Button>
  )
}
