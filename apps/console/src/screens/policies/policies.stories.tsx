import { PolicyService } from '@assay/contracts/assay/policy/v1/policy_service_pb'
import { answer } from '../../stories/answers.ts'
import { nameAt } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

export const stories: Stories = {
  none: {
    path: '/settings/policies',
    ready: 'There is no policy',
    answers: [answer(PolicyService.method.listPolicies, {})],
  },
  'a page of them, hard names': {
    path: '/settings/policies',
    ready: '100 policies',
    answers: [
      answer(PolicyService.method.listPolicies, {
        policies: Array.from({ length: 100 }, (_, place) => ({
          id: `${place}`,
          displayName: nameAt(place, 'Protected access'),
          disabled: place % 3 === 0,
          rule: { case: 'protectedAccess' as const, value: { privileged: true } },
        })),
        nextPageToken: 'more',
      }),
      answer(PolicyService.method.listBreaches, {}),
    ],
  },
}
