import { CandidateKind } from '@assay/contracts/assay/candidate/v1/candidate_pb'
import { PolicyKind as PolicyKindMessage } from '@assay/contracts/assay/policy/v1/policy_pb'
import {
  CarriedOut_Result as CarriedOutResult,
  type CarriedOutSchema,
  ReviewReminder_Kind as ReminderKind,
  ReviewReminder_State as ReminderState,
  type ReviewCommentSchema,
  type ReviewDecisionSchema,
  type ReviewedCandidateSchema,
  ReviewItemCondition,
  type ReviewItemSchema,
  type ReviewReminderSchema,
  type ReviewSchema,
  Review_State as ReviewStateMessage,
  Verdict as VerdictMessage,
} from '@assay/contracts/assay/review/v1/review_pb'
import {
  ExportEvidenceRequest_Format as Format,
  type PossibleReviewerSchema,
  PossibleReviewer_Kind as ReviewerKind,
} from '@assay/contracts/assay/review/v1/review_service_pb'
import { invalidArgument } from '@assay/errors'
import type { PolicyKind } from '@assay/policies'
import {
  type CarriedOut,
  type CarryOutResult,
  type EvidenceRequest,
  type ItemCondition,
  itemEtag,
  type Participant,
  type PossibleReviewer,
  type Reminder,
  type Review,
  type ReviewableKind,
  type ReviewComment,
  type ReviewDecision,
  type ReviewedCandidate,
  type ReviewItem,
  type ReviewState,
  type ReviewSums,
  type Verdict,
} from '@assay/reviews'
import type { MessageInitShape } from '@bufbuild/protobuf'
import { type Timestamp, timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt'
import { toCountMessage } from '../candidates/convert-impact.ts'
import { candidateKinds } from '../candidates/kind-messages.ts'
import { toReasonMessage } from '../decision-service.ts'

const verdicts: Readonly<Record<Verdict, VerdictMessage>> = {
  approved: VerdictMessage.APPROVED,
  approved_in_part: VerdictMessage.APPROVED_IN_PART,
  rejected: VerdictMessage.REJECTED,
}
const results: Readonly<Record<CarryOutResult, CarriedOutResult>> = {
  done: CarriedOutResult.DONE,
  nothing_to_do: CarriedOutResult.NOTHING_TO_DO,
  left_to_people: CarriedOutResult.LEFT_TO_PEOPLE,
  failed: CarriedOutResult.FAILED,
}
const conditions: Readonly<Record<ItemCondition, ReviewItemCondition>> = {
  same: ReviewItemCondition.SAME,
  other_load: ReviewItemCondition.OTHER_LOAD,
  changed: ReviewItemCondition.CHANGED,
  gone: ReviewItemCondition.GONE,
}

/** @throws invalid_argument for UNSPECIFIED and for unknown numbers */
export function fromStateMessage(state: ReviewStateMessage | undefined): ReviewState | undefined {
  if (state === undefined) return undefined
  if (state === ReviewStateMessage.OPEN) return 'open'
  if (state === ReviewStateMessage.CLOSED) return 'closed'
  throw invalidArgument('state', 'must be STATE_OPEN or STATE_CLOSED')
}

/** @throws invalid_argument for UNSPECIFIED and for unknown numbers */
export function fromVerdictMessage(field: string, verdict: VerdictMessage): Verdict {
  const found = Object.entries(verdicts).find(([, each]) => each === verdict)?.[0]
  if (found === undefined)
    throw invalidArgument(field, 'must be VERDICT_APPROVED, VERDICT_APPROVED_IN_PART or VERDICT_REJECTED')
  return found as Verdict
}

/** @throws invalid_argument for an unknown number */
export function fromFormatMessage(format: Format): 'html' | 'ndjson' {
  if (format === Format.UNSPECIFIED || format === Format.HTML) return 'html'
  if (format === Format.NDJSON) return 'ndjson'
  throw invalidArgument('format', 'must be FORMAT_HTML or FORMAT_NDJSON')
}

/** @throws invalid_argument unless the request has either a review or a range of time */
export function fromEvidenceRequest(request: {
  readonly reviewId: string
  readonly startTime?: Timestamp | undefined
  readonly endTime?: Timestamp | undefined
}): EvidenceRequest {
  const { reviewId, startTime, endTime } = request
  if (reviewId === '') {
    if (startTime === undefined) throw invalidArgument('start_time', 'give this or a review_id')
    return { from: timestampDate(startTime), until: endTime && timestampDate(endTime) }
  }
  if (startTime !== undefined || endTime !== undefined)
    throw invalidArgument('review_id', 'give either this or a range of time')
  return { reviewId }
}

const reviewableKinds: readonly ReviewableKind[] = ['suggestion', 'potential_role', 'profile', 'draft']

/** @throws invalid_argument for a kind that items of reviews do not have */
export function fromCandidateKindMessage(message: CandidateKind): ReviewableKind {
  const kind = reviewableKinds.find((one) => candidateKinds[one] === message)
  if (kind === undefined) {
    const names = reviewableKinds.map((one) => `CANDIDATE_KIND_${CandidateKind[candidateKinds[one]]}`)
    throw invalidArgument('candidate_kind', `must be one of ${names.join(', ')}, not ${message}`)
  }
  return kind
}

const policyKinds: Readonly<Record<PolicyKind, PolicyKindMessage>> = {
  protected_access: PolicyKindMessage.PROTECTED_ACCESS,
  unused_access: PolicyKindMessage.UNUSED_ACCESS,
  separation_of_duties: PolicyKindMessage.SEPARATION_OF_DUTIES,
  over_grant_budget: PolicyKindMessage.OVER_GRANT_BUDGET,
  size_and_naming: PolicyKindMessage.SIZE_AND_NAMING,
}

function stateOf({ closedAt }: Review): ReviewStateMessage {
  return closedAt === null ? ReviewStateMessage.OPEN : ReviewStateMessage.CLOSED
}

/** The participant with a user id. */
type Participants = (id: string) => Participant

/** The ids of all people whom an item names. */
export function namedIn({ review, reviewerIds, decision }: ReviewItem): string[] {
  return [review.ownerId, ...reviewerIds, ...(decision === undefined ? [] : [decision.decidedBy])]
}

/** @param counts undefined for a bounded reader */
export function toReviewMessage(
  review: Review,
  counts: { readonly sums: ReviewSums; readonly reminders: readonly Reminder[] } | undefined,
  participant: Participants,
): MessageInitShape<typeof ReviewSchema> {
  const { dueAt, closedAt, closedBy } = review
  return {
    id: review.id,
    displayName: review.displayName,
    note: review.note,
    ownerId: review.ownerId,
    state: stateOf(review),
    ...(dueAt && { dueTime: timestampFromDate(dueAt) }),
    overdue: closedAt === null && dueAt !== null && dueAt.getTime() < Date.now(),
    closesWhenDecided: review.closesWhenDecided,
    createTime: timestampFromDate(review.createdAt),
    ...(closedAt && { closeTime: timestampFromDate(closedAt) }),
    closedBy: closedBy ?? '',
    ...(counts && {
      sums: counts.sums,
      reminders: counts.reminders.map((reminder) => toReminderMessage(review, counts.sums, reminder)),
    }),
    owner: participant(review.ownerId),
    ...(closedBy !== null && { closer: participant(closedBy) }),
  }
}

const reminderKinds: Readonly<Record<Reminder['kind'], ReminderKind>> = {
  before: ReminderKind.BEFORE_DUE,
  after: ReminderKind.AFTER_DUE,
  asked: ReminderKind.ASKED_FOR,
}

function toReminderMessage(
  review: Review,
  { undecided }: ReviewSums,
  reminder: Reminder,
): MessageInitShape<typeof ReviewReminderSchema> {
  const { kind, plannedAt, askedAt, sent, unsent, message } = reminder
  return {
    kind: reminderKinds[kind],
    state: reminderState(review, undecided > 0 && review.closedAt === null, reminder),
    planTime: timestampFromDate(plannedAt),
    ...(askedAt && { beginTime: timestampFromDate(askedAt) }),
    sentCount: sent,
    unsentCount: unsent,
    message,
  }
}

/** @param isWaiting whether a reviewer still has an item to decide */
function reminderState(
  { dueAt }: Review,
  isWaiting: boolean,
  { kind, askedAt, sent, unsent }: Reminder,
): ReminderState {
  if (unsent > 0) return ReminderState.UNSENT
  if (sent > 0) return ReminderState.SENT
  const isMissed = kind === 'before' && askedAt === undefined && dueAt !== null && dueAt.getTime() <= Date.now()
  if (!isWaiting || isMissed) return ReminderState.NONE
  return askedAt === undefined ? ReminderState.PLANNED : ReminderState.SENDING
}

/** An item as a list shows it; with `seen`, the state of its candidate in the present data, the whole item. */
export function toItemMessage(
  item: ReviewItem,
  participant: Participants,
  seen?: {
    readonly candidate: ReviewedCandidate
    readonly condition: ItemCondition | undefined
    readonly etag: string
  },
): MessageInitShape<typeof ReviewItemSchema> {
  const { review, decision, carriedOut } = item
  return {
    id: item.id,
    reviewId: review.id,
    reviewDisplayName: review.displayName,
    number: item.number,
    candidateKind: candidateKinds[item.kind],
    candidateId: item.candidateId,
    reviewerIds: [...item.reviewerIds],
    ...(review.dueAt && { dueTime: timestampFromDate(review.dueAt) }),
    ...(seen?.condition && { condition: conditions[seen.condition] }),
    candidate: toCandidateMessage(seen?.candidate ?? item.candidate),
    ...(decision && { decision: toDecisionMessage(decision, participant) }),
    ...(carriedOut && { carriedOut: toCarriedOutMessage(carriedOut) }),
    etag: seen?.etag ?? itemEtag(item, item.candidate.etag),
    reviewers: item.reviewerIds.map(participant),
    commentCount: item.comments,
    reviewState: stateOf(review),
  }
}

function toCandidateMessage(candidate: ReviewedCandidate): MessageInitShape<typeof ReviewedCandidateSchema> {
  return {
    displayName: candidate.displayName,
    description: candidate.description,
    peopleCount: candidate.peopleCount,
    serviceCount: candidate.serviceCount,
    disabledCount: candidate.disabledCount,
    entitlementCount: candidate.entitlementCount,
    gains: toCountMessage(candidate.gains),
    alreadyHeld: toCountMessage(candidate.alreadyHeld),
    gainingPeople: candidate.gainingPeople,
    entitlements: [...candidate.entitlements],
    importId: candidate.importId,
    sourceImportId: candidate.sourceImportId,
    foundBy: candidate.foundBy,
    stale: candidate.stale,
    goneEntitlementCount: candidate.goneEntitlements,
    goneIdentityCount: candidate.goneIdentities,
    candidateEtag: candidate.etag,
    policies: candidate.policies.map((policy) => ({ ...policy, kind: policyKinds[policy.kind] })),
    allowed: candidate.allowed,
    policyFindings: [...candidate.policyFindings],
  }
}

function toDecisionMessage(
  decision: ReviewDecision,
  participant: Participants,
): MessageInitShape<typeof ReviewDecisionSchema> {
  return {
    verdict: verdicts[decision.verdict],
    leftOut: [...decision.leftOut],
    reason: toReasonMessage(decision.reason),
    comment: decision.comment,
    decidedBy: decision.decidedBy,
    decideTime: timestampFromDate(decision.decidedAt),
    entryId: decision.entryId,
    decider: participant(decision.decidedBy),
  }
}

export function toCommentMessage(
  { id, authorId, text, createdAt }: ReviewComment,
  participant: Participants,
): MessageInitShape<typeof ReviewCommentSchema> {
  return { id, author: participant(authorId), text, createTime: timestampFromDate(createdAt) }
}

export function toReviewerMessage({
  id,
  displayName,
  kind,
  email,
}: PossibleReviewer): MessageInitShape<typeof PossibleReviewerSchema> {
  return { id, displayName, kind: kind === 'person' ? ReviewerKind.PERSON : ReviewerKind.CLIENT, email }
}

function toCarriedOutMessage({
  result,
  message,
  profileId,
  at,
}: CarriedOut): MessageInitShape<typeof CarriedOutSchema> {
  return { result: results[result], message, accessProfileId: profileId ?? '', time: timestampFromDate(at) }
}
