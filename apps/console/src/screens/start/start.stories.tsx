import { InboxService } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { Readiness_State, ReadinessService } from '@assay/contracts/assay/insight/v1/readiness_service_pb'
import { RunInsightService } from '@assay/contracts/assay/insight/v1/run_insight_service_pb'
import { Code, ConnectError } from '@connectrpc/connect'
import { answer, unavailable } from '../../stories/answers.ts'
import { hardNames } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

const notYet = new ConnectError('nothing is loaded', Code.FailedPrecondition)

export const stories: Stories = {
  'nothing is loaded': {
    path: '/',
    ready: 'sample organisation',
    answers: [answer(ReadinessService.method.getReadiness, notYet)],
  },
  'ten million grants, hard names': {
    path: '/',
    ready: '100,000 people',
    answers: [
      answer(ReadinessService.method.getReadiness, {
        state: Readiness_State.MEASURED,
        people: 100_000n,
        enabledPeople: 99_990n,
        entitlements: 50_000n,
        reach: { grants: 10_000_000n, commonGrants: 2_000_000n, coveredGrants: 5_000_000n, share: 0.7 },
        findings: hardNames.map((title, place) => ({
          kind: place + 1,
          count: BigInt(place * 1_000 + 1),
          title,
          advice: hardNames[place === 0 ? 5 : 1],
        })),
      }),
      answer(InboxService.method.listInboxCandidates, {
        totalCount: 10_000,
        candidates: hardNames.slice(0, 5).map((displayName, place) => ({
          id: `${place}`,
          displayName,
          peopleCount: 100_000,
          gainCount: 4_000_000,
        })),
      }),
      answer(RunInsightService.method.getRunInsight, { explanations: [hardNames[3], hardNames[1], hardNames[5]] }),
    ],
  },
  'every part failed': {
    path: '/',
    ready: 'Try again',
    answers: [
      answer(ReadinessService.method.getReadiness, unavailable),
      answer(InboxService.method.listInboxCandidates, unavailable),
      answer(RunInsightService.method.getRunInsight, unavailable),
    ],
  },
}
