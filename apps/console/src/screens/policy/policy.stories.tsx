import { DirectoryService } from '@assay/contracts/assay/directory/v1/directory_service_pb'
import { Severity } from '@assay/contracts/assay/policy/v1/policy_pb'
import { PolicyService } from '@assay/contracts/assay/policy/v1/policy_service_pb'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { answer, notFound, unavailable } from '../../stories/answers.ts'
import { hardNames, nameAt } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

const path = '/settings/policies/p1'
const { getPolicy, getRiskLevels } = PolicyService.method
const applications = answer(DirectoryService.method.listApplications, {
  applications: Array.from({ length: 8 }, (_, place) => ({
    id: `${place}`,
    displayName: nameAt(place, 'Customers'),
  })),
})
const entitlements = (from: number) =>
  Array.from({ length: 6 }, (_, place) => ({ applicationId: 'erp', entitlementId: `e${from + place}` }))
const entitlementNames = [...entitlements(0), ...entitlements(6)].map((one, place) => ({
  ...one,
  applicationDisplayName: 'Books',
  displayName: nameAt(place, 'Approve payments'),
}))
const policy = (rule: object) =>
  answer(getPolicy, {
    id: 'p1',
    etag: '1',
    displayName: hardNames[0],
    description: hardNames[0],
    entitlementNames,
    ...rule,
  })
const separation = policy({
  rule: {
    case: 'separationOfDuties',
    value: {
      first: entitlements(0),
      second: entitlements(6),
      severity: Severity.CRITICAL,
      exceptions: [0, 1, 2].map((place) => ({
        identityId: `i${place}`,
        identityDisplayName: nameAt(place, 'Ada'),
        reason: nameAt(place + 1, 'Until the successor starts'),
        expireTime: timestampFromDate(new Date('2026-11-03T10:42:00Z')),
      })),
    },
  },
})

export const stories: Stories = {
  'separation of duties, hard names': {
    path,
    ready: 'The other set',
    answers: [separation, applications],
  },
  'protected access': {
    path,
    ready: 'What the data call privileged',
    answers: [
      policy({
        rule: {
          case: 'protectedAccess',
          value: { privileged: true, fromRiskLevel: 'high', entitlements: entitlements(0) },
        },
      }),
      answer(getRiskLevels, { levels: ['low', 'high', hardNames[1]] }),
      applications,
    ],
  },
  'unused access': {
    path,
    ready: 'Days without use',
    answers: [
      policy({ rule: { case: 'unusedAccess', value: { days: 90, applicationIds: ['1', '3'] } } }),
      applications,
    ],
  },
  'a budget': {
    path,
    ready: 'Most grants that are new, in all',
    answers: [policy({ rule: { case: 'overGrantBudget', value: { mostBasisPoints: 2_500, mostGrants: 40 } } })],
  },
  'size and name': {
    path,
    ready: 'Fewest people',
    answers: [policy({ rule: { case: 'sizeAndNaming', value: { fewestMembers: 5, namePattern: '^[A-Z]' } } })],
  },
  'a policy for somebody who may change nothing': {
    path,
    ready: 'You can see policies',
    rights: ['read'],
    answers: [separation, applications],
  },
  'a policy that does not exist': { path, ready: 'This policy is gone', answers: [answer(getPolicy, notFound)] },
  'a policy that cannot be read': { path, ready: 'Try again', answers: [answer(getPolicy, unavailable)] },
}
