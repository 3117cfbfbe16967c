import { type InboxCandidate, InboxState } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { DismissalReason } from '@assay/contracts/assay/decision/v1/decision_service_pb'
import type { Impact } from '@assay/contracts/assay/impact/v1/impact_service_pb'
import { counted, formatShare } from '../../kit/figures.ts'
import { gainsSentence } from '../candidates/texts.ts'
import type { Effect } from './effect.ts'
import type { ModeName } from './impact-queries.ts'
import type { TabName } from './search.ts'

export const texts = {
  accept: 'Accept…',
  dismiss: 'Dismiss…',
  dismissTitle: 'Dismiss this candidate?',
  why: 'Why? You need not say.',
  inWords: 'In words',
  confirmDismiss: 'Dismiss',
  openAgain: 'Open again',
  undoAcceptance: 'Take the acceptance back',
  toProfile: 'Show its access profile',
  undoMeans: 'This deletes the access profile that was made of it, and opens the candidate again.',
  acceptTitle: 'Accept this candidate?',
  acceptMeans:
    'It becomes an access profile. Everybody who matches is a member, now and after every load. You can take it back.',
  acceptRoleMeans:
    'It becomes an access profile without a rule. Those of its people who are enabled become members. You can take it back.',
  name: 'Name of the access profile',
  confirm: 'Accept',
  nothingLeft: 'Everything is left out; keep something, or dismiss it.',
  mayNot: 'You can see this candidate, but not accept or dismiss it: this needs the right to decide.',
  keepDraft: 'Save as a draft',
  splitOff: 'Split off what is left out',
  compare: 'Compare…',
  reset: 'Keep all of it',
  mode: 'What becomes of what people hold',
  modes: { add: 'It is added to what they hold', replace: 'It replaces single grants' },
  counting: 'Counting gains and losses.',
  onlyGains: 'Only who gains something',
  noPeople: 'Nobody matches now.',
  noGains: 'Nobody would gain anything.',
  conditions: 'Everybody who is enabled and has',
  nearest: 'Its people are meant one by one. Nearest to them comes everybody who has',
  noNearest: 'Its people are meant one by one; no attribute describes them.',
  ofSession: 'Found by access, in the search',
  noSessionName: 'without a name',
  insights: 'What stands out',
  gone: 'This candidate is not there. The newest analysis may not have found it again.',
  toList: 'To the list',
  before: 'Previous',
  next: 'Next',
  title: 'Candidate',
  looking: 'Looking at the candidate.',
  itsList: 'The list it came from',
  parts: 'Parts of the candidate',
  decision: 'Decision',
  accepted: 'Accepted',
  dismissed: 'Dismissed',
  sharedBy: 'Shared by',
  onAverage: (percent: string) => `on average ${percent}`,
  holdAll: 'Hold all of it',
  confidence: 'Confidence',
  isIn: 'In',
  give: (entitlement: string) => `Give ${entitlement}`,
  access: 'Access',
  people: 'People',
  person: 'Person',
  id: 'Id',
  gains: 'Gains',
  losses: 'Losses',
  keeps: 'Keeps',
  affected: 'Who gains or loses',
  byGroups: (count: number) => `${counted(count, 'thing comes', 'things come')} by groups already.`,
  servicesApart: (count: number) => `${counted(count, 'service is', 'services are')} counted separately.`,
  disabledHold: (count: number) =>
    counted(count, 'disabled person holds some of it and keeps it.', 'disabled people hold some of it and keep it.'),
  accountsOfNobody: (count: number) =>
    `${counted(count, 'account', 'accounts')} of nobody in these applications: not counted.`,
} as const

/** Who a candidate is for, what it gives, and what accepting it would change. */
export function candidateSentence(candidate: InboxCandidate, effect: Effect): string {
  const { peopleCount, peopleWithAllCount, riskKnown, state } = candidate
  const { entitlementCount, leftOutCount, gainCount, riskyGainCount } = effect
  const what = `${counted(peopleCount, 'person', 'people')}, ${counted(entitlementCount, 'entitlement', 'entitlements')}.`
  if (entitlementCount === 0) return `${what} Everything is left out: there is nothing to accept.`
  // This page does not count the holders of all remaining entitlements.
  const whole =
    leftOutCount > 0
      ? ` ${counted(leftOutCount, 'entitlement is', 'entitlements are')} left out by you.`
      : peopleWithAllCount === undefined
        ? ''
        : ` ${formatShare(peopleWithAllCount, peopleCount)} hold all of it.`
  return `${what}${whole} ${gainsSentence(state === InboxState.ACCEPTED ? 'Accepted' : 'Accepting it', gainCount, riskyGainCount, riskKnown)}`
}

/** The gains and losses of people: `60 people gain 78 things; nobody loses anything.` */
export function impactSentence(impact: Impact, mode: ModeName): string {
  const { gains, losses, replaced, gainingPeople, losingPeople } = impact
  const gain = part(gainingPeople, 'gains', 'gain', Number(gains?.count ?? 0n))
  const loss = part(losingPeople, 'loses', 'lose', Number(losses?.count ?? 0n))
  const first = mode === 'replace' ? 'If it replaces single grants' : 'If it is added'
  const takes =
    mode === 'replace' ? ` It replaces ${counted(Number(replaced?.count ?? 0n), 'single grant', 'single grants')}.` : ''
  return `${first}: ${gain}; ${loss}.${takes}`
}

function part(people: number, one: string, many: string, things: number): string {
  if (people === 0) return `nobody ${one} anything`
  return `${counted(people, `person ${one}`, `people ${many}`)} ${counted(things, 'thing', 'things')}`
}

/** The reasons for a dismissal, in the order of the keys, from 1. */
export const reasons = [
  [DismissalReason.NO_ROLE, 'These people have no job in common'],
  [DismissalReason.TOO_BROAD, 'Too much, or for too many'],
  [DismissalReason.TOO_NARROW, 'Too small to be worth it'],
  [DismissalReason.WRONG_PEOPLE, 'Right access, wrong people'],
  [DismissalReason.SENSITIVE_ACCESS, 'This access must be asked for one by one'],
  [DismissalReason.COVERED_ALREADY, 'Another role gives it already'],
  [DismissalReason.TEMPORARY, 'Held for a while only'],
  [DismissalReason.OTHER, 'Another reason'],
] as const

export const tabNames: Readonly<Record<TabName, string>> = {
  access: 'Access',
  people: 'People',
  impact: 'Impact',
  matrix: 'Matrix',
  about: 'Who is meant',
  history: 'History',
}
