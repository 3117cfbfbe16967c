import type { ReviewItem } from '@assay/contracts/assay/review/v1/review_pb'

/** The reviewer's items in one review. */
export interface Mine {
  readonly reviewId: string
  readonly items: readonly ReviewItem[]
}

/** Items grouped by their review, in the order of their due dates. */
export function byReview(items: readonly ReviewItem[]): readonly Mine[] {
  return [...Map.groupBy(items, ({ reviewId }) => reviewId)].map(([reviewId, of]) => ({ reviewId, items: of }))
}
