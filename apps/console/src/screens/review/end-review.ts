import { CarriedOut_Result as Result } from '@assay/contracts/assay/review/v1/review_pb'
import { ReviewService } from '@assay/contracts/assay/review/v1/review_service_pb'
import { createClient } from '@connectrpc/connect'
import { queryClient, sentenceOf, transport } from '../../shell/calls.ts'
import { download } from '../../shell/download.ts'
import { showToast } from '../../shell/toast.tsx'
import { texts } from './texts.ts'

const reviews = createClient(ReviewService, transport)

/** @returns whether it was closed; a toast reports a failure */
export async function closeReview(reviewId: string, comment: string): Promise<boolean> {
  const problem = await reviews.closeReview({ reviewId, comment }).then(() => undefined, sentenceOf)
  showToast(problem ?? texts.reviewClosed)
  await queryClient.invalidateQueries()
  return problem === undefined
}

/** Carries out the decisions, twenty items in a call, and shows the result. */
export async function carryOut(reviewId: string, retryFailed: boolean): Promise<void> {
  let done = 0
  let failed = 0
  try {
    for (let afterNumber = 0, remaining = 1; remaining > 0; ) {
      const { items, remainingCount } = await reviews.carryOutReview({ reviewId, retryFailed, afterNumber })
      const count = items.filter(({ carriedOut }) => carriedOut?.result === Result.FAILED).length
      failed += count
      done += items.length - count
      afterNumber = items.at(-1)?.number ?? afterNumber
      remaining = items.length === 0 ? 0 : remainingCount
    }
    showToast(texts.carriedOut(done, failed))
  } catch (error) {
    showToast(sentenceOf(error))
  }
  // Candidates became profiles or were dismissed, so all shown data may have changed.
  await queryClient.invalidateQueries()
}

export async function downloadEvidence(reviewId: string, format: 'html' | 'ndjson'): Promise<void> {
  const query = new URLSearchParams({ reviewId, format: `FORMAT_${format.toUpperCase()}` })
  await download(`/reviews/v1/evidence:export?${query}`, `evidence.${format}`).catch((error: unknown) =>
    showToast(error instanceof Error ? error.message : String(error)),
  )
}
