import { RoleModelRevisionSchema } from '@assay/contracts/assay/rolemodel/v1/role_model_change_pb'
import { RoleModelSchema } from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { canBeRevised, revisionSentence, texts } from './texts.ts'

const exact = { figures: { roles: 3, missing: 0n, added: 0n } }

test.each<[string, MessageInitShape<typeof RoleModelSchema>, boolean]>([
  ['exact', exact, true],
  ['without figures', {}, false],
  ['misses grants', { figures: { missing: 1n } }, false],
  ['adds grants', { figures: { added: 1n } }, false],
  ['has a limit', { ...exact, settings: { maxEntitlementsPerRole: 12 } }, false],
  ['may add grants', { ...exact, settings: { overGrantBudget: 5 } }, false],
  ['has forbidden pairs', { ...exact, settings: { forbiddenPairCount: 1 } }, false],
  ['keeps roles', { ...exact, settings: { keptRoleCount: 1 } }, false],
])('newer data can change a model: %s', (_, model, may) => {
  expect(canBeRevised(create(RoleModelSchema, model))).toBe(may)
})

test('a revision is described by its people, its new entitlements and its roles', () => {
  const revision = create(RoleModelRevisionSchema, {
    joiners: 1_200,
    movers: 2,
    newEntitlements: 1,
    rolesMade: 1,
    rolesChanged: 3,
  })
  expect(revisionSentence(revision, 'Nov 3')).toBe(
    'Brought to the data of Nov 3: 1,200 joined, 2 moved, 0 left, 1 entitlement is new; 1 role made, 3 changed, 0 dropped.',
  )
})

test('of many entitlements the first three are named', () => {
  expect(texts.gained(['A', 'B', 'C', 'D'], 120)).toBe('also gives A, B, C and 117 more')
  expect(texts.lost(['A'], 1)).toBe('no longer gives A')
})
