import { randomUUID } from 'node:crypto'
import type { CandidateData, CandidateReference } from '@assay/candidates'
import { invalidArgument, itemAt } from '@assay/errors'
import { recordEntry } from '@assay/ledger'
import { asJson, type TenantSql } from '@assay/store'
import { requireShort } from './require-short.ts'
import type { Review, ReviewableKind, ReviewCaller } from './review.ts'
import { type ReviewedCandidate, reviewedCandidate } from './reviewed-candidate.ts'
import { userIdsOfReviewers } from './reviewers.ts'
import { getReview } from './reviews.ts'

interface NewItem {
  readonly candidate: CandidateReference
  /** Empty for the reviewers of the review. */
  readonly reviewerIds: readonly string[]
}

interface NewReview {
  readonly displayName: string
  readonly note: string
  readonly dueAt: Date | undefined
  readonly closesWhenDecided: boolean
  readonly reviewerIds: readonly string[]
  readonly items: readonly NewItem[]
}

const mostItems = 100
const mostEntitlements = 1_000
const longestName = 256
const longestText = 4_096

/** A checked item. */
interface CheckedItem {
  readonly kind: ReviewableKind
  readonly candidateId: string
  readonly reviewerIds: readonly string[]
  readonly candidate: ReviewedCandidate
}

/**
 * Makes a review in the caller's transaction, with each candidate as it is on the data in force.
 * @throws invalid_argument with the faults; what `CandidateData.resolve` throws
 */
export async function createReview(
  data: CandidateData,
  { tenantId, userId }: ReviewCaller,
  request: NewReview,
  signal: AbortSignal,
): Promise<Review> {
  const { sql, loaded } = data
  const displayName = checkTexts(request)
  const sources = request.items.map(({ candidate }, place) => reviewableSource(candidate, `items[${place}].candidate`))
  requireDifferent(sources)
  const reviewers = await userIdsOfReviewers(
    sql,
    request.items.map(({ reviewerIds }, place) =>
      reviewerIds.length > 0
        ? { field: `items[${place}].reviewer_ids`, ids: reviewerIds }
        : { field: 'reviewer_ids', ids: request.reviewerIds },
    ),
  )
  const items: CheckedItem[] = []
  for (const [place, { candidate }] of request.items.entries()) {
    signal.throwIfAborted()
    const reviewed = await givenCandidate(data, candidate, `items[${place}].candidate`)
    items.push({ ...itemAt(sources, place), reviewerIds: itemAt(reviewers, place), candidate: reviewed })
  }
  const id = randomUUID()
  const dueAt = request.dueAt ?? null
  const entry = await recordEntry(sql, {
    kind: 'review.create',
    subject: { type: 'review', id },
    after: {
      displayName,
      note: request.note,
      dueAt,
      closesWhenDecided: request.closesWhenDecided,
      items: items.map((item) => ({ kind: item.kind, id: item.candidateId, etag: item.candidate.etag })),
    },
    people: [...new Set(items.flatMap(({ reviewerIds }) => reviewerIds))],
    ...(loaded.importId !== '' && { load: Number(loaded.importId) }),
  })
  await sql`
    insert into reviews (tenant_id, id, display_name, note, owner_id, created_at, due_at, closes_when_decided)
    values (${tenantId}, ${id}, ${displayName}, ${request.note}, ${userId}, ${entry.at}, ${dueAt},
      ${request.closesWhenDecided})`
  for (const [place, item] of items.entries()) await insertItem(sql, tenantId, id, place + 1, item, loaded.importId)
  return getReview(sql, id)
}

/** @returns the name without blanks around it */
function checkTexts({ displayName, note, dueAt, items }: NewReview): string {
  const name = displayName.trim()
  if (name === '') throw invalidArgument('display_name', `must have 1 to ${longestName} characters`)
  requireShort('display_name', name, longestName)
  requireShort('note', note, longestText)
  if (dueAt !== undefined && dueAt.getTime() <= Date.now())
    throw invalidArgument('due_time', `${dueAt.toISOString()} is past; pass a time in the future`)
  if (items.length === 0 || items.length > mostItems)
    throw invalidArgument('items', `must be 1 to ${mostItems}, not ${items.length}`)
  return name
}

function reviewableSource(
  { source, edits }: CandidateReference,
  field: string,
): { readonly kind: ReviewableKind; readonly candidateId: string } {
  if (edits !== undefined)
    throw invalidArgument(`${field}.edits`, 'a review needs a stored candidate: make a draft of it and use the draft')
  switch (source.kind) {
    case 'suggestion':
    case 'potential_role':
    case 'profile':
    case 'draft':
      return { kind: source.kind, candidateId: source.id }
    default:
      throw invalidArgument(
        field,
        'must be a suggestion, a potential role, an access profile or a draft; make a draft of it and pass the draft',
      )
  }
}

function requireDifferent(sources: readonly { readonly kind: string; readonly candidateId: string }[]): void {
  const seen = new Map<string, number>()
  for (const [place, { kind, candidateId }] of sources.entries()) {
    const first = seen.get(`${kind} ${candidateId}`)
    if (first !== undefined)
      throw invalidArgument(`items[${place}].candidate`, `is the same as that of items[${first}]`)
    seen.set(`${kind} ${candidateId}`, place)
  }
}

async function givenCandidate(
  data: CandidateData,
  reference: CandidateReference,
  field: string,
): Promise<ReviewedCandidate> {
  const resolved = await data.resolve(reference, field)
  const { length } = resolved.entitlements
  if (length === 0 || length > mostEntitlements)
    throw invalidArgument(field, `has ${length} entitlements; 1 to ${mostEntitlements} can be reviewed`)
  return reviewedCandidate(data, resolved)
}

async function insertItem(
  sql: TenantSql,
  tenantId: number,
  reviewId: string,
  number: number,
  { kind, candidateId, reviewerIds, candidate }: CheckedItem,
  importId: string,
): Promise<void> {
  const id = randomUUID()
  await sql`
    insert into review_items (tenant_id, id, review_id, number, candidate_kind, candidate_id, given_etag, given_import_id,
      candidate)
    values (${tenantId}, ${id}, ${reviewId}, ${number}, ${kind}, ${candidateId}, ${candidate.etag}, ${importId},
      ${asJson(sql, candidate)})`
  await sql`
    insert into review_assignments (tenant_id, reviewer_id, item_id)
    select ${tenantId}, reviewer, ${id} from unnest(${[...reviewerIds]}::text[]) as named (reviewer)`
}
