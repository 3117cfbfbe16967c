import { hasRight, ledgerPublicKeys, type Principal, userIdsInRows } from '@assay/auth'
import type { CandidateData } from '@assay/candidates'
import type { ReviewService } from '@assay/contracts/assay/review/v1/review_service_pb'
import { DomainError, invalidArgument } from '@assay/errors'
import {
  addComment,
  assignItem,
  type CandidateItemPosition,
  type CommentPosition,
  carryOutItem,
  closeReview,
  createReview,
  decideItem,
  evidencePack,
  failItem,
  getReview,
  type ItemPosition,
  itemsToCarryOut,
  listComments,
  listItemsAbout,
  listItemsOf,
  listReviewItems,
  listReviews,
  lookAtItem,
  type MyItemPosition,
  participantsOf,
  possibleReviewers,
  type Review,
  type ReviewCaller,
  type ReviewItem,
  type ReviewPosition,
  remindersOf,
  remindReviewers,
  requireReviewer,
  sumsOf,
  visibleItems,
} from '@assay/reviews'
import { principalOf } from '@assay/server'
import type { TenantSql } from '@assay/store'
import { timestampDate } from '@bufbuild/protobuf/wkt'
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect'
import { fromCandidateMessage, fromReference } from '../candidates/convert-candidate.ts'
import { onCandidates } from '../candidates/with-caller.ts'
import { reasonOf } from '../decision-service.ts'
import { Pages, pageSize } from '../paging.ts'
import { inCall } from '../profiles/evaluate-in-call.ts'
import { asCaller, type ServiceContext } from '../service-context.ts'
import {
  fromCandidateKindMessage,
  fromEvidenceRequest,
  fromFormatMessage,
  fromStateMessage,
  fromVerdictMessage,
  namedIn,
  toCommentMessage,
  toItemMessage,
  toReviewerMessage,
  toReviewMessage,
} from './convert-review.ts'
import { packFile } from './pack-file.ts'

/** Reviews: created for reviewers, decided, carried out, and proved by evidence packs. */
export function reviewService(service: ServiceContext): ServiceImpl<typeof ReviewService> {
  return {
    createReview: (request, context) =>
      onCandidates(service, context, async (data, principal) => {
        const caller = reviewCallerOf(principal)
        const { displayName, note, dueTime, reviewerIds, items, closeWhenDecided } = request
        const wanted = {
          displayName,
          note,
          dueAt: dueTime && timestampDate(dueTime),
          closesWhenDecided: closeWhenDecided,
          reviewerIds,
          items: items.map(({ candidate, reviewerIds: own }, place) => ({
            candidate: fromCandidateMessage(candidate, `items[${place}].candidate`),
            reviewerIds: own,
          })),
        }
        const review = await createReview(data, caller, wanted, context.signal)
        return reviewMessage(data.sql, caller, review)
      }),

    getReview: ({ reviewId }, context) =>
      asCaller(service, context, async (sql, principal) => {
        const caller = reviewCallerOf(principal)
        const review = await getReview(sql, reviewId)
        if (caller.isBounded) await requireReviewer(sql, review.id, caller)
        return reviewMessage(sql, caller, review)
      }),

    listReviews: (request, context) =>
      asCaller(service, context, async (sql, principal) => {
        const caller = reviewCallerOf(principal)
        const of = caller.isBounded ? caller : undefined
        const query = { state: fromStateMessage(request.state), of }
        const asked = ['reviews', caller.tenantId, request.state ?? '', of?.userId ?? '']
        const pages = new Pages<ReviewPosition>(service.pageTokens, asked, request)
        const { reviews, last } = await listReviews(sql, query, pages)
        return { reviews: await reviewMessages(sql, caller, reviews), nextPageToken: pages.next(last) }
      }),

    closeReview: ({ reviewId, comment }, context) =>
      asCaller(service, context, async (sql, principal) => {
        const caller = reviewCallerOf(principal)
        const review = await closeReview(sql, caller, reviewId, comment)
        return reviewMessage(sql, caller, review)
      }),

    remindReviewers: ({ reviewId }, context) =>
      asCaller(service, context, async (sql, principal) => {
        const caller = reviewCallerOf(principal)
        return reviewMessage(sql, caller, await remindReviewers(sql, service.jobs, caller, reviewId))
      }),

    async carryOutReview({ reviewId, retryFailed, afterNumber }, context) {
      const { ids, remaining } = await asCaller(service, context, (sql, principal) =>
        itemsToCarryOut(sql, reviewCallerOf(principal), reviewId, { retryFailed, afterNumber }),
      )
      const items: ReviewItem[] = []
      for (const id of ids) {
        items.push(await carriedOut(service, context, id))
        context.signal.throwIfAborted()
      }
      const shown = await asCaller(service, context, (sql) => itemMessages(sql, items))
      return { items: shown, remainingCount: remaining }
    },

    listReviewItems: (request, context) =>
      onCandidates(service, context, async (data, principal) => {
        const caller = reviewCallerOf(principal)
        const review = await getReview(data.sql, request.reviewId)
        if (caller.isBounded) await requireReviewer(data.sql, review.id, caller)
        const verdicts = request.verdicts.map((one, place) =>
          one === 0 ? null : fromVerdictMessage(`verdicts[${place}]`, one),
        )
        const of = caller.isBounded ? caller : undefined
        const asked = ['review items', caller.tenantId, review.id, verdicts, of?.userId ?? '']
        const pages = new Pages<ItemPosition>(service.pageTokens, asked, request)
        const query = { verdicts: verdicts.length === 0 ? undefined : verdicts, of }
        return itemPage(data, caller, pages, await listReviewItems(data.sql, review.id, query, pages))
      }),

    listMyReviewItems: (request, context) =>
      onCandidates(service, context, async (data, principal) => {
        const caller = reviewCallerOf(principal)
        const { includeDecided } = request
        const reviewId = request.reviewId === '' ? undefined : (await getReview(data.sql, request.reviewId)).id
        const asked = ['my review items', caller.tenantId, caller.userId, includeDecided, reviewId ?? '']
        const pages = new Pages<MyItemPosition>(service.pageTokens, asked, request)
        return itemPage(data, caller, pages, await listItemsOf(data.sql, caller, { includeDecided, reviewId }, pages))
      }),

    getReviewItem: ({ itemId }, context) =>
      onCandidates(service, context, async (data, principal) => {
        const seen = await lookAtItem(data, reviewCallerOf(principal), itemId)
        return toItemMessage(seen.item, await participantsOf(data.sql, namedIn(seen.item)), seen)
      }),

    listCandidateReviewItems: (request, context) =>
      onCandidates(service, context, async (data, principal) => {
        const caller = reviewCallerOf(principal)
        const kind = fromCandidateKindMessage(request.candidateKind)
        const { candidateId } = request
        if (candidateId === '') throw invalidArgument('candidate_id', 'is required')
        const of = caller.isBounded ? caller : undefined
        const asked = ['items of a candidate', caller.tenantId, kind, candidateId, of?.userId ?? '']
        const pages = new Pages<CandidateItemPosition>(service.pageTokens, asked, request)
        return itemPage(data, caller, pages, await listItemsAbout(data.sql, { kind, candidateId, of }, pages))
      }),

    searchReviewers: (request, context) =>
      asCaller(service, context, async (sql) => {
        const found = await possibleReviewers(sql, request.text, pageSize(request.pageSize))
        return { reviewers: found.map(toReviewerMessage) }
      }),

    addReviewComment: ({ itemId, text }, context) =>
      asCaller(service, context, async (sql, principal) => {
        const comment = await addComment(sql, reviewCallerOf(principal), itemId, text)
        return toCommentMessage(comment, await participantsOf(sql, [comment.authorId]))
      }),

    listReviewComments: (request, context) =>
      asCaller(service, context, async (sql, principal) => {
        const caller = reviewCallerOf(principal)
        const asked = ['review comments', caller.tenantId, request.itemId]
        const pages = new Pages<CommentPosition>(service.pageTokens, asked, request)
        const { comments, last } = await listComments(sql, caller, request.itemId, pages)
        const participant = await participantsOf(
          sql,
          comments.map(({ authorId }) => authorId),
        )
        return {
          comments: comments.map((comment) => toCommentMessage(comment, participant)),
          nextPageToken: pages.next(last),
        }
      }),

    assignReviewItem: ({ itemId, reviewerIds }, context) =>
      asCaller(service, context, async (sql, principal) =>
        itemMessage(sql, await assignItem(sql, reviewCallerOf(principal), itemId, reviewerIds)),
      ),

    decideReviewItem: ({ itemId, etag, verdict, leftOut, reason, comment }, context) =>
      onCandidates(service, context, async (data, principal) => {
        const decided = await decideItem(data, reviewCallerOf(principal), itemId, etag, {
          verdict: fromVerdictMessage('verdict', verdict),
          leftOut: leftOut.map(fromReference),
          reason: reasonOf(reason),
          comment,
        })
        return itemMessage(data.sql, decided)
      }),

    async *exportEvidence(request, context) {
      const principal = principalOf(context)
      const { tenantId, tenant } = principal
      const format = fromFormatMessage(request.format)
      const asked = fromEvidenceRequest(request)
      const keys = await ledgerPublicKeys(service.sql)
      context.responseHeader.set('content-disposition', `attachment; filename="evidence.${format}"`)
      const parts = evidencePack({ sql: service.sql, tenantId, tenant, keys }, asked)
      yield* packFile(parts, format)
    },
  }
}

function reviewCallerOf(principal: Principal): ReviewCaller {
  return {
    tenantId: principal.tenantId,
    userId: principal.identityId,
    formerUserId: userIdsInRows(principal)[1],
    isAdministrator: hasRight(principal.role, 'administer'),
    isBounded: principal.readerScope !== undefined,
  }
}

/** Bounded readers get no sums and no reminders, since these count items and reviewers of other people. */
async function countsFor(sql: TenantSql, { isBounded }: ReviewCaller, reviews: readonly Review[]) {
  if (isBounded) return undefined
  const sums = await sumsOf(
    sql,
    reviews.map(({ id }) => id),
  )
  const reminders = await remindersOf(sql, reviews)
  return (id: string) => ({ sums: sums(id), reminders: reminders(id) })
}

async function itemPage<Position extends readonly (string | number)[]>(
  data: CandidateData,
  caller: ReviewCaller,
  pages: Pages<Position>,
  { items, last }: { readonly items: readonly ReviewItem[]; readonly last: Position | undefined },
) {
  const visible = await visibleItems(data, caller, items)
  return { items: await itemMessages(data.sql, visible), nextPageToken: pages.next(last) }
}

async function reviewMessage(sql: TenantSql, caller: ReviewCaller, review: Review) {
  const [message] = await reviewMessages(sql, caller, [review])
  return message as NonNullable<typeof message>
}

async function reviewMessages(sql: TenantSql, caller: ReviewCaller, reviews: readonly Review[]) {
  const counts = await countsFor(sql, caller, reviews)
  const participant = await participantsOf(
    sql,
    reviews.flatMap(({ ownerId, closedBy }) => [ownerId, closedBy ?? '']),
  )
  return reviews.map((review) => toReviewMessage(review, counts?.(review.id), participant))
}

async function itemMessage(sql: TenantSql, item: ReviewItem) {
  return toItemMessage(item, await participantsOf(sql, namedIn(item)))
}

async function itemMessages(sql: TenantSql, items: readonly ReviewItem[]) {
  const participant = await participantsOf(sql, items.flatMap(namedIn))
  return items.map((item) => toItemMessage(item, participant))
}

/** Carries out one item. An error that concerns only this item is stored with it; an error that prevents all items is thrown. */
async function carriedOut(service: ServiceContext, context: HandlerContext, id: string): Promise<ReviewItem> {
  const { tenantId } = principalOf(context)
  try {
    // An acceptance makes an access profile and evaluates its rule.
    return await service.evaluations.run(tenantId, context.signal, () =>
      onCandidates(service, context, (data, principal) =>
        carryOutItem(data, reviewCallerOf(principal), id, inCall(context)),
      ),
    )
  } catch (error) {
    if (!(error instanceof DomainError) || !aboutOne.has(error.kind)) throw error
    return asCaller(service, context, (sql) => failItem(sql, id, error.message))
  }
}

const aboutOne: ReadonlySet<string> = new Set(['not_found', 'failed_precondition', 'invalid_argument', 'aborted'])
