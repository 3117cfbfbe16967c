import {
  type Decision,
  InboxOrder,
  type InboxPeopleFilter,
  InboxState,
} from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { invalidArgument } from '@assay/errors'
import {
  type CandidateDecision,
  type InboxCandidate,
  inboxOrders,
  inboxPeopleFilters,
  isRisky,
  type SuggestionState,
} from '@assay/role-mining'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { reasonOf } from '../decision-service.ts'

const stateMessages: Readonly<Record<SuggestionState, InboxState>> = {
  new: InboxState.OPEN,
  accepted: InboxState.ACCEPTED,
  dismissed: InboxState.DISMISSED,
}
const mostLeftOut = 1_000

/** @throws invalid_argument for UNSPECIFIED and for numbers that no state has */
export function fromStateMessage(field: string, state: InboxState): SuggestionState {
  for (const [name, message] of Object.entries(stateMessages)) if (message === state) return name as SuggestionState
  throw invalidArgument(field, 'must be INBOX_STATE_OPEN, INBOX_STATE_ACCEPTED or INBOX_STATE_DISMISSED')
}

/** @throws invalid_argument for numbers that no order has */
export function fromOrderMessage(order: InboxOrder): (typeof inboxOrders)[number] {
  const found = order === InboxOrder.UNSPECIFIED ? inboxOrders[0] : inboxOrders[order - 1]
  if (found === undefined) throw invalidArgument('order', `${order} is no order of candidates`)
  return found
}

/** @throws invalid_argument for numbers that no filter has */
export function fromPeopleFilterMessage(filter: InboxPeopleFilter): (typeof inboxPeopleFilters)[number] {
  const found = inboxPeopleFilters[filter]
  if (found === undefined) throw invalidArgument('filter', `${filter} is no filter of people`)
  return found
}

/** @throws invalid_argument for a decision that says nothing, and for too many entitlements */
export function fromDecisionMessage(field: string, { outcome }: Decision): CandidateDecision {
  if (outcome.case === 'dismiss') {
    const { reason, comment } = outcome.value
    return { kind: 'dismiss', terms: { reason: reasonOf(reason), ...(comment !== '' && { comment }) } }
  }
  if (outcome.case === undefined) throw invalidArgument(field, 'must say accept or dismiss')
  const { displayName, leftOut } = outcome.value
  if (leftOut.length > mostLeftOut)
    throw invalidArgument(`${field}.accept.left_out`, `may name ${mostLeftOut} entitlements at most`)
  return { kind: 'accept', displayName, leftOut }
}

/** Without its entitlements. */
export function toCandidateMessage({ suggestion, gainCount, riskyGainCount, riskKnown, etag }: InboxCandidate) {
  return {
    id: suggestion.id,
    displayName: suggestion.suggestedName,
    description: suggestion.description,
    state: stateMessages[suggestion.state],
    conditions: suggestion.cohortFilters.map(({ attribute, values }) => ({ attribute, values: [...values] })),
    peopleCount: suggestion.cohortSize,
    peopleWithAllCount: suggestion.usersWithAll,
    entitlementCount: suggestion.entitlements.length,
    gainCount,
    riskyGainCount,
    riskKnown,
    averageCoverage: suggestion.avgCoverage,
    confidence: suggestion.confidence,
    insights: [...suggestion.insights],
    accessProfileId: suggestion.createdProfileId ?? '',
    etag,
    updateTime: timestampFromDate(suggestion.updatedAt),
  }
}

export function toWholeCandidateMessage(candidate: InboxCandidate, undoObstacle: string) {
  return {
    ...toCandidateMessage(candidate),
    undoObstacle,
    entitlements: candidate.suggestion.entitlements.map(({ grantedCount }, index) => {
      const details = candidate.entitlements[index]
      return {
        applicationId: details?.applicationId ?? '',
        applicationDisplayName: details?.applicationDisplayName ?? '',
        entitlementId: details?.id ?? '',
        displayName: details?.displayName ?? '',
        riskLevel: details?.riskLevel ?? '',
        risky: isRisky(details?.riskLevel ?? ''),
        holderCount: grantedCount,
      }
    }),
  }
}

export function toStateCounts(counts: Readonly<Partial<Record<SuggestionState, number>>>) {
  return Object.entries(counts).map(([state, count]) => ({ state: stateMessages[state as SuggestionState], count }))
}
