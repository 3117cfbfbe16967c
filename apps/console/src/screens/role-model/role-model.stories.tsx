import { RoleModelChange_Kind as Kind } from '@assay/contracts/assay/rolemodel/v1/role_model_change_pb'
import { RoleModelService, RoleModel_State as State } from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { answer, unavailable } from '../../stories/answers.ts'
import { hardNames, nameAt } from '../../stories/hard-texts.ts'
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

const kinds = [Kind.MADE, Kind.CHANGED, Kind.DROPPED]
const revised = (state: { readonly follows: boolean; readonly errorMessage: string }) =>
  answer(RoleModelService.method.getRoleModel, {
    id: 'm1',
    state: State.COMPLETED,
    figures: { roles: 10_000, memberships: 400_000n, grants: 9_800_000n },
    revision: 3,
    lastRevision: { joiners: 1_200, movers: 1, leavers: 40, newEntitlements: 1, rolesMade: 1, rolesChanged: 9_000 },
    ...state,
  })

export const stories: Stories = {
  'many roles, hard names': { path, ready: '10,000 roles give all', answers: shown(1_000, 9_000) },
  'brought to newer data, 10,000 changes, hard names': {
    path: `${path}?tab=revisions`,
    ready: 'More than 10,000 roles',
    answers: [
      revised({ follows: true, errorMessage: '' }),
      answer(RoleModelService.method.listRoleModelChanges, {
        revision: 3,
        changes: Array.from({ length: 10_000 }, (_, place) => ({
          number: place + 1,
          kind: kinds[place % 3] ?? Kind.MADE,
          reason: `${place} people got it, because of 3 movers, such as ${nameAt(place, 'Ada')}.`,
          gained: [0, 1, 2].map((at) => ({
            applicationId: 'app',
            entitlementId: `e${at}`,
            displayName: nameAt(at, 'A'),
          })),
          gainedCount: 1_200,
          lostCount: place % 2,
          lost: [{ applicationId: 'app', entitlementId: '' }],
        })),
        nextPageToken: 'more',
      }),
    ],
  },
  'newer data were refused, and nobody may ask again': {
    path: `${path}?tab=revisions`,
    ready: 'The roles stay as they were',
    rights: ['read'],
    answers: [
      revised({ follows: false, errorMessage: hardNames[3] }),
      answer(RoleModelService.method.listRoleModelChanges, unavailable),
    ],
  },
  'the curve of a model that was brought to newer data': {
    path: `${path}?tab=curve`,
    ready: 'The curve was of the earlier data',
    answers: [
      answer(RoleModelService.method.getRoleModel, {
        id: 'm1',
        state: State.COMPLETED,
        figures: { roles: 3 },
        settings: { includeFronts: true },
        revision: 1,
      }),
    ],
  },
  'it cannot be brought to newer data': {
    path: `${path}?tab=revisions`,
    ready: 'Only a model that gives exactly',
    answers: [
      answer(RoleModelService.method.getRoleModel, {
        id: 'm1',
        state: State.COMPLETED,
        figures: { roles: 3, missing: 4n },
      }),
    ],
  },
  'no role': { path, ready: '0 roles give all 0 grants', answers: shown(0) },
}
