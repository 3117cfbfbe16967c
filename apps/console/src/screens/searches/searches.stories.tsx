import { MiningSession_State as State } from '@assay/contracts/assay/session/v1/mining_session_pb'
import { SessionService } from '@assay/contracts/assay/session/v1/session_service_pb'
import { answer } from '../../stories/answers.ts'
import { nameAt } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

const path = '/candidates/search'

export const stories: Stories = {
  'nobody meets the conditions': {
    path: `${path}?who=department:Nowhere`,
    ready: 'Nobody meets these conditions.',
    answers: [answer(SessionService.method.countPopulation, {}), answer(SessionService.method.listSessions, {})],
  },
  'a page of them, below managers with one name': {
    path,
    ready: 'manager: Ada Lovelace (i42) or Ada Lovelace (i43)',
    answers: [
      answer(SessionService.method.countPopulation, { peopleCount: 100_000 }),
      answer(SessionService.method.listSessions, {
        sessions: Array.from({ length: 50 }, (_, place) => ({
          id: `${place}`,
          displayName: nameAt(place, 'Search'),
          state: State.COMPLETED,
          peopleCount: 100_000,
          readyRoleCount: place,
          ...(place === 0 && {
            population: { filters: [{ attribute: 'manager', values: ['i42', 'i43'] }] },
            valueNames: ['i42', 'i43'].map((value) => ({ attribute: 'manager', value, displayName: 'Ada Lovelace' })),
          }),
        })),
        nextPageToken: 'more',
      }),
    ],
  },
}
