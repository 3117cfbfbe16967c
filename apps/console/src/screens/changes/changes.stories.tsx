import { ChangeService, HealthMeasure } from '@assay/contracts/assay/change/v1/change_service_pb'
import { answer } from '../../stories/answers.ts'
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
  'health before the first measure': {
    path: '/changes?tab=health',
    ready: 'Nothing is measured yet',
    answers: [answer(ChangeService.method.listRoleHealth, {})],
    rights: ['read'],
  },
}
