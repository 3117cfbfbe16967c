import { DismissalReason } from '@assay/contracts/assay/decision/v1/decision_service_pb'
import {
  type ReviewDecision,
  type ReviewedCandidate,
  type ReviewedEntitlement,
  type ReviewItem,
  Verdict as Said,
} from '@assay/contracts/assay/review/v1/review_pb'
import { counted, formatCount } from '../../kit/figures.ts'
import { formatTime } from '../../kit/times.ts'
import { entitlementKey } from '../candidate/search.ts'
import type { Answer } from './answers.ts'
import { reasons, texts } from './texts.ts'

/** The one question. @param isYours they are the people whom the reader is bound to */
export function questionOf(item: ReviewItem, isYours: boolean): string {
  const { peopleCount = 0, entitlementCount = 0, gains } = item.candidate ?? {}
  const things = entitlementCount === 1 ? 'this thing' : `these ${formatCount(entitlementCount)} things`
  if (peopleCount === 0) return `Nobody matches now. Should whoever comes later have ${things}?`
  const whose = isYours ? 'your' : 'these'
  const people =
    peopleCount === 1 ? (isYours ? 'one of your people' : 'one person') : `${whose} ${formatCount(peopleCount)} people`
  const verb = item.candidateKind === 'profile' && Number(gains?.count ?? 0) === 0 ? 'keep' : 'have'
  return `Should ${people} ${verb} ${things}?`
}

/** What is new in it, for how many. */
export function newWords({ gains, gainingPeople, peopleCount }: ReviewedCandidate): string {
  const count = Number(gains?.count ?? 0)
  if (peopleCount === 0) return ''
  if (count === 0) return peopleCount === 1 ? 'They have all of it already.' : 'All of them have all of it already.'
  const privileged = Number(gains?.privilegedCount ?? 0)
  const who = gainingPeople === peopleCount && peopleCount > 1 ? 'For all of them' : `For ${formatCount(gainingPeople)}`
  const of = peopleCount === 1 || gainingPeople === peopleCount ? '' : ` of ${formatCount(peopleCount)}`
  const marked = privileged === 0 ? '' : `, ${formatCount(privileged)} of that privileged`
  return `${who}${of} something is new: ${counted(count, 'thing', 'things')} in all${marked}.`
}

/** Privileged ones that are new come first, then what is new for most. */
export function inOrder(entitlements: readonly ReviewedEntitlement[]): ReviewedEntitlement[] {
  const weight = ({ privileged, gainCount }: ReviewedEntitlement) => (privileged && gainCount > 0 ? 1 : 0)
  return entitlements.toSorted(
    (a, b) => weight(b) - weight(a) || b.gainCount - a.gainCount || (a.displayName < b.displayName ? -1 : 1),
  )
}

/** `Some of it: without Payroll approver and 2 more. "Only the leads"` */
export function answerWords(answer: Answer, candidate: ReviewedCandidate | undefined): string {
  const nameOf = new Map(candidate?.entitlements.map((one) => [entitlementKey(one), one.displayName]))
  const said = {
    yes: texts.yes,
    no: `No${reasonWords(answer.reason)}`,
    some: `${texts.some}: ${withoutWords(answer.leftOut.map((key) => nameOf.get(key) ?? key))}`,
  }
  const verdict = answer.verdict === undefined ? texts.notAnswered : said[answer.verdict]
  return withComment(verdict, answer.comment)
}

/** What was decided before: `Yes`, with the words that came with it. */
export function decisionWords({ verdict, reason, comment, leftOut }: ReviewDecision): string {
  const left = counted(leftOut.length, 'thing is', 'things are')
  const said: Readonly<Record<Said, string>> = {
    [Said.UNSPECIFIED]: texts.notAnswered,
    [Said.APPROVED]: texts.yes,
    [Said.APPROVED_IN_PART]: `${texts.some}: ${left} left out`,
    [Said.REJECTED]: `No${reasonWords(reason)}`,
  }
  return withComment(said[verdict], comment)
}

/** `Ben answered this on Nov 3, 2026, 10:42: No.` */
export function overtakenWords(item: ReviewItem, userId: string): string {
  const { decision } = item
  if (decision === undefined) return `${texts.somethingChanged} ${texts.notSent}`
  const who = decision.decidedBy === userId ? 'You' : decision.decider?.displayName || decision.decidedBy
  return `${who} answered this on ${formatTime(decision.decideTime)}: ${decisionWords(decision)} ${texts.notSent}`
}

function withComment(said: string, comment: string): string {
  return comment.trim() === '' ? `${said}.` : `${said}. “${comment.trim()}”`
}

function reasonWords(reason: number): string {
  const words = reasons.find(([value]) => value === reason)?.[1]
  return reason === DismissalReason.UNSPECIFIED || words === undefined
    ? ''
    : `: ${words.charAt(0).toLowerCase()}${words.slice(1)}`
}

const mostNamed = 3

function withoutWords(names: readonly string[]): string {
  const shown = names.slice(0, mostNamed).join(', ')
  const more = names.length - mostNamed
  return `without ${shown}${more > 0 ? ` and ${formatCount(more)} more` : ''}`
}
