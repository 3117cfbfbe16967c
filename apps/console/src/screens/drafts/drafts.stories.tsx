import { CandidateService } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { answer, unavailable } from '../../stories/answers.ts'
import { nameAt } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

const listed = (count: number) =>
  answer(CandidateService.method.listDrafts, {
    drafts: Array.from({ length: count }, (_, place) => ({
      id: `${place}`,
      displayName: nameAt(place, 'Accountants'),
      updatedBy: `i${place}`,
      updateTime: timestampFromDate(new Date('2026-11-03T10:42:00Z')),
      updatedByDisplayName: nameAt(place + 1, 'Ada'),
    })),
  })

export const stories: Stories = {
  '10,000 of them, by name': { path: '/drafts', ready: '10,000 drafts.', answers: [listed(10_000)] },
  none: { path: '/drafts', ready: 'There is no draft.', answers: [listed(0)] },
  'a list that fails': {
    path: '/drafts',
    ready: 'Try again',
    answers: [answer(CandidateService.method.listDrafts, unavailable)],
  },
}
