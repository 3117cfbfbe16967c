import {
  ProfileDriftService,
  DriftRemoval_Reason as Reason,
} from '@assay/contracts/assay/change/v1/profile_drift_service_pb'
import {
  PendingTask_Kind as Kind,
  AutomationPauseReason as Pause,
} from '@assay/contracts/assay/profile/v1/access_profile_pb'
import { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { answer, unavailable } from '../../stories/answers.ts'
import { hardNames, nameAt } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

const path = '/access-profiles/p1'
const time = timestampFromDate(new Date('2026-11-03T10:42:00Z'))
const profile = { id: 'p1', displayName: hardNames[0], memberCount: 100_000, entitlementCount: 12 }
const person = (place: number) => ({ identityId: `i${place}`, displayName: nameAt(place, 'Ada'), lackingCount: 2 })
const entitlement = (place: number) => ({
  applicationId: 'crm',
  entitlementId: `e${place}`,
  displayName: nameAt(place, 'Reports'),
  holderCount: 90_000,
})
const drift = answer(ProfileDriftService.method.getProfileDrift, {
  peopleCount: 100_000,
  entitlementCount: 12,
  goneEntitlementCount: 1,
  additions: Array.from({ length: 60 }, (_, place) => entitlement(place)),
  additionsOfMost: 40,
  additionsOfHalf: 20,
  removals: [{ ...entitlement(0), reason: Reason.NOT_USED }],
  removalCount: 1,
  outsideHolderCount: 3,
  outsideHolders: [0, 1, 2].map(person),
  lackingMemberCount: 4_000,
  lackingMembers: Array.from({ length: 1_000 }, (_, place) => person(place)),
  lackingCount: 8_000n,
})

export const stories: Stories = {
  'changes wait, and the data differ': {
    path,
    ready: '4,000 of 100,000',
    answers: [
      answer(ProfileService.method.getAccessProfile, { ...profile, pendingTaskCount: 120 }),
      answer(ProfileService.method.listPendingTasks, {
        pendingTasks: Array.from({ length: 20 }, (_, place) => ({
          id: `t${place}`,
          identityId: `i${place}`,
          identityDisplayName: nameAt(place, 'Ben'),
          kind: place % 2 === 0 ? Kind.ENROL : Kind.UNENROL,
        })),
        nextPageToken: 'more',
      }),
      drift,
    ],
  },
  'its rule is paused, and the data do not answer': {
    path,
    ready: 'The service is away',
    answers: [
      answer(ProfileService.method.getAccessProfile, {
        ...profile,
        automationEnabled: true,
        celExpression: 'subject.department == "Sales"',
        automationPauseTime: time,
        automationPauseReason: Pause.CIRCUIT_BREAKER,
        automationPauseDifference: { memberCount: 100_000, selected: { count: 400 }, leaving: { count: 99_600 } },
      }),
      answer(ProfileDriftService.method.getProfileDrift, unavailable),
    ],
  },
  'for who may only read': {
    path,
    ready: 'would become a member',
    rights: ['read'],
    answers: [
      answer(ProfileService.method.getAccessProfile, { ...profile, pendingTaskCount: 1 }),
      answer(ProfileService.method.listPendingTasks, {
        pendingTasks: [{ id: 't1', identityId: 'i1', kind: Kind.ENROL }],
      }),
      drift,
    ],
  },
}
