import { ImportService } from '@assay/contracts/assay/directory/v1/import_service_pb'
import { SessionReadinessService } from '@assay/contracts/assay/session/v1/session_readiness_service_pb'
import { generateOrganisation } from '@assay/sample-org'
import { Code, type ConnectError, createClient } from '@connectrpc/connect'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { grpc, importFiles, rest, startTestPlatform, type TestPlatform } from './platform.ts'
import { filesOf } from './sample.ts'

// The whole platform, where Connect's own transports and handlers make every call between its processes. When these tests and the
// other tests have different results, the faster transports and handlers of libs/rpc have a fault.
let platform: TestPlatform
let token: string

beforeAll(async () => {
  vi.stubEnv('ASSAY_PLAIN_CONNECT', 'true')
  platform = await startTestPlatform()
  token = await platform.token('admin')
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await platform?.stop()
})

test('files are uploaded in streams, and REST returns suggestions from them', async () => {
  await importFiles(platform.baseUrl, token, filesOf(generateOrganisation({ seed: 2, identityCount: 300 })))
  const list = async () => (await rest(platform.baseUrl, token, 'GET /api/v1/role-mining/suggestions?page_size=3')).json
  await vi.waitFor(async () => expect(await list()).toHaveProperty('list.length', 3), { timeout: 300_000 })
})

test('one call goes from the gateway over the session service to the mining service', async () => {
  const { ready, identityCount } = await createClient(
    SessionReadinessService,
    grpc(platform.baseUrl, token),
  ).getSessionReadiness({})
  expect([ready, identityCount]).toEqual([true, 300])
})

test('a refusal of a service keeps its code and its message', async () => {
  const imports = createClient(ImportService, grpc(platform.baseUrl, token))
  const refusal = await imports.getImport({ importId: 'none' }).catch((error: ConnectError) => error)
  expect(refusal).toMatchObject({ code: Code.NotFound, rawMessage: expect.stringContaining('none') })
  const { status } = await rest(platform.baseUrl, token, 'GET /api/v1/role-mining/suggestions/none')
  expect(status).toBe(404)
})
