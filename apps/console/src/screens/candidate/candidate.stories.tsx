import {
  type InboxCandidateSchema,
  InboxKind,
  InboxService,
  InboxState,
} from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import type { MessageInitShape } from '@bufbuild/protobuf'
import { Code, ConnectError } from '@connectrpc/connect'
import { answer } from '../../stories/answers.ts'
import { hardNames, nameAt } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

type Candidate = Exclude<MessageInitShape<typeof InboxCandidateSchema>, { $typeName: string }>

const entitlementAt = (place: number) => ({
  applicationId: `app-${place % 4}`,
  applicationDisplayName: nameAt(place + 1, 'Ledger'),
  entitlementId: `entitlement-${place}`,
  displayName: nameAt(place, 'Read the ledger'),
  riskLevel: place % 3 === 0 ? 'critical' : '',
  risky: place % 3 === 0,
  holderCount: 46 - place,
})

const whole: Candidate = {
  id: '1',
  kind: InboxKind.SUGGESTION,
  displayName: 'Accountants in Oslo',
  description: hardNames[3],
  state: InboxState.OPEN,
  conditions: [{ attribute: 'department', values: [hardNames[0], hardNames[2]] }],
  peopleCount: 46,
  peopleWithAllCount: 40,
  entitlementCount: 14,
  gainCount: 91,
  riskKnown: true,
  averageCoverage: 0.9,
  confidence: 0.7,
  insights: [hardNames[1]],
  entitlements: Array.from({ length: 14 }, (_, place) => entitlementAt(place)),
}
const shown = (part: Candidate) => [
  answer(InboxService.method.getInboxCandidate, { ...whole, ...part }),
  answer(InboxService.method.listInboxCandidates, { candidates: [whole], totalCount: 1 }),
  answer(InboxService.method.listInboxPeople, { people: [], totalCount: 0 }),
]
const path = '/candidates/1'

export const stories: Stories = {
  'its access, with hard names': { path, ready: '46 people, 14 entitlements', answers: shown({}) },
  'a name of 256 letters': { path, ready: '46 people', answers: shown({ displayName: hardNames[1] }) },
  'who is meant, from right to left': {
    path: `${path}?tab=about`,
    ready: 'Everybody who is enabled',
    answers: shown({ displayName: hardNames[2] }),
  },
  'nobody matches now': { path: `${path}?tab=people`, ready: 'Nobody matches now', answers: shown({}) },
  'a potential role': {
    path: `${path}?tab=about`,
    ready: 'no attribute describes them',
    answers: shown({
      kind: InboxKind.POTENTIAL_ROLE,
      conditions: [],
      peopleWithAllCount: undefined,
      sessionDisplayName: hardNames[3],
    }),
  },
  'accepted, and not to be taken back': {
    path,
    ready: 'Somebody has changed',
    answers: shown({
      state: InboxState.ACCEPTED,
      accessProfileId: '7',
      undoObstacle: 'Somebody has changed the access profile that was made of it',
    }),
  },
  gone: {
    path,
    ready: 'This candidate is not there',
    answers: [answer(InboxService.method.getInboxCandidate, new ConnectError('candidate "1"', Code.NotFound))],
  },
}
