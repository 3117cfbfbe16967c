import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Principal, type Role, roles } from '@assay/auth'
import { Auth } from '@assay/contracts/c1/api/auth/v1/auth_pb'
import { principalKey } from '@assay/server'
import { createTranscoder } from '@assay/transcoding'
import { createContextValues } from '@connectrpc/connect'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { failureOf, startTestService, type TestService } from '../testing-service.ts'
import { authService } from './auth-service.ts'

let running: TestService
let tenantId: number
beforeAll(async () => {
  running = await startTestService((router) => router.service(Auth, authService()))
  tenantId = await running.database.tenantId()
})
afterAll(() => running?.stop())

const ask = (role: Role | 'nobody') => running.client(Auth, tenantId, role).introspect({})
const call = (name: string) => `permission/c1.api.role_mining_management.v1.RoleMiningManagementService.${name}`

test('a caller learns whom it acts for, and by which client', async () => {
  expect(await ask('auditor')).toMatchObject({ principleId: 'swift-otter-12345@127.0.0.1/spc', userId: 'e-1' })
})

test.each([
  ['admin', 'owner'],
  ['role-miner', 'role-miner'],
  ['reviewer', 'reviewer'],
  ['auditor', 'viewer'],
] as const)('the role %s is told as %s of role mining', async (role, told) => {
  expect((await ask(role)).roles).toEqual([
    'role/c1.api.auth.v1.Auth:reflection',
    `role/c1.api.role_mining_management.v1.RoleMiningManagementService:${told}`,
  ])
})

test('every role may read and ask who it is; mining and deciding are for those whose role says so', async () => {
  const told = await Promise.all(roles.map(async (role) => [role, new Set((await ask(role)).permissions)] as const))
  const allowed = Object.fromEntries(told)
  const rolesWith = (permission: string) => roles.filter((role) => allowed[role]!.has(permission))
  expect(rolesWith('permission/c1.api.auth.v1.Auth.Introspect')).toEqual(roles)
  for (const read of ['ListSuggestions', 'GetLatestRun', 'GetRoleMiningConfig', 'SearchCohortUsers'])
    expect(rolesWith(call(read)), read).toEqual(roles)
  for (const mine of ['TriggerAnalysis', 'TriggerCustomAnalysis', 'UpdateRoleMiningConfig'])
    expect(rolesWith(call(mine)), mine).toEqual(['admin', 'role-miner'])
  for (const decide of ['UpdateSuggestionState', 'CreateAccessProfileFromCohort'])
    expect(rolesWith(call(decide)), decide).toEqual(['admin', 'role-miner', 'reviewer'])
})

test('permissions name calls of this API alone, each once', async () => {
  const { permissions } = await ask('admin')
  expect(permissions.filter((name) => !/^permission\/c1\.[\w.]+\.[A-Z]\w+$/.test(name))).toEqual([])
  expect(new Set(permissions).size).toBe(permissions.length)
})

test('the features of role mining are there for every tenant', async () => {
  expect((await ask('auditor')).features).toEqual(['ROLE_MINING', 'AGENTIC_ROLE_MINING'])
})

test('without a token nothing is told', async () => {
  expect(await failureOf(ask('nobody'))).toMatch(/^Unauthenticated: /)
})

test('over REST it answers at the published path, with the published members', async () => {
  const caller: Principal = {
    tenantId,
    tenant: 'acme',
    clientId: 'keen-lynx-10000@acme.example/spc',
    identityId: 'e-7',
    displayName: 'Keen Lynx',
    dialect: 'c1',
    role: 'auditor',
  }
  const transcoder = createTranscoder({
    mounts: [{ handlers: (router) => router.service(Auth, authService()) }],
    contextValues: () => createContextValues().set(principalKey, caller),
    onError: (error) => {
      throw error
    },
  })
  const server = createServer((request, response) => void transcoder.handle(request, response))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  try {
    const { port } = server.address() as AddressInfo
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/auth/introspect`)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json'])
    const body = (await answer.json()) as Record<string, unknown>
    expect(Object.keys(body).toSorted()).toEqual([
      ...['features', 'permissions', 'principleId', 'roles', 'tenantId', 'userId'],
    ])
    expect(body).toMatchObject({ principleId: caller.clientId, userId: 'e-7', tenantId: 'acme' })
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
