import type { Review } from '@assay/contracts/assay/review/v1/review_pb'
import { ReviewService } from '@assay/contracts/assay/review/v1/review_service_pb'
import { useInfiniteQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'
import { byPageToken, usePages } from '../../shell/pages.ts'
import { type StateName, states } from './search.ts'

const reviewsOf = ({ reviews }: { readonly reviews: readonly Review[] }) => reviews

/** The reviews in the state of the address, newest first. */
export function useReviews(name: StateName) {
  const state = states[name]
  const query = useInfiniteQuery(
    ReviewService.method.listReviews,
    { ...(state !== undefined && { state }), pageSize: 100, pageToken: '' },
    { ...byPageToken, placeholderData: keepPreviousData },
  )
  return { ...query, ...usePages(query, reviewsOf) }
}
