import { CandidateKind } from '@assay/contracts/assay/candidate/v1/candidate_pb'
import { DismissalReason } from '@assay/contracts/assay/decision/v1/decision_service_pb'
import { DirectoryService } from '@assay/contracts/assay/directory/v1/directory_service_pb'
import {
  ReviewItemCondition as Condition,
  Review_State as State,
  Verdict,
} from '@assay/contracts/assay/review/v1/review_pb'
import { ReviewService } from '@assay/contracts/assay/review/v1/review_service_pb'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { answer, notFound, unavailable } from '../../stories/answers.ts'
import { hardNames, nameAt } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

const { getReview, getReviewItem, listMyReviewItems } = ReviewService.method
const time = timestampFromDate(new Date('2026-11-03T10:42:00Z'))
const review = {
  id: 'r1',
  displayName: hardNames[0],
  state: State.OPEN,
  note: hardNames[0],
  owner: { id: 'ben', displayName: hardNames[2] },
  dueTime: time,
}
const item = (place: number) => ({
  id: `${place}`,
  reviewId: 'r1',
  reviewDisplayName: hardNames[0],
  candidateKind: CandidateKind.SUGGESTION,
  candidateId: `c${place}`,
  reviewerIds: ['ada'],
  dueTime: time,
  condition: Condition.CHANGED,
  commentCount: 1,
  candidate: {
    displayName: nameAt(place, 'Accountants in Oslo'),
    peopleCount: 12,
    gainingPeople: 1,
    entitlementCount: 11,
    gains: { count: 31n, privilegedCount: 1n },
    entitlements: Array.from({ length: 11 }, (_, at) => ({
      applicationId: 'erp',
      applicationDisplayName: nameAt(at + 1, 'Books'),
      entitlementId: `e${at}`,
      displayName: nameAt(at, 'Post invoices'),
      gainCount: at,
      privileged: at === 3,
    })),
  },
  reviewState: State.OPEN,
})
const decided = {
  verdict: Verdict.REJECTED,
  reason: DismissalReason.TOO_BROAD,
  comment: hardNames[0],
  decidedBy: 'ben',
  decider: { id: 'ben', displayName: hardNames[2] },
  decideTime: time,
}
const items = [0, 1, 2].map(item)

export const stories: Stories = {
  'my decisions, hard names': {
    path: '/decide',
    ready: '0 of 3 answered',
    answers: [answer(listMyReviewItems, { items })],
  },
  'nothing waits': { path: '/decide', ready: 'Nothing waits', answers: [answer(listMyReviewItems, {})] },
  'nobody is in the scope': {
    path: '/decide',
    ready: 'Nobody whom you may see',
    isBounded: true,
    answers: [answer(listMyReviewItems, {}), answer(DirectoryService.method.listIdentities, {})],
  },
  'my decisions cannot be read': {
    path: '/decide',
    ready: 'Try again',
    answers: [answer(listMyReviewItems, unavailable)],
  },
  'a question to a department head, hard names': {
    path: '/decide/r1?at=2',
    ready: 'Should your 12 people have these 11 things?',
    isBounded: true,
    answers: [
      answer(getReview, review),
      answer(listMyReviewItems, { items }),
      answer(getReviewItem, ({ itemId }) => item(Number(itemId))),
    ],
  },
  'a question that somebody answered, about something that is gone': {
    path: '/decide/r1?at=1',
    ready: 'You can only say no.',
    answers: [
      answer(getReview, review),
      answer(listMyReviewItems, { items }),
      answer(getReviewItem, { ...item(0), condition: Condition.GONE, decision: decided }),
    ],
  },
  'a closed review': {
    path: '/decide/r1?at=1',
    ready: 'This review is closed',
    answers: [
      answer(getReview, { ...review, state: State.CLOSED }),
      answer(listMyReviewItems, { items }),
      answer(getReviewItem, item(0)),
    ],
  },
  'the summary': {
    path: '/decide/r1?at=send',
    ready: 'Read before you send',
    answers: [
      answer(getReview, review),
      answer(listMyReviewItems, { items: [{ ...item(0), decision: decided }, item(1)] }),
    ],
  },
  'a review of somebody else': {
    path: '/decide/r1',
    ready: 'There is nothing here for you',
    answers: [answer(getReview, notFound), answer(listMyReviewItems, {})],
  },
  'a question that cannot be read': {
    path: '/decide/r1?at=1',
    ready: 'Try again',
    answers: [answer(getReview, review), answer(listMyReviewItems, { items }), answer(getReviewItem, unavailable)],
  },
}
