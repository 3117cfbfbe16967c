import { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { answer } from '../../stories/answers.ts'
import { nameAt } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

export const stories: Stories = {
  'full, with hard names': {
    path: '/access-profiles',
    ready: '20 access profiles',
    answers: [
      answer(ProfileService.method.listAccessProfiles, {
        accessProfiles: Array.from({ length: 20 }, (_, place) => ({
          id: `${place}`,
          displayName: nameAt(place, 'Accountants'),
          memberCount: place * 4_321,
          entitlementCount: place,
          pendingTaskCount: place,
          celExpression: place % 3 === 0 ? '' : 'true',
          automationEnabled: place % 2 === 0,
        })),
      }),
    ],
  },
  none: {
    path: '/access-profiles',
    ready: 'There is no access profile yet',
    answers: [answer(ProfileService.method.listAccessProfiles, {})],
  },
}
