import { ReviewService } from '@assay/contracts/assay/review/v1/review_service_pb'
import { useQuery } from '@connectrpc/connect-query'

export function useReview(reviewId: string) {
  return useQuery(ReviewService.method.getReview, { reviewId })
}

/** All items of a review, in their order; a review has at most a hundred. */
export function useReviewItems(reviewId: string) {
  return useQuery(ReviewService.method.listReviewItems, { reviewId, pageSize: 100 })
}
