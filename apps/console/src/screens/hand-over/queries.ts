import { ReviewService } from '@assay/contracts/assay/review/v1/review_service_pb'
import { useQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'

/** Those whom somebody may mean by a name; the former ones stay until the new ones are there. */
export function useReviewers(text: string) {
  return useQuery(ReviewService.method.searchReviewers, { text, pageSize: 25 }, { placeholderData: keepPreviousData })
}
