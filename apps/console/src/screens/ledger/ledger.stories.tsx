import { Actor_Type as ActorType } from '@assay/contracts/assay/ledger/v1/entry_pb'
import { LedgerService } from '@assay/contracts/assay/ledger/v1/ledger_service_pb'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { answer, unavailable } from '../../stories/answers.ts'
import { nameAt } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

const path = '/ledger'
const listed = (count: number) =>
  answer(LedgerService.method.listEntries, {
    entries: Array.from({ length: count }, (_, place) => ({
      id: `${place}`,
      time: timestampFromDate(new Date('2026-11-03T10:42:00Z')),
      kind: place % 3 === 0 ? 'unheard.of' : 'suggestion.accept',
      actor: { type: ActorType.PERSON, id: `${place}`, displayName: nameAt(place, 'Ada') },
      afterJson: JSON.stringify({ displayName: nameAt(place + 1, 'Accountants') }),
      comment: nameAt(place + 2, 'As they do in Bergen'),
    })),
  })

export const stories: Stories = {
  '10,000 entries, hard names': { path, ready: '10,000 entries, the newest first.', answers: [listed(10_000)] },
  'nothing was decided yet': { path, ready: 'Nothing was decided yet.', answers: [listed(0)] },
  'nothing of this kind': {
    path: `${path}?what=policy.`,
    ready: 'Nothing of this kind was decided.',
    answers: [listed(0)],
  },
  'nothing was in force': {
    path: `${path}?tab=in-force&on=2026-11-03`,
    ready: 'The ledger has nothing of this kind',
    answers: [answer(LedgerService.method.listInForce, {})],
  },
  'entries cannot be read': {
    path,
    ready: 'Try again',
    answers: [answer(LedgerService.method.listEntries, unavailable)],
  },
  'what was in force cannot be read': {
    path: `${path}?tab=in-force&on=2026-11-03`,
    ready: 'Try again',
    answers: [answer(LedgerService.method.listInForce, unavailable)],
  },
}
