import { CandidateKind } from '@assay/contracts/assay/candidate/v1/candidate_pb'
import { ReviewedCandidateSchema, ReviewItemSchema, Verdict } from '@assay/contracts/assay/review/v1/review_pb'
import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { expect, test } from 'vitest'
import { type Answer, isAnswered, isSendable, noAnswer } from './answers.ts'
import { inOrder } from './in-order.ts'
import { answerWords, newWords, overtakenWords, questionOf } from './texts.ts'

interface Init {
  readonly people?: number
  readonly things?: number
  readonly gains?: number
  readonly gaining?: number
  readonly privileged?: number
  readonly kind?: CandidateKind
}

function item({
  people = 12,
  things = 11,
  gains = 0,
  gaining = 0,
  privileged = 0,
  kind = CandidateKind.SUGGESTION,
}: Init) {
  return create(ReviewItemSchema, {
    id: 'i',
    candidateKind: kind,
    candidate: {
      peopleCount: people,
      entitlementCount: things,
      gainingPeople: gaining,
      gains: { count: BigInt(gains), privilegedCount: BigInt(privileged) },
    },
  })
}

test.each([
  [{}, true, 'Should your 12 people have these 11 things?'],
  [{}, false, 'Should these 12 people have these 11 things?'],
  [{ things: 1, people: 1 }, true, 'Should one of your people have this thing?'],
  [{ people: 1 }, false, 'Should one person have these 11 things?'],
  [{ people: 0 }, false, 'Nobody matches now. Should whoever comes later have these 11 things?'],
  [{ kind: CandidateKind.PROFILE }, true, 'Should your 12 people keep these 11 things?'],
  [{ kind: CandidateKind.PROFILE, gains: 4 }, false, 'Should these 12 people have these 11 things?'],
])('the question about %j, of a bounded reader %s, is %j', (init, isYours, expected) => {
  expect(questionOf(item(init), isYours)).toBe(expected)
})

test.each([
  [{}, 'All of them have all of it already.'],
  [{ people: 1 }, 'They have all of it already.'],
  [{ gains: 31, gaining: 5 }, 'For 5 of 12 something is new: 31 things in all.'],
  [
    { gains: 12, gaining: 12, privileged: 2 },
    'For all of them something is new: 12 things in all, 2 of that privileged.',
  ],
  [{ people: 1, gains: 1, gaining: 1 }, 'For 1 something is new: 1 thing in all.'],
  [{ people: 0 }, ''],
])('what is new in %j is said as %j', (init, expected) => {
  const { candidate = create(ReviewedCandidateSchema) } = item(init)
  expect(newWords(candidate)).toBe(expected)
})

test('privileged things that are new come first, then what is new for most, then by name', () => {
  const one = (displayName: string, gainCount: number, privileged = false) => ({ displayName, gainCount, privileged })
  const { entitlements } = create(ReviewedCandidateSchema, {
    entitlements: [one('b', 0), one('held and privileged', 0, true), one('a', 0), one('many', 9), one('key', 1, true)],
  })
  const names = inOrder(entitlements).map(({ displayName }) => displayName)
  expect(names).toEqual(['key', 'many', 'a', 'b', 'held and privileged'])
})

const saying = (answer: Partial<Answer>): Answer => ({ ...noAnswer, ...answer })

test.each([
  [saying({ verdict: 'yes' }), 'Yes.'],
  [saying({ verdict: 'no', reason: 2, comment: ' Half of them left ' }), 'No: it is too much. “Half of them left”'],
  [saying({ verdict: 'no' }), 'No.'],
  [saying({ verdict: 'some', leftOut: ['["a","1"]', '["a","2"]'] }), 'Some of it: without Pay, ["a","2"].'],
  [saying({ comment: 'typed only' }), 'No answer yet. “typed only”'],
])('%j is read as %j', (answer, expected) => {
  const candidate = create(ReviewedCandidateSchema, {
    entitlements: [{ applicationId: 'a', entitlementId: '1', displayName: 'Pay' }],
  })
  expect(answerWords(answer, candidate)).toBe(expected)
})

test.each([
  [saying({}), false],
  [saying({ comment: 'typed only' }), false],
  [saying({ verdict: 'yes' }), true],
  [saying({ verdict: 'some' }), false],
  [saying({ verdict: 'some', leftOut: ['x'] }), true],
  [saying({ verdict: 'yes', isOvertaken: true }), false],
])('%j can be sent: %s', (answer, expected) => {
  expect(isSendable(answer)).toBe(expected)
  expect(isAnswered(item({}), { i: answer })).toBe(expected)
})

test('who was faster is named with what they said, and nobody is told a tag', () => {
  const decideTime = timestampFromDate(new Date('2026-11-03T10:42:00Z'))
  const decided = create(ReviewItemSchema, {
    decision: { verdict: Verdict.REJECTED, decidedBy: 'ben', decider: { id: 'ben', displayName: 'Ben' }, decideTime },
  })
  expect(overtakenWords(decided, 'ada')).toMatch(
    /^Ben answered this on Nov 3, 2026, \d\d:42: No\. Your answer was not sent; look at it again\.$/,
  )
  expect(overtakenWords(decided, 'ben')).toMatch(/^You answered this on /)
  expect(overtakenWords(item({}), 'ada')).toMatch(/^It has changed since you read it\./)
})
