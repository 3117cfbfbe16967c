import { CandidateKind } from '@assay/contracts/assay/candidate/v1/candidate_pb'
import { DismissalReason } from '@assay/contracts/assay/decision/v1/decision_service_pb'
import {
  type ReviewDecision,
  type ReviewedCandidate,
  type ReviewItem,
  Verdict as Said,
} from '@assay/contracts/assay/review/v1/review_pb'
import { enumWords } from '../../kit/enum-words.ts'
import { counted, formatCount } from '../../kit/figures.ts'
import { formatTime } from '../../kit/times.ts'
import { entitlementKey } from '../candidate/search.ts'
import type { Answer } from './answers.ts'

/** Texts for a reader who knows the people and not role mining: people, access, new, removed. */
export const texts = {
  mine: 'My decisions',
  nothingWaits: 'Nothing waits for you.',
  nobodySeen: 'Nobody whom you may see is in the data at the moment. Ask whoever runs Assay which people are yours.',
  toStart: 'To the start',
  toMine: 'To all my decisions',
  notThere: 'There is nothing here for you. It was taken back, given to somebody else, or never was.',
  mayNot: 'You can see the questions, but not answer them: this needs the right to decide.',
  begin: 'Begin',
  goOn: 'Go on',
  change: 'Look again',
  asks: 'asks',
  somebody: 'Somebody',
  yes: 'Yes',
  no: 'No…',
  some: 'Some of it',
  answers: 'Your answer',
  why: 'Why not? You need not say.',
  comment: 'Anything to add?',
  untick: 'Untick what they should not have.',
  nothingLeft: 'Nothing is left. Say no instead.',
  next: 'Next',
  toSummary: 'Read it all',
  back: 'Back',
  access: 'What they would have',
  everybodyHas: 'all have it',
  privileged: 'privileged',
  who: 'Who?',
  reading: 'Looking at it.',
  gone: 'This is not there any more. You can only say no.',
  changed: 'This has changed since you were asked. What you see is how it is now.',
  otherLoad: 'The data are newer than when you were asked.',
  closed: 'This review is closed; nothing is decided any more.',
  read: 'Read before you send',
  notAnswered: 'No answer yet',
  answer: 'Answer',
  sent: 'sent',
  sendNothing: 'You have not answered anything yet.',
  overtaken: 'Look at it again before you send it.',
  thanks: 'Thank you.',
  somethingChanged: 'It has changed since you read it.',
  notSent: 'Your answer was not sent; look at it again.',
  lost: 'This is not yours to answer any more.',
  talk: 'Ask or tell',
  showAll: (count: string) => `Show all ${count}`,
  newFor: (count: string) => `new for ${count}`,
  wouldBeLeftOut: (count: number, all: number) => `${formatCount(count)} of ${formatCount(all)} would be left out.`,
  due: (day: string) => `, due ${day}`,
  progress: (answered: number, all: number, day: string | undefined) =>
    `${formatCount(answered)} of ${formatCount(all)} answered${day === undefined ? '' : `, due ${day}`}.`,
  withReview: (review: string) => `with ${review}`,
  you: 'You',
  answered: 'answered:',
  sentCount: (count: number) => `${counted(count, 'answer is', 'answers are')} sent.`,
  unanswered: (count: number) => `${counted(count, 'question has', 'questions have')} no answer yet.`,
  send: (count: number) => `Send ${counted(count, 'answer', 'answers')}`,
  factsOf: (people: number, things: number, gains: number) =>
    `${counted(people, 'person', 'people')}, ${counted(things, 'thing', 'things')}, ${formatCount(gains)} new in all`,
} as const

export const reasons = [
  [DismissalReason.WRONG_PEOPLE, 'These are the wrong people'],
  [DismissalReason.TOO_BROAD, 'It is too much'],
  [DismissalReason.SENSITIVE_ACCESS, 'This should be asked for one by one'],
  [DismissalReason.TEMPORARY, 'They needed it for a while only'],
  [DismissalReason.COVERED_ALREADY, 'They have it in another way'],
  [DismissalReason.OTHER, 'Another reason'],
] as const

/** The question of an item. @param isYours the people are those in the reader's scope */
export function questionOf(item: ReviewItem, isYours: boolean): string {
  const { peopleCount = 0, entitlementCount = 0, gains } = item.candidate ?? {}
  const things = entitlementCount === 1 ? 'this thing' : `these ${formatCount(entitlementCount)} things`
  if (peopleCount === 0) return `Nobody matches now. Should whoever comes later have ${things}?`
  const whose = isYours ? 'your' : 'these'
  const people =
    peopleCount === 1 ? (isYours ? 'one of your people' : 'one person') : `${whose} ${formatCount(peopleCount)} people`
  const verb = item.candidateKind === CandidateKind.PROFILE && Number(gains?.count ?? 0) === 0 ? 'keep' : 'have'
  return `Should ${people} ${verb} ${things}?`
}

/** The number of gains, and of the people who have them. */
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

/** An earlier decision: `Yes`, with its comment. */
export function decisionWords({ verdict, reason, comment, leftOut }: ReviewDecision): string {
  const left = counted(leftOut.length, 'thing is', 'things are')
  const said: Readonly<Record<Said, string>> = {
    [Said.UNSPECIFIED]: texts.notAnswered,
    [Said.APPROVED]: texts.yes,
    [Said.APPROVED_IN_PART]: `${texts.some}: ${left} left out`,
    [Said.REJECTED]: `No${reasonWords(reason)}`,
  }
  return withComment(enumWords(said, verdict), comment)
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
