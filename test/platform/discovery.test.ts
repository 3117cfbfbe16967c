import { RoleMiningService } from '@assay/contracts/sailpoint/iai/rolemining/v1/role_mining_service_pb'
import { RoleMiningSessionStatus_State as State } from '@assay/contracts/sailpoint/iai/rolemining/v1/session_pb'
import { generateOrganisation } from '@assay/sample-org'
import { createClient } from '@connectrpc/connect'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { settled } from './furnished.ts'
import { grpc, importFiles, joinTestPlatform, type TestPlatform } from './platform.ts'
import { filesOf } from './sample.ts'

let platform: TestPlatform
beforeAll(async () => {
  platform = await joinTestPlatform()
})
afterAll(() => platform?.stop())

test('an import makes a session with potential roles, and the next import makes no second session', async () => {
  const token = await platform.token('admin')
  const sailpoint = createClient(RoleMiningService, grpc(platform.baseUrl, token))
  expect((await sailpoint.getRoleMiningSessions({})).sessions).toEqual([])
  await importFiles(platform.baseUrl, token, filesOf(generateOrganisation({ seed: 1, identityCount: 400 })))
  await settled(platform)
  const [session] = (await sailpoint.getRoleMiningSessions({})).sessions
  expect(session).toMatchObject({
    name: 'Auto-Discovered Roles',
    scopingMethod: 'AUTO_RM',
    status: { state: State.POTENTIAL_ROLES_CREATED },
  })
  expect(session!.createdBy).toBeUndefined()
  expect(session!.potentialRoleCount).toBeGreaterThan(0)
  const { potentialRoles } = await sailpoint.getAllPotentialRoleSummaries({})
  expect(potentialRoles).toHaveLength(session!.potentialRoleCount)

  await importFiles(platform.baseUrl, token, filesOf(generateOrganisation({ seed: 1, identityCount: 350 })))
  await settled(platform)
  const after = (await sailpoint.getRoleMiningSessions({})).sessions
  expect(after.map(({ id }) => id)).toEqual([session!.id])
  expect(after[0]!.identityCount).toBeLessThan(session!.identityCount)
})
