import type { Principal } from '@assay/auth'
import { ImportService } from '@assay/contracts/assay/directory/v1/import_service_pb'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { roleMiningService } from './c1/role-mining-service.ts'
import { importService } from './directory/import-service.ts'
import { failureOf, startTestService, type TestService } from './testing-service.ts'

let running: TestService
let tenantId: number
beforeAll(async () => {
  running = await startTestService((router, service) => {
    router.service(RoleMiningManagementService, roleMiningService(service))
    router.service(ImportService, importService(service))
  })
  tenantId = await running.database.tenantId()
})
afterAll(() => running?.stop())

test.each<[string, Partial<Principal>, RegExp]>([
  ['only the scope to read', { scopes: ['iai:access-modeling:read'] }, /^PermissionDenied: .* the scope sp:scopes:all/],
  ['only the scope to manage', { scopes: ['iai:access-modeling:manage'] }, /^PermissionDenied: .* sp:scopes:all/],
  ['only the default scope', { scopes: ['sp:scopes:default'] }, /^PermissionDenied: .* the scope sp:scopes:all/],
  ['a role without the right', { role: 'auditor', scopes: ['sp:scopes:all'] }, /^PermissionDenied: .* the right "/],
])('a service refuses a SailPoint client with %s, whatever the gateway let through', async (_, caller, refusal) => {
  const as = { dialect: 'sailpoint', ...caller } as const
  const imports = running.client(ImportService, tenantId, 'admin', as)
  const mining = running.client(RoleMiningManagementService, tenantId, 'admin', as)
  expect(await failureOf(imports.createImport({}))).toMatch(refusal)
  expect(await failureOf(mining.updateRoleMiningConfig({}))).toMatch(refusal)
  const whole = running.client(ImportService, tenantId, 'auditor', { dialect: 'sailpoint' })
  expect((await whole.listImports({})).imports).toEqual([])
})
