import { ReviewService } from '@assay/contracts/assay/review/v1/review_service_pb'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { createClient } from '@connectrpc/connect'
import { formatDay } from '../../kit/times.ts'
import { queryClient, sentenceOf, transport } from '../../shell/calls.ts'
import { showToast } from '../../shell/toast.tsx'
import { candidateOf, type Reference } from '../compare/reference.ts'
import type { Chosen } from './reviewer-field.tsx'
import { texts } from './texts.ts'

const reviews = createClient(ReviewService, transport)

interface HandOver {
  readonly displayName: string
  readonly note: string
  readonly reviewers: readonly Chosen[]
  readonly dueAt: Date | undefined
  readonly closeWhenDecided: boolean
}

/** Makes a review of candidates and offers to undo it. @returns a sentence about the failure, or undefined */
export async function handOver(items: readonly Reference[], wanted: HandOver): Promise<string | undefined> {
  const { displayName, note, reviewers, dueAt, closeWhenDecided } = wanted
  try {
    const { id, dueTime } = await reviews.createReview({
      displayName,
      note,
      closeWhenDecided,
      reviewerIds: reviewers.map((one) => one.id),
      items: items.map((item) => ({ candidate: candidateOf(item) })),
      ...(dueAt && { dueTime: timestampFromDate(dueAt) }),
    })
    const who = reviewers.map((one) => one.displayName).join(', ')
    showToast(texts.handed(who, dueTime && formatDay(dueTime)), () => void takeBack(id))
    await refreshReviews()
    return undefined
  } catch (error) {
    return sentenceOf(error)
  }
}

/** Closes the review: it cannot be deleted, and its entries stay. */
async function takeBack(reviewId: string): Promise<void> {
  await reviews.closeReview({ reviewId, comment: texts.takenBack }).then(
    () => showToast(texts.takenBackSaid),
    (error: unknown) => showToast(sentenceOf(error)),
  )
  await refreshReviews()
}

/** Requests all shown data of reviews again. */
export async function refreshReviews(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: ['connect-query', { serviceName: ReviewService.typeName }] })
}
