import { RoleModelService, RoleModel_State as State } from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { answer } from '../../stories/answers.ts'
import { nameAt } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

const path = '/role-models/m1'
const shown = (roles: number, otherRoleCount = 0) => [
  answer(RoleModelService.method.getRoleModel, {
    id: 'm1',
    state: State.COMPLETED,
    createTime: timestampFromDate(new Date('2026-11-03T10:42:00Z')),
    figures: { roles: roles + otherRoleCount, memberships: 400_000n, grants: BigInt(roles) * 1_000n },
  }),
  answer(RoleModelService.method.getRoleModelOutline, {
    roles: Array.from({ length: roles }, (_, place) => ({
      number: place + 1,
      displayName: nameAt(place, 'Role'),
      identityCount: 100_000 - place,
      entitlementCount: place + 1,
    })),
    otherRoleCount,
  }),
]

export const stories: Stories = {
  'many roles, hard names': { path, ready: '10,000 roles give all', answers: shown(1_000, 9_000) },
  'no role': { path, ready: '0 roles give all 0 grants', answers: shown(0) },
}
