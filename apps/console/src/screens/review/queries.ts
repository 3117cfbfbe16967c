import { ReviewService } from '@assay/contracts/assay/review/v1/review_service_pb'
import { useQuery } from '@connectrpc/connect-query'

export function useReview(reviewId: string) {
  return useQuery(ReviewService.method.getReview, { reviewId })
}

/** All its items, in their order: a review has a hundred at most. */
export function useReviewItems(reviewId: string) {
  return useQuery(ReviewService.method.listReviewItems, { reviewId, pageSize: 100 })
}
