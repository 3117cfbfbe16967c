import { ChangeService, HealthMeasure } from '@assay/contracts/assay/change/v1/change_service_pb'
import { ProfileDriftService } from '@assay/contracts/assay/change/v1/profile_drift_service_pb'
import { answer, unavailable } from '../../stories/answers.ts'
import { nameAt } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

const points = Array.from({ length: 12 }, (_, place) => ({
  importId: `${20 - place}`,
  roles: BigInt(40 - place),
  membersPerRole: 12,
  entitlementsPerRole: 4,
  grants: 9_800_000n,
  throughRoles: 0.7 - place * 0.03,
  overGrant: 0.02 + place * 0.004,
  underGrant: 0.3 + place * 0.03,
  overlap: 0.4,
  descriptionLength: 812_345n,
  unused: 0.004,
  residual: 0.12,
  orphanRows: BigInt(place * place),
}))

export const stories: Stories = {
  'health with goals, one missed': {
    path: '/changes?tab=health',
    ready: 'Missed: given by profiles',
    answers: [
      answer(ChangeService.method.listRoleHealth, {
        points,
        goals: [
          { measure: HealthMeasure.THROUGH_ROLES, goal: 0.8, isReached: false },
          { measure: HealthMeasure.ORPHAN_ROWS, goal: 5, isReached: true },
        ],
      }),
    ],
  },
  'drift of 10,000 profiles, hard names': {
    path: '/changes?tab=drift',
    ready: 'More than 10,000 profiles',
    answers: [
      answer(ProfileDriftService.method.listProfileDrift, {
        profiles: Array.from({ length: 10_000 }, (_, place) => ({
          accessProfileId: `p${place}`,
          displayName: nameAt(place, 'Accountants'),
          peopleCount: 100_000,
          entitlementCount: 12,
          ...(place % 2 === 0 && {
            lackingMemberCount: 4_000,
            outsideHolderCount: 30_000,
            additionsOfMost: 40,
            additionsOfHalf: 20,
            removalCount: 3,
          }),
          ruleMatchesNobody: place % 5 === 3,
          rulePaused: place % 5 === 4,
        })),
        nextPageToken: 'more',
      }),
    ],
  },
  'drift without profiles': {
    path: '/changes?tab=drift',
    ready: 'There is no access profile yet',
    answers: [answer(ProfileDriftService.method.listProfileDrift, {})],
  },
  'drift that cannot be read': {
    path: '/changes?tab=drift',
    ready: 'Try again',
    answers: [answer(ProfileDriftService.method.listProfileDrift, unavailable)],
  },
  'health before the first measure': {
    path: '/changes?tab=health',
    ready: 'Nothing is measured yet',
    answers: [answer(ChangeService.method.listRoleHealth, {})],
    rights: ['read'],
  },
  'health of the people whom a bounded reader sees': {
    path: '/changes?tab=health',
    ready: 'You see some people only',
    isBounded: true,
    answers: [answer(ChangeService.method.listRoleHealth, { points: points.slice(0, 1) })],
  },
}
