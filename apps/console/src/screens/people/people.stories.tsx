import { DirectoryService } from '@assay/contracts/assay/directory/v1/directory_service_pb'
import { IssuerService } from '@assay/contracts/assay/people/v1/issuer_service_pb'
import { PeopleService } from '@assay/contracts/assay/people/v1/people_service_pb'
import { Role } from '@assay/contracts/assay/people/v1/person_pb'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { answer, away, never, unavailable } from '../../stories/answers.ts'
import { nameAt } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

const path = '/settings/people'
const time = timestampFromDate(new Date('2026-11-03T10:42:00Z'))
const issuer = { id: '0123456789abcdef', displayName: 'Acme', issuer: 'https://login.acme.example', clientId: 'assay' }
const roles = [Role.AUDITOR, Role.REVIEWER, Role.ROLE_MINER, Role.ADMIN, Role.UNSPECIFIED]

let givings = 0

export const stories: Stories = {
  'nobody, and no provider': {
    path,
    ready: 'No identity provider is connected yet.',
    answers: [
      answer(IssuerService.method.listIssuers, {}),
      answer(PeopleService.method.listPeople, {}),
      answer(PeopleService.method.listSessions, {}),
    ],
  },
  'a page of people with the names in their scopes, hard names': {
    path,
    ready: 'More than 14 people signed in.',
    answers: [
      answer(IssuerService.method.listIssuers, { issuers: [issuer] }),
      answer(PeopleService.method.listGivenAccess, {
        access: Array.from({ length: 4 }, (_, place) => ({
          id: `${place}`,
          issuerId: issuer.id,
          to: { case: 'group' as const, value: nameAt(place, 'sales-leads') },
          role: roles[place % 4] ?? Role.AUDITOR,
          scope: {
            filters: [{ attribute: 'manager', values: ['i42', 'i43'] }],
            managerId: 'i42',
            managerDisplayName: nameAt(place, 'Ada Lovelace'),
            applicationIds: ['crm', 'gone'],
            applicationDisplayNames: { crm: nameAt(place + 1, 'Customers') },
            valueNames: [{ attribute: 'manager', value: 'i42', displayName: nameAt(place, 'Ada Lovelace') }],
          },
        })),
      }),
      answer(PeopleService.method.listPeople, {
        people: Array.from({ length: 14 }, (_, place) => ({
          id: `person-${place}`,
          issuerId: issuer.id,
          displayName: nameAt(place, 'Grace Hopper'),
          email: `person-${place}@${'department.'.repeat(place % 7)}example.com`,
          groups: Array.from({ length: place % 9 }, (_, group) => nameAt(group, 'staff')),
          role: roles[place % roles.length] ?? Role.AUDITOR,
          sessionCount: place % 3,
          signInTime: time,
          ...(place % 4 === 0 && { revokeTime: time }),
        })),
        nextPageToken: 'more',
      }),
      answer(PeopleService.method.listSessions, {
        sessions: [
          { id: 'a', personId: 'person-1', personName: nameAt(1, ''), signInTime: time, useTime: time, endTime: time },
          { id: 'b', clientId: 'calm-otter-1', signInTime: time, useTime: time, endTime: time },
        ],
        nextPageToken: 'more',
      }),
    ],
  },
  'all of it fails': {
    path,
    ready: 'Try again',
    answers: [
      answer(IssuerService.method.listIssuers, unavailable),
      answer(PeopleService.method.listPeople, unavailable),
      answer(PeopleService.method.listSessions, unavailable),
    ],
  },
  'access that cannot be given at first, and then takes long': {
    path,
    ready: 'No access is given yet',
    answers: [
      answer(IssuerService.method.listIssuers, { issuers: [issuer] }),
      answer(PeopleService.method.listGivenAccess, {}),
      answer(PeopleService.method.listPeople, {}),
      answer(PeopleService.method.listSessions, {}),
      answer(DirectoryService.method.listIdentities, { identities: [{ id: 'i42', displayName: 'Ada Lovelace' }] }),
      answer(PeopleService.method.giveAccess, () => {
        givings += 1
        if (givings === 1) throw away
        return never
      }),
    ],
  },
}
