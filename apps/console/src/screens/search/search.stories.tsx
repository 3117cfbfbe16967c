import { MiningSession_State as State } from '@assay/contracts/assay/session/v1/mining_session_pb'
import { SessionService } from '@assay/contracts/assay/session/v1/session_service_pb'
import { answer } from '../../stories/answers.ts'
import { hardNames, nameAt } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

const path = '/candidates/search/s1'
const found = (roles: number) => [
  answer(SessionService.method.getSession, {
    id: 's1',
    displayName: hardNames[1],
    state: State.COMPLETED,
    population: { filters: [{ attribute: 'manager', values: ['i42'] }] },
    valueNames: [{ attribute: 'manager', value: 'i42', displayName: 'Ada Lovelace' }],
    peopleCount: 100_000,
    potentialRoleCount: roles,
    readyRoleCount: roles,
    prescribedTightness: 65,
  }),
  answer(SessionService.method.listPotentialRoles, {
    potentialRoles: Array.from({ length: roles }, (_, place) => ({
      id: `${place}`,
      displayName: nameAt(place, 'Role'),
      peopleCount: 100_000 - place,
      entitlementCount: place + 1,
      density: 90,
      quality: 80,
    })),
  }),
]

export const stories: Stories = {
  '10,000 potential roles, hard names': { path, ready: '10,000 potential roles', answers: found(10_000) },
  'nobody shares enough': { path, ready: 'No group of people shares enough access.', answers: found(0) },
}
