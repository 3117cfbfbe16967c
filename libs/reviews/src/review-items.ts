import { createHash } from 'node:crypto'
import type { EntitlementReference } from '@assay/directory'
import { notFound } from '@assay/errors'
import type { DismissalReason } from '@assay/role-mining'
import { isUuid, type TenantSql } from '@assay/store'
import {
  type CarryOutResult,
  idsOf,
  type Review,
  type ReviewableKind,
  type ReviewCaller,
  type ReviewItem,
  type Verdict,
} from './review.ts'
import type { ReviewedCandidate } from './reviewed-candidate.ts'
import { reviewColumns } from './reviews.ts'

interface ItemRow extends Omit<Review, 'id' | 'displayName'> {
  readonly id: string
  readonly reviewId: string
  readonly reviewName: string
  readonly number: number
  readonly kind: ReviewableKind
  readonly candidateId: string
  readonly reviewerIds: readonly string[]
  readonly givenEtag: string
  readonly givenImportId: string
  readonly candidate: ReviewedCandidate
  readonly revision: number
  readonly verdict: Verdict | null
  readonly leftOut: readonly EntitlementReference[] | null
  readonly reason: DismissalReason | null
  readonly comment: string | null
  readonly decidedBy: string | null
  readonly decidedAt: Date | null
  readonly entryId: string | null
  readonly result: CarryOutResult | null
  readonly resultMessage: string | null
  readonly resultProfile: string | null
  readonly resultAt: Date | null
  readonly comments: number
}

/** Whole rows, or without the members that lists do not show: so lists stay small however large candidates are. */
function itemRows(sql: TenantSql, isWhole: boolean) {
  const candidate = isWhole
    ? sql`item.candidate`
    : sql`item.candidate || '{"entitlements": [], "policies": [], "policyFindings": []}'::jsonb`
  return sql`
    select review.id as "reviewId", review.display_name as "reviewName", own.*, item.id, item.number,
      item.candidate_kind as kind, item.candidate_id as "candidateId", item.given_etag as "givenEtag",
      item.given_import_id as "givenImportId", ${candidate} as candidate, item.revision, item.verdict,
      item.left_out as "leftOut", item.reason, item.comment, item.decided_by as "decidedBy", item.decided_at as "decidedAt",
      item.decision_entry as "entryId", item.result, item.result_message as "resultMessage",
      item.result_profile_id as "resultProfile", item.result_at as "resultAt",
      array(select assignment.reviewer_id from review_assignments assignment where assignment.item_id = item.id
        order by assignment.reviewer_id collate "C") as "reviewerIds",
      (select count(*)::integer from review_comments said where said.item_id = item.id) as comments
    from review_items item join reviews review on review.id = item.review_id
      cross join lateral (select ${reviewColumns(sql)}) own`
}

function toItem(row: ItemRow): ReviewItem {
  const { verdict, decidedBy, decidedAt, entryId, result, resultAt } = row
  return {
    id: row.id,
    review: {
      id: row.reviewId,
      displayName: row.reviewName,
      note: row.note,
      ownerId: row.ownerId,
      createdAt: row.createdAt,
      dueAt: row.dueAt,
      closesWhenDecided: row.closesWhenDecided,
      closedAt: row.closedAt,
      closedBy: row.closedBy,
    },
    number: row.number,
    kind: row.kind,
    candidateId: row.candidateId,
    reviewerIds: row.reviewerIds,
    givenEtag: row.givenEtag,
    givenImportId: row.givenImportId,
    candidate: row.candidate,
    revision: row.revision,
    decision:
      verdict === null || decidedBy === null || decidedAt === null || entryId === null
        ? undefined
        : {
            verdict,
            leftOut: row.leftOut ?? [],
            reason: row.reason ?? 'unspecified',
            comment: row.comment ?? '',
            decidedBy,
            decidedAt,
            entryId,
          },
    carriedOut:
      result === null || resultAt === null
        ? undefined
        : { result, message: row.resultMessage ?? '', profileId: row.resultProfile ?? undefined, at: resultAt },
    comments: row.comments,
  }
}

/** The whole item. @throws not_found when no item has the id, or when the text is no UUID */
export async function getReviewItem(sql: TenantSql, id: string): Promise<ReviewItem> {
  const [row] = isUuid(id) ? await sql<ItemRow[]>`${itemRows(sql, true)} where item.id = ${id}` : []
  if (row === undefined) throw notFound('review item', id)
  return toItem(row)
}

export type ItemPosition = readonly [number: number]

interface ItemQuery {
  /** Only items with one of these verdicts; null for undecided items. Absent for all. */
  readonly verdicts?: readonly (Verdict | null)[] | undefined
  /** Only items that are assigned to this caller. */
  readonly of?: ReviewCaller | undefined
  /** With entitlements and policies. */
  readonly isWhole?: boolean | undefined
}

/** The items of a review, in their order. */
export async function listReviewItems(
  sql: TenantSql,
  reviewId: string,
  { verdicts, of, isWhole = false }: ItemQuery,
  page: { readonly size: number; readonly after?: ItemPosition | undefined },
): Promise<{ readonly items: ReviewItem[]; readonly last: ItemPosition | undefined }> {
  const decided = verdicts?.filter((one) => one !== null) ?? []
  const rows = await sql<ItemRow[]>`
    ${itemRows(sql, isWhole)}
    where item.review_id = ${reviewId} and item.number > ${page.after?.[0] ?? 0}
      ${
        verdicts === undefined
          ? sql``
          : sql`and (item.verdict = any(${decided}::text[]) ${verdicts.includes(null) ? sql`or item.verdict is null` : sql``})`
      }
      ${of === undefined ? sql`` : assignedTo(sql, of)}
    order by item.number limit ${page.size + 1}`
  const items = rows.slice(0, page.size).map(toItem)
  const end = rows.length > page.size ? items.at(-1) : undefined
  return { items, last: end && [end.number] }
}

function assignedTo(sql: TenantSql, caller: ReviewCaller) {
  return sql`and exists (select from review_assignments assignment
    where assignment.item_id = item.id and assignment.reviewer_id = any(${idsOf(caller)}::text[]))`
}

/** The position at which a page of a reviewer's items ends: the due date with all its digits (`infinity` for none). */
export type MyItemPosition = readonly [due: string, reviewId: string, number: number]

/** A reviewer's items of open reviews, those that are due first; items without a due date last. */
export async function listItemsOf(
  sql: TenantSql,
  caller: ReviewCaller,
  { includeDecided, reviewId }: { readonly includeDecided: boolean; readonly reviewId?: string | undefined },
  page: { readonly size: number; readonly after?: MyItemPosition | undefined },
): Promise<{ readonly items: ReviewItem[]; readonly last: MyItemPosition | undefined }> {
  const { after } = page
  const due = sql`coalesce(review.due_at, 'infinity')`
  const rows = await sql<(ItemRow & { due: string })[]>`
    select listed.* from (${itemRows(sql, false)}
      where item.id in (select item_id from review_assignments where reviewer_id = any(${idsOf(caller)}::text[])) and review.closed_at is null
        ${includeDecided ? sql`` : sql`and item.verdict is null`}
        ${reviewId === undefined ? sql`` : sql`and item.review_id = ${reviewId}`}
        ${
          after === undefined
            ? sql``
            : sql`and (${due}, review.id, item.number) > (${after[0]}::text::timestamptz, ${after[1]}::uuid, ${after[2]}::integer)`
        }) listed
    order by coalesce(listed."dueAt", 'infinity'), listed."reviewId", listed.number limit ${page.size + 1}`
  const items = rows.slice(0, page.size).map(toItem)
  const end = rows.length > page.size ? items.at(-1) : undefined
  if (end === undefined) return { items, last: undefined }
  const [exact] = await sql<{ due: string }[]>`
    select coalesce(due_at, 'infinity')::text as due from reviews where id = ${end.review.id}`
  return { items, last: [exact?.due ?? 'infinity', end.review.id, end.number] }
}

/** The position at which a page of a candidate's items ends: the time when the review was made, with all its digits. */
export type CandidateItemPosition = readonly [createdAt: string, id: string]

/**
 * The items about one candidate, those of the newest review first.
 * @param of returns only items that are assigned to this caller
 */
export async function listItemsAbout(
  sql: TenantSql,
  { kind, candidateId, of }: Pick<ReviewItem, 'kind' | 'candidateId'> & { readonly of?: ReviewCaller | undefined },
  page: { readonly size: number; readonly after?: CandidateItemPosition | undefined },
): Promise<{ readonly items: ReviewItem[]; readonly last: CandidateItemPosition | undefined }> {
  const { after } = page
  const rows = await sql<ItemRow[]>`
    ${itemRows(sql, false)}
    where item.candidate_id = ${candidateId} and item.candidate_kind = ${kind}
      ${of === undefined ? sql`` : assignedTo(sql, of)}
      ${
        after === undefined
          ? sql``
          : sql`and (review.created_at, item.id) < (${after[0]}::text::timestamptz, ${after[1]}::uuid)`
      }
    order by review.created_at desc, item.id desc limit ${page.size + 1}`
  const items = rows.slice(0, page.size).map(toItem)
  const end = rows.length > page.size ? items.at(-1) : undefined
  if (end === undefined) return { items, last: undefined }
  const [exact] = await sql<{ made: string }[]>`
    select created_at::text as made from reviews where id = ${end.review.id}`
  return { items, last: [exact?.made ?? '', end.id] }
}

/** A tag of the subject of a decision: the content of the candidate, and the decisions so far. */
export function itemEtag({ id, revision }: Pick<ReviewItem, 'id' | 'revision'>, candidateEtag: string): string {
  const content = JSON.stringify([id, revision, candidateEtag])
  return `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`
}
