import {
  type CandidateDecision,
  type InboxCandidate,
  type InboxState as InboxStateName,
  inboxBands,
  inboxKinds,
  inboxOrders,
  inboxPeopleFilters,
} from '@assay/candidates'
import {
  type Decision,
  InboxBand,
  InboxKind,
  InboxOrder,
  type InboxPeopleFilter,
  InboxState,
} from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { invalidArgument } from '@assay/errors'
import { isRisky } from '@assay/role-mining'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { reasonOf } from '../decision-service.ts'

type KindName = (typeof inboxKinds)[number]
type BandName = (typeof inboxBands)[number]

const stateMessages: Readonly<Record<InboxStateName, InboxState>> = {
  new: InboxState.OPEN,
  accepted: InboxState.ACCEPTED,
  dismissed: InboxState.DISMISSED,
}
const kindMessages: Readonly<Record<KindName, InboxKind>> = {
  suggestion: InboxKind.SUGGESTION,
  potential_role: InboxKind.POTENTIAL_ROLE,
}
const bandMessages: Readonly<Record<BandName, InboxBand>> = {
  most: InboxBand.MOST,
  many: InboxBand.MANY,
  few: InboxBand.FEW,
}
const mostLeftOut = 1_000

/** @throws invalid_argument for UNSPECIFIED and for unknown numbers */
export function fromStateMessage(field: string, state: InboxState): InboxStateName {
  for (const [name, message] of Object.entries(stateMessages)) if (message === state) return name as InboxStateName
  throw invalidArgument(field, 'must be INBOX_STATE_OPEN, INBOX_STATE_ACCEPTED or INBOX_STATE_DISMISSED')
}

/** @throws invalid_argument for UNSPECIFIED and for unknown numbers */
export function fromKindMessage(field: string, kind: InboxKind): KindName {
  const found = inboxKinds.find((name) => kindMessages[name] === kind)
  if (found === undefined) throw invalidArgument(field, 'must be INBOX_KIND_SUGGESTION or INBOX_KIND_POTENTIAL_ROLE')
  return found
}

/** @throws invalid_argument for UNSPECIFIED and for unknown numbers */
export function fromBandMessage(field: string, band: InboxBand): BandName {
  const found = inboxBands.find((name) => bandMessages[name] === band)
  if (found === undefined) throw invalidArgument(field, 'must be INBOX_BAND_MOST, INBOX_BAND_MANY or INBOX_BAND_FEW')
  return found
}

/** @throws invalid_argument for unknown numbers */
export function fromOrderMessage(order: InboxOrder): (typeof inboxOrders)[number] {
  const found = order === InboxOrder.UNSPECIFIED ? inboxOrders[0] : inboxOrders[order - 1]
  if (found === undefined) throw invalidArgument('order', `${order} is no order of candidates`)
  return found
}

/** @throws invalid_argument for unknown numbers */
export function fromPeopleFilterMessage(filter: InboxPeopleFilter): (typeof inboxPeopleFilters)[number] {
  const found = inboxPeopleFilters[filter]
  if (found === undefined) throw invalidArgument('filter', `${filter} is no filter of people`)
  return found
}

/** @throws invalid_argument without an outcome, and for too many entitlements */
export function fromDecisionMessage(field: string, { outcome }: Decision): CandidateDecision {
  if (outcome.case === 'dismiss') {
    const { reason, comment } = outcome.value
    return { kind: 'dismiss', terms: { reason: reasonOf(reason), ...(comment !== '' && { comment }) } }
  }
  if (outcome.case === undefined) throw invalidArgument(field, 'must have accept or dismiss')
  const { displayName, leftOut } = outcome.value
  if (leftOut.length > mostLeftOut)
    throw invalidArgument(`${field}.accept.left_out`, `may name ${mostLeftOut} entitlements at most`)
  return { kind: 'accept', displayName, leftOut }
}

/** A candidate without its entitlements. */
export function toCandidateMessage(candidate: InboxCandidate) {
  return {
    id: candidate.id,
    displayName: candidate.name,
    description: candidate.description,
    state: stateMessages[candidate.state],
    conditions: candidate.conditions.map(({ attribute, values }) => ({ attribute, values: [...values] })),
    peopleCount: candidate.peopleCount,
    peopleWithAllCount: candidate.peopleWithAllCount,
    entitlementCount: candidate.entitlements.length,
    gainCount: candidate.gainCount,
    riskyGainCount: candidate.riskyGainCount,
    riskKnown: candidate.riskKnown,
    averageCoverage: candidate.averageCoverage,
    confidence: candidate.confidence,
    insights: [...candidate.insights],
    accessProfileId: candidate.profileId ?? '',
    etag: candidate.etag,
    updateTime: timestampFromDate(candidate.updatedAt),
    kind: kindMessages[candidate.kind],
    sessionId: candidate.session?.id ?? '',
    sessionDisplayName: candidate.session?.name ?? '',
  }
}

export function toWholeCandidateMessage(candidate: InboxCandidate, undoObstacle: string) {
  return {
    ...toCandidateMessage(candidate),
    undoObstacle,
    entitlements: candidate.entitlements.map(({ details, holderCount }) => ({
      applicationId: details?.applicationId ?? '',
      applicationDisplayName: details?.applicationDisplayName ?? '',
      entitlementId: details?.id ?? '',
      displayName: details?.displayName ?? '',
      riskLevel: details?.riskLevel ?? '',
      risky: isRisky(details?.riskLevel ?? ''),
      holderCount,
    })),
  }
}

interface FacetCounts {
  readonly stateCounts: ReadonlyMap<InboxStateName, number>
  readonly kindCounts: ReadonlyMap<KindName, number>
  readonly bandCounts: ReadonlyMap<BandName, number>
}

export function toCounts({ stateCounts, kindCounts, bandCounts }: FacetCounts) {
  return {
    stateCounts: Array.from(stateCounts, ([state, count]) => ({ state: stateMessages[state], count })),
    kindCounts: Array.from(kindCounts, ([kind, count]) => ({ kind: kindMessages[kind], count })),
    bandCounts: Array.from(bandCounts, ([band, count]) => ({ band: bandMessages[band], count })),
  }
}
