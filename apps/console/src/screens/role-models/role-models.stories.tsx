import { RoleModelService, RoleModel_State as State } from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { answer } from '../../stories/answers.ts'
import { hardNames } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

const createTime = timestampFromDate(new Date('2026-11-03T10:42:00Z'))

export const stories: Stories = {
  none: {
    path: '/role-models',
    ready: 'There is no role model.',
    answers: [answer(RoleModelService.method.listRoleModels, {})],
  },
  'a page of them, some failed': {
    path: '/role-models',
    ready: '50 role models.',
    answers: [
      answer(RoleModelService.method.listRoleModels, {
        roleModels: Array.from({ length: 50 }, (_, place) => ({
          id: `${place}`,
          createTime,
          ...(place % 2 === 0
            ? {
                state: State.COMPLETED,
                figures: { roles: 10_000 - place, grants: 10_000_000n, missing: 7n, added: 3n },
              }
            : { state: State.FAILED, errorMessage: hardNames[place % hardNames.length] ?? '' }),
        })),
        nextPageToken: 'more',
      }),
    ],
  },
}
