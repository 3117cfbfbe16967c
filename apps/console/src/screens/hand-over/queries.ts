import { ReviewService } from '@assay/contracts/assay/review/v1/review_service_pb'
import { useQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'

/** The possible reviewers for a typed name; the previous ones are shown until the new ones arrive. */
export function useReviewers(text: string) {
  return useQuery(ReviewService.method.searchReviewers, { text, pageSize: 25 }, { placeholderData: keepPreviousData })
}
