import { DirectoryService } from '@assay/contracts/assay/directory/v1/directory_service_pb'
import { ImpactChange, ImpactService } from '@assay/contracts/assay/impact/v1/impact_service_pb'
import type { ReviewedEntitlement, ReviewItem } from '@assay/contracts/assay/review/v1/review_pb'
import { ReviewService } from '@assay/contracts/assay/review/v1/review_service_pb'
import { useInfiniteQuery, useQuery } from '@connectrpc/connect-query'
import { byPageToken, usePages } from '../../shell/pages.ts'
import { candidateOfItem } from '../review/item-words.ts'

/** The user's items in open reviews, open and decided ones, the earliest due date first. */
export function useMyItems() {
  const query = useInfiniteQuery(
    ReviewService.method.listMyReviewItems,
    { includeDecided: true, pageSize: 100, pageToken: '' },
    byPageToken,
  )
  return { ...query, ...usePages(query, itemsOf) }
}

const itemsOf = ({ items }: { readonly items: readonly ReviewItem[] }) => items

/** The user's items of one review, in its order; a review has at most a hundred items. */
export function useMyItemsOf(reviewId: string) {
  return useQuery(ReviewService.method.listMyReviewItems, { reviewId, includeDecided: true, pageSize: 100 })
}

export function useReview(reviewId: string) {
  return useQuery(ReviewService.method.getReview, { reviewId })
}

/** One item in full, as it is now. */
export function useItem(itemId: string) {
  return useQuery(ReviewService.method.getReviewItem, { itemId }, { enabled: itemId !== '' })
}

const mostNamed = 25

/** The people for whom one entitlement would be new. */
export function useGaining(item: ReviewItem, one: ReviewedEntitlement, isOpen: boolean) {
  const { applicationId, entitlementId } = one
  return useQuery(
    ImpactService.method.listImpactCells,
    {
      candidate: candidateOfItem(item),
      changes: [ImpactChange.GAIN],
      entitlement: { applicationId, entitlementId },
      pageSize: mostNamed,
    },
    { enabled: isOpen },
  )
}

/** Whether the scope of a bounded reader contains no people at the moment. */
export function useSeesNobody(isAsked: boolean): boolean {
  const { data } = useQuery(DirectoryService.method.listIdentities, { pageSize: 1 }, { enabled: isAsked })
  return isAsked && data?.identities.length === 0
}
