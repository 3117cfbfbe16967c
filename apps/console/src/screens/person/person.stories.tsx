import { DirectoryService } from '@assay/contracts/assay/directory/v1/directory_service_pb'
import { Code, ConnectError } from '@connectrpc/connect'
import { answer } from '../../stories/answers.ts'
import { hardNames, nameAt } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

const person = answer(DirectoryService.method.getIdentity, { id: 'i1', displayName: hardNames[2] })

export const stories: Stories = {
  'somebody with much, hard names': {
    path: '/people/i1',
    ready: 'More than 100 things',
    answers: [
      person,
      answer(DirectoryService.method.listEffectiveGrants, {
        grants: Array.from({ length: 100 }, (_, place) => ({
          applicationId: `app-${place}`,
          applicationDisplayName: nameAt(place + 1, 'Ledger'),
          entitlementId: `e-${place}`,
          entitlementDisplayName: nameAt(place, 'Read'),
          direct: place % 2 === 0,
          inherited: place % 3 === 0,
        })),
        nextPageToken: 'more',
      }),
    ],
  },
  'somebody with nothing': {
    path: '/people/i1',
    ready: '0 things',
    answers: [person, answer(DirectoryService.method.listEffectiveGrants, {})],
  },
  nobody: {
    path: '/people/i1',
    ready: 'i1',
    answers: [
      answer(DirectoryService.method.getIdentity, new ConnectError('identity "i1"', Code.NotFound)),
      answer(DirectoryService.method.listEffectiveGrants, new ConnectError('identity "i1"', Code.NotFound)),
    ],
  },
}
