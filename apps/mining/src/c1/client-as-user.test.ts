import { userIdOfClient } from '@assay/auth'
import { Auth } from '@assay/contracts/c1/api/auth/v1/auth_pb'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestService, type TestService } from '../testing-service.ts'
import { authService } from './auth-service.ts'
import { roleMiningService } from './role-mining-service.ts'

const clientId = 'calm-otter-12345@assay.example.com:8443/spc'
const identityId = userIdOfClient(clientId)
let running: TestService
let tenantId: number

beforeAll(async () => {
  running = await startTestService((router, service) => {
    router.service(RoleMiningManagementService, roleMiningService(service))
    router.service(Auth, authService())
  })
  tenantId = await running.database.tenantId()
})
afterAll(() => running?.stop())

const mining = (caller: { clientId: string; identityId: string }) =>
  running.client(RoleMiningManagementService, tenantId, 'admin', caller)

/** Stores an analysis as an earlier version stored it: with the client id as its creator. */
async function storeAnalysis(createdBy: string, createdAt: string): Promise<void> {
  await running.database.owner.sql`
    insert into custom_analyses (tenant_id, id, status, created_by, cohort_filters, resource_scope, findings, created_at)
    values (${tenantId}, gen_random_uuid(), 'completed', ${createdBy}, '[]', '{}', '{}', ${createdAt})`
}

test('a client that acts for itself is the same user in introspection and in what it makes, rows of earlier versions included', async () => {
  await storeAnalysis(clientId, '2025-01-01')
  await storeAnalysis('e-1', '2025-01-02')
  const { userId } = await running.client(Auth, tenantId, 'admin', { clientId, identityId }).introspect({})
  const { result } = await mining({ clientId, identityId }).getLatestCustomAnalysisResult({})
  expect([userId, result?.createdByUserId]).toEqual([identityId, identityId])
  const { list } = await mining({ clientId, identityId }).listCustomAnalysisResults({})
  expect(list.map(({ createdByUserId }) => createdByUserId)).toEqual(['e-1', identityId])
})

test('a client that acts for an identity does not see what the client made for itself as its latest analysis', async () => {
  const { result } = await mining({ clientId, identityId: 'e-2' }).getLatestCustomAnalysisResult({})
  expect(result).toBeUndefined()
})
