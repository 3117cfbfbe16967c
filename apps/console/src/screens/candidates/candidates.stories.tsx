import {
  InboxBand,
  type InboxCandidateSchema,
  InboxKind,
  InboxService,
  InboxState,
} from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { ImpactService } from '@assay/contracts/assay/impact/v1/impact_service_pb'
import { RunInsightService } from '@assay/contracts/assay/insight/v1/run_insight_service_pb'
import { ViewService } from '@assay/contracts/assay/view/v1/view_service_pb'
import type { MessageInitShape } from '@bufbuild/protobuf'
import { answer, unavailable } from '../../stories/answers.ts'
import { hardNames, nameAt } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

type Candidate = MessageInitShape<typeof InboxCandidateSchema>

const candidateAt = (place: number): Candidate => ({
  id: `00000000-0000-8000-8000-${String(place).padStart(12, '0')}`,
  kind: place % 3 === 0 ? InboxKind.POTENTIAL_ROLE : InboxKind.SUGGESTION,
  displayName: nameAt(place, 'Accountants in Oslo'),
  state: InboxState.OPEN,
  peopleCount: 10 + ((place * 37) % 5_000),
  entitlementCount: 1 + (place % 40),
  gainCount: (place * 13) % 700,
  riskyGainCount: place % 5 === 0 ? place % 30 : 0,
  riskKnown: place % 4 !== 0,
  averageCoverage: ((place * 7) % 100) / 100,
  ...(place % 3 !== 0 && { peopleWithAllCount: 10 }),
})

const pageSize = 100
const listed = (count: number) => [
  answer(InboxService.method.listInboxCandidates, ({ pageToken }) => {
    const from = Number(pageToken || 0)
    const to = Math.min(count, from + pageSize)
    return {
      candidates: Array.from({ length: to - from }, (_, place) => candidateAt(from + place)),
      totalCount: count,
      nextPageToken: to < count ? String(to) : '',
      stateCounts: count === 0 ? [] : [{ state: InboxState.OPEN, count }],
      kindCounts: [{ kind: InboxKind.SUGGESTION, count }],
      bandCounts: [{ band: InboxBand.MOST, count }],
    }
  }),
  answer(ImpactService.method.batchComputeImpact, ({ candidates }) => ({
    totals: candidates.map((_, place) => ({
      losses: { count: BigInt(place * 3) },
      errorMessage: place % 7 === 6 ? 'away' : '',
    })),
  })),
  answer(ViewService.method.listViews, {}),
]

export const stories: Stories = {
  'full, with hard names': { path: '/candidates', ready: '26 candidates open', answers: listed(26) },
  '10,000 of them': { path: '/candidates', ready: '10,000 candidates open', answers: listed(10_000) },
  'none, and why': {
    path: '/candidates',
    ready: 'Groups of 4',
    answers: [
      ...listed(0),
      answer(RunInsightService.method.getRunInsight, {
        explanations: ['Groups of 4 people were too small.', hardNames[5]],
      }),
    ],
  },
  'none with these filters': { path: '/candidates?band=few', ready: 'fits these filters', answers: listed(0) },
  'a call that fails': {
    path: '/candidates',
    ready: 'The service is away',
    answers: [answer(InboxService.method.listInboxCandidates, unavailable)],
  },
  'a call that does not answer': { path: '/candidates', ready: 'Looking for candidates', answers: [] },
  'for who may only read': {
    path: '/candidates',
    ready: 'this needs the right to decide',
    answers: listed(3),
    rights: ['read'],
  },
}
