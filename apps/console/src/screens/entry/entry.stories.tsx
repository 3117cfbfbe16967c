import { Actor_Type as ActorType } from '@assay/contracts/assay/ledger/v1/entry_pb'
import { LedgerService } from '@assay/contracts/assay/ledger/v1/ledger_service_pb'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { answer, notFound, unavailable } from '../../stories/answers.ts'
import { hardNames } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

const path = '/ledger/1'
const { getEntry } = LedgerService.method
const entry = {
  id: '1',
  position: 10_000n,
  time: timestampFromDate(new Date('2026-11-03T10:42:00Z')),
  kind: 'suggestion.accepted',
  subject: { type: 'suggestion', id: '0b2f4a52-3c1e-4f0a-9d4b-0f3b6f4f5a11' },
  actor: {
    type: ActorType.CLIENT,
    id: 'calm-otter-12345',
    personId: 'i42',
    displayName: hardNames[2],
    role: 'role-miner',
    right: 'decide',
    call: 'assay.candidate.v1.InboxService.BatchDecide',
  },
  comment: hardNames[0],
  peopleIds: Array.from({ length: 25 }, (_, place) => `person-${place}`),
  peopleCount: 10_000n,
  loadId: '17',
  runId: '4a520b2f-1e3c-0a4f-4b9d-5a110f3b6f4f',
  version: hardNames[1],
  hash: 'f'.repeat(64),
}

export const stories: Stories = {
  'a decision, hard names': {
    path,
    ready: 'Before and after',
    answers: [
      answer(getEntry, {
        ...entry,
        beforeJson: JSON.stringify({ state: 'new', display_name: hardNames[1], entitlement_ids: [] }),
        afterJson: JSON.stringify({
          state: 'accepted',
          display_name: hardNames[3],
          entitlement_ids: Array.from({ length: 40 }, (_, place) => `entitlement-${place}`),
        }),
      }),
    ],
  },
  'an entry whose names were erased': {
    path,
    ready: 'Erased',
    answers: [
      answer(getEntry, {
        ...entry,
        subject: { type: 'person', id: '' },
        comment: '',
        peopleIds: [],
        peopleCount: 1n,
        erasedFields: ['actor', 'subject', 'before', 'comment'],
      }),
    ],
  },
  'an entry that says nothing else': {
    path,
    ready: 'The entry',
    answers: [answer(getEntry, { id: '1', kind: 'data.committed', actor: { type: ActorType.JOB, id: 'import' } })],
  },
  'an entry that does not exist': { path, ready: 'There is no such entry.', answers: [answer(getEntry, notFound)] },
  'an entry that cannot be read': { path, ready: 'Try again', answers: [answer(getEntry, unavailable)] },
}
