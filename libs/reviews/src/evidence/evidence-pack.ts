import type { JsonWebKey } from 'node:crypto'
import { invalidArgument } from '@assay/errors'
import { type Evidence, type EvidenceQuery, evidenceEntries } from '@assay/ledger'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import type { Review, ReviewItem, ReviewSums } from '../review.ts'
import { type ItemPosition, listReviewItems } from '../review-items.ts'
import { getReview, listReviewsWithin, type ReviewPosition, sumsOf } from '../reviews.ts'

/** The subject of a pack: one review, or a range of time. */
export type EvidenceRequest = { readonly reviewId: string } | { readonly from: Date; readonly until: Date | undefined }

/** A part of a pack, in the order of a file. */
export type EvidencePart =
  | { readonly kind: 'pack'; readonly tenant: string; readonly request: EvidenceRequest }
  | { readonly kind: 'review'; readonly review: Review; readonly sums: ReviewSums }
  | { readonly kind: 'item'; readonly item: ReviewItem }
  | Evidence

interface PackTools {
  readonly sql: Sql
  readonly tenantId: number
  /** The name of the tenant. */
  readonly tenant: string
  /** The public keys of the signatures of heads. */
  readonly keys: ReadonlyMap<string, JsonWebKey>
}

/** A small number, since a candidate may have a thousand entitlements. */
const itemsAtOnce = 5
const reviewsAtOnce = 25

/**
 * The parts of an evidence pack: reviews with their items as they were decided on, then the entries of the ledger with everything that a
 * verification needs. It reads page by page, each page in its own transaction, so that neither memory nor a connection is used while the
 * reader is slow.
 * @throws not_found for an unknown review; invalid_argument for a range that ends before it begins
 */
export async function* evidencePack(tools: PackTools, request: EvidenceRequest): AsyncGenerator<EvidencePart> {
  const { sql, tenantId, tenant, keys } = tools
  const within = <T>(work: (scoped: TenantSql) => Promise<T>) => inTenant(sql, tenantId, work)
  if ('from' in request && request.until !== undefined && request.until <= request.from)
    throw invalidArgument('end_time', 'is not after start_time')
  // Read before the first part is returned, so that an unknown review is an error and not an incomplete file.
  const one = 'reviewId' in request ? await within((scoped) => getReview(scoped, request.reviewId)) : undefined
  yield { kind: 'pack', tenant, request }
  const subjects = new Set<string>()
  for await (const review of one === undefined ? reviewsWithin(within, request) : [one]) {
    subjects.add(review.id)
    yield { kind: 'review', review, sums: (await within((scoped) => sumsOf(scoped, [review.id])))(review.id) }
    for await (const item of itemsOf(within, review.id)) {
      if (one !== undefined) for (const id of subjectsOf(item)) subjects.add(id)
      yield { kind: 'item', item }
    }
  }
  const query: EvidenceQuery = 'from' in request ? request : { subjects: [...subjects], from: one?.createdAt }
  yield* evidenceEntries(sql, tenantId, query, keys)
}

type Within = <T>(work: (scoped: TenantSql) => Promise<T>) => Promise<T>

async function* reviewsWithin(within: Within, request: EvidenceRequest): AsyncGenerator<Review> {
  if (!('from' in request)) return
  for (let after: ReviewPosition | undefined; ; ) {
    const { reviews, last } = await within((scoped) =>
      listReviewsWithin(scoped, request, { size: reviewsAtOnce, after }),
    )
    yield* reviews
    if (last === undefined) return
    after = last
  }
}

async function* itemsOf(within: Within, reviewId: string): AsyncGenerator<ReviewItem> {
  for (let after: ItemPosition | undefined; ; ) {
    const { items, last } = await within((scoped) =>
      listReviewItems(scoped, reviewId, { isWhole: true }, { size: itemsAtOnce, after }),
    )
    yield* items
    if (last === undefined) return
    after = last
  }
}

/** The subjects of the entries about an item's decisions and their results. */
function subjectsOf({ id, candidateId, carriedOut }: ReviewItem): string[] {
  return [id, candidateId, ...(carriedOut?.profileId === undefined ? [] : [carriedOut.profileId])]
}
