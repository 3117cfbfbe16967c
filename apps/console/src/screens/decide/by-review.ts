import type { ReviewItem } from '@assay/contracts/assay/review/v1/review_pb'

/** What is somebody's of one review. */
export interface Mine {
  readonly reviewId: string
  readonly items: readonly ReviewItem[]
}

/** Some items by the review that they belong to, in the order in which they are due. */
export function byReview(items: readonly ReviewItem[]): readonly Mine[] {
  return [...Map.groupBy(items, ({ reviewId }) => reviewId)].map(([reviewId, of]) => ({ reviewId, items: of }))
}
