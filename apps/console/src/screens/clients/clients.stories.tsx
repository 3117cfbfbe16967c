import { ClientRole, ClientService } from '@assay/contracts/assay/client/v1/client_service_pb'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { answer, unavailable, withoutRight } from '../../stories/answers.ts'
import { hardNames, nameAt } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

const path = '/settings/clients'
const time = timestampFromDate(new Date('2026-11-03T10:42:00Z'))
const roles = [ClientRole.AUDITOR, ClientRole.AGENT, ClientRole.REVIEWER, ClientRole.ROLE_MINER, ClientRole.ADMIN]
const dialects = ['c1', 'sailpoint']

export const stories: Stories = {
  none: { path, ready: '0 clients.', answers: [answer(ClientService.method.listClients, { dialects })] },
  'a page of clients with the names in their scopes, hard names': {
    path,
    ready: 'Show more',
    answers: [
      answer(ClientService.method.listClients, {
        dialects,
        clients: Array.from({ length: 14 }, (_, place) => ({
          clientId: `calm-otter-${place}@acme.example/${'pcc'.repeat(place % 20)}`,
          displayName: nameAt(place, 'Nightly report'),
          role: roles[place % roles.length] ?? ClientRole.AUDITOR,
          dialect: dialects[place % 2] ?? '',
          createTime: time,
          ...(place % 4 === 0 && { revokeTime: time }),
          ...(place % 3 === 0 && { identityId: 'i42', identityDisplayName: hardNames[2] }),
          ...(place % 5 === 0 && {
            readerScope: {
              filters: [{ attribute: 'department', values: [nameAt(place, 'Sales'), 'Finance'] }],
              managerId: 'i42',
              managerDisplayName: 'Ada Lovelace',
              applicationIds: ['crm'],
              applicationDisplayNames: { crm: nameAt(place, 'Customers') },
            },
          }),
        })),
        nextPageToken: 'more',
      }),
    ],
  },
  'they cannot be read': {
    path,
    ready: 'Try again',
    answers: [answer(ClientService.method.listClients, unavailable)],
  },
  'the right is missing': {
    path,
    ready: 'This needs the right to administer',
    answers: [answer(ClientService.method.listClients, withoutRight)],
  },
}
