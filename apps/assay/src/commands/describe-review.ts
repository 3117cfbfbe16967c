import { CandidateKind } from '@assay/contracts/assay/candidate/v1/candidate_pb'
import { DismissalReason } from '@assay/contracts/assay/decision/v1/decision_service_pb'
import {
  ReviewReminder_Kind as ReminderKind,
  ReviewReminder_State as ReminderState,
  CarriedOut_Result as Result,
  type Review,
  type ReviewComment,
  type ReviewedCandidate,
  type ReviewItem,
  ReviewItemCondition,
  type ReviewReminder,
  Review_State as State,
  Verdict,
} from '@assay/contracts/assay/review/v1/review_pb'
import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt'
import { enumWords } from '../enum-words.ts'
import { counted } from './counted.ts'

/** The names of reasons in options. */
export const reasonNames: readonly string[] = Object.values(DismissalReason)
  .filter((one) => typeof one === 'string')
  .filter((name) => name !== DismissalReason[DismissalReason.UNSPECIFIED])
  .map((name) => name.toLowerCase().replaceAll('_', '-'))

export function reasonNamed(name: string | undefined): DismissalReason {
  const known = Object.entries(DismissalReason).find(([key]) => key === name?.toUpperCase().replaceAll('-', '_'))
  return typeof known?.[1] === 'number' ? known[1] : DismissalReason.UNSPECIFIED
}

export function describeReview(review: Review): string[] {
  const { id, displayName, note, ownerId, state, dueTime, overdue, sums, reminders } = review
  const due = dueTime === undefined ? '' : `, due ${dayOf(dueTime)}${overdue ? ' (overdue)' : ''}`
  const told =
    sums === undefined
      ? []
      : [
          `  ${counted(sums.items, 'item')}: ${sums.approved} approved, ${sums.approvedInPart} in part, ${sums.rejected} rejected, ${sums.undecided} undecided`,
        ]
  return [
    `${id}  ${displayName}  ${state === State.OPEN ? 'open' : 'closed'}, of ${ownerId}${due}`,
    ...(note === '' ? [] : [`  ${note}`]),
    ...told,
    ...reminders.flatMap(describeReminder),
  ]
}

const reminderWords: Readonly<Record<ReminderKind, string>> = {
  [ReminderKind.UNSPECIFIED]: '',
  [ReminderKind.BEFORE_DUE]: 'before the due date',
  [ReminderKind.AFTER_DUE]: 'after the due date',
  [ReminderKind.ASKED_FOR]: 'by the owner',
}

/** Empty for a reminder that is not needed. */
function describeReminder({ kind, state, planTime, sentCount, unsentCount, message }: ReviewReminder): string[] {
  const when = `  reminder ${enumWords(reminderWords, kind, 'of kind')}`
  switch (state) {
    case ReminderState.PLANNED:
      return planTime === undefined ? [] : [`${when}: on ${dayOf(planTime)}`]
    case ReminderState.SENDING:
      return [`${when}: being sent`]
    case ReminderState.SENT:
      return [`${when}: ${counted(sentCount, 'mail')} sent`]
    case ReminderState.UNSENT:
      return [`${when}: ${counted(sentCount, 'mail')} sent, ${unsentCount} not: ${message}`]
    default:
      return []
  }
}

const verdicts: Readonly<Record<Verdict, string>> = {
  [Verdict.UNSPECIFIED]: 'undecided',
  [Verdict.APPROVED]: 'approved',
  [Verdict.APPROVED_IN_PART]: 'approved in part',
  [Verdict.REJECTED]: 'rejected',
}

/** An item in one line. */
export function itemLine({ id, number, candidate, decision, carriedOut, dueTime }: ReviewItem): string {
  const by = decision === undefined ? '' : ` by ${decision.decidedBy}`
  const due = dueTime === undefined || decision !== undefined ? '' : `, due ${dayOf(dueTime)}`
  const came =
    carriedOut === undefined ? '' : `; ${carriedOut.result === Result.FAILED ? 'failed: ' : ''}${carriedOut.message}`
  return `${id}  ${number}. ${candidate?.displayName ?? ''}: ${enumWords(verdicts, decision?.verdict ?? Verdict.UNSPECIFIED, 'verdict')}${by}${due}${came}`
}

/** `2026-01-31  Ada: Who asked for this?` */
export function commentLine({ author, createTime, text }: ReviewComment): string {
  const day = createTime === undefined ? '' : `${dayOf(createTime)}  `
  return `${day}${author?.displayName || author?.id}: ${text}`
}

const conditions: Readonly<Record<ReviewItemCondition, string>> = {
  [ReviewItemCondition.UNSPECIFIED]: '',
  [ReviewItemCondition.SAME]: '',
  [ReviewItemCondition.OTHER_LOAD]: 'Other access data are in force than when the review was made.',
  [ReviewItemCondition.CHANGED]: 'It has changed since the review was made.',
  [ReviewItemCondition.GONE]: 'It does not exist any more; it can be rejected.',
}

const kindNames: Readonly<Record<CandidateKind, string>> = {
  [CandidateKind.UNSPECIFIED]: 'candidate',
  [CandidateKind.SUGGESTION]: 'suggestion',
  [CandidateKind.POTENTIAL_ROLE]: 'potential role',
  [CandidateKind.SELECTION]: 'selection',
  [CandidateKind.MODEL_ROLE]: 'role of a model',
  [CandidateKind.PROFILE]: 'profile',
  [CandidateKind.AD_HOC]: 'candidate',
  [CandidateKind.DRAFT]: 'draft',
}

export function describeItem(item: ReviewItem): string[] {
  const { candidate, decision, candidateKind, candidateId } = item
  const condition = enumWords(conditions, item.condition, 'condition')
  return [
    itemLine(item),
    `  ${enumWords(kindNames, candidateKind, 'candidate of kind')} ${candidateId}`,
    ...(condition === '' ? [] : [`  ${condition}`]),
    ...(candidate === undefined ? [] : describeCandidate(candidate)),
    ...(decision === undefined || decision.comment === '' ? [] : [`  "${decision.comment}"`]),
  ]
}

function describeCandidate(candidate: ReviewedCandidate): string[] {
  const { description, peopleCount, entitlementCount, gains, alreadyHeld, policyFindings, entitlements } = candidate
  return [
    ...(description === '' ? [] : [`  ${description}`]),
    `  ${counted(peopleCount, 'person', 'people')}, ${counted(entitlementCount, 'entitlement')}; ${gains?.count ?? 0} grants would be new (${gains?.privilegedCount ?? 0} privileged, ${gains?.riskyCount ?? 0} risky), ${alreadyHeld?.count ?? 0} are held already`,
    ...policyFindings.map((finding) => `  ${finding}`),
    ...entitlements.map(
      (one) =>
        `    ${one.applicationId}/${one.entitlementId}  ${one.displayName}: ${one.holderCount} hold it, ${one.gainCount} would get it${one.privileged ? ', privileged' : ''}${one.riskLevel === '' ? '' : `, risk ${one.riskLevel}`}`,
    ),
  ]
}

function dayOf(time: Timestamp): string {
  return timestampDate(time).toISOString().slice(0, 10)
}
