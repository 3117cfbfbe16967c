import { CandidateKind } from '@assay/contracts/assay/candidate/v1/candidate_pb'
import {
  ReviewReminder_State as ReminderState,
  CarriedOut_Result as Result,
  Review_State as State,
  Verdict,
} from '@assay/contracts/assay/review/v1/review_pb'
import { ReviewService } from '@assay/contracts/assay/review/v1/review_service_pb'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { answer, never, notFound, unavailable } from '../../stories/answers.ts'
import { hardNames, nameAt } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

const path = '/reviews/r1'
const { assignReviewItem, getReview, listReviewItems } = ReviewService.method
const time = timestampFromDate(new Date('2026-11-03T10:42:00Z'))
const open = {
  id: 'r1',
  displayName: hardNames[0],
  ownerId: 'ada',
  owner: { id: 'ada', displayName: 'Ada' },
  state: State.OPEN,
  createTime: time,
  dueTime: time,
  overdue: true,
  note: hardNames[0],
  sums: { items: 4, undecided: 1, approved: 1, approvedInPart: 1, rejected: 1 },
  reminders: [
    { state: ReminderState.SENT, beginTime: time, sentCount: 1 },
    { state: ReminderState.UNSENT, beginTime: time, sentCount: 0, unsentCount: 2, message: hardNames[3] },
    { state: ReminderState.PLANNED, planTime: time },
  ],
}
const verdicts = [Verdict.UNSPECIFIED, Verdict.APPROVED, Verdict.APPROVED_IN_PART, Verdict.REJECTED]
const item = (place: number) => ({
  id: `${place}`,
  reviewId: 'r1',
  number: place + 1,
  candidateKind: CandidateKind.SUGGESTION,
  candidateId: `c${place}`,
  reviewerIds: ['ada', 'ben'],
  reviewers: [
    { id: 'ada', displayName: 'Ada' },
    { id: 'ben', displayName: hardNames[2] },
  ],
  commentCount: place,
  candidate: {
    displayName: nameAt(place, 'Accountants in Oslo'),
    peopleCount: place + 1,
    entitlementCount: 1,
    gains: { count: 31n },
  },
  ...(place > 0 && {
    decision: {
      verdict: verdicts[place] ?? Verdict.REJECTED,
      leftOut: place === 2 ? [{ applicationId: 'erp', entitlementId: 'e1' }] : [],
      comment: hardNames[0],
      decidedBy: 'ben',
      decider: { id: 'ben', displayName: hardNames[2] },
      decideTime: time,
      entryId: '1',
    },
  }),
})
const items = [0, 1, 2, 3].map(item)
const results = [Result.NOTHING_TO_DO, Result.DONE, Result.LEFT_TO_PEOPLE, Result.FAILED]

let assignings = 0
// For the test of a second click.
Object.assign(globalThis, { assignings: () => assignings })

export const stories: Stories = {
  'open, late, hard names': {
    path,
    ready: '3 of 4 decided',
    answers: [answer(getReview, open), answer(listReviewItems, { items })],
  },
  'closed and carried out': {
    path,
    ready: 'It is closed.',
    answers: [
      answer(getReview, {
        ...open,
        state: State.CLOSED,
        overdue: false,
        closeTime: time,
        closer: { id: 'ada', displayName: 'Ada' },
        sums: { ...open.sums, carriedOut: 1, leftToPeople: 1, failed: 1 },
      }),
      answer(listReviewItems, {
        items: items.map((one, place) => ({
          ...one,
          carriedOut: {
            result: results[place] ?? Result.DONE,
            message: nameAt(place + 1, 'An access profile was made.'),
            accessProfileId: place === 1 ? 'p1' : '',
            time,
          },
        })),
      }),
    ],
  },
  'without questions, for an auditor': {
    path,
    ready: '0 of 0 decided',
    rights: ['read'],
    answers: [answer(getReview, { ...open, sums: {}, reminders: [], note: '' }), answer(listReviewItems, {})],
  },
  'a question that is given to others, which fails at first and then takes long': {
    path,
    ready: '3 of 4 decided',
    answers: [
      answer(getReview, open),
      answer(listReviewItems, { items }),
      answer(assignReviewItem, () => {
        assignings += 1
        if (assignings === 1) throw unavailable
        return never
      }),
    ],
  },
  'a review that does not exist': {
    path,
    ready: 'This review is not there',
    answers: [answer(getReview, notFound), answer(listReviewItems, notFound)],
  },
  'a review that cannot be read': {
    path,
    ready: 'Try again',
    answers: [answer(getReview, unavailable), answer(listReviewItems, unavailable)],
  },
}
