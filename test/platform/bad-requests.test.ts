import { ImportService } from '@assay/contracts/assay/directory/v1/import_service_pb'
import { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { Code, ConnectError, createClient } from '@connectrpc/connect'
import { createConnectTransport } from '@connectrpc/connect-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { invalidRequests } from './cases/invalid-requests.ts'
import { refusedCalls } from './cases/refused-calls.ts'
import { refusedRequests } from './cases/refused-requests.ts'
import { fingerprint } from './fingerprint.ts'
import { type FurnishedPlatform, startFurnishedPlatform } from './furnished.ts'
import { bearer, grpc, joinTestPlatform, rest } from './platform.ts'

let platform: FurnishedPlatform
let before: Awaited<ReturnType<typeof fingerprint>>

beforeAll(async () => {
  platform = await startFurnishedPlatform(joinTestPlatform)
  before = await fingerprint(platform.db, platform.tenants)
})
afterAll(() => platform?.stop())

test.each(invalidRequests)(
  '%s is INVALID_ARGUMENT, names the input, and changes nothing',
  async (_, call, body, field, words) => {
    const { status, json, headers } = await send(call, body)
    expect(json).toMatchObject({ code: Code.InvalidArgument })
    expect(status).toBe(400)
    expect(headers.get('content-type')).toBe('application/json')
    const violations = violationsOf(json)
    expect(violations[0]!.field).toBe(field)
    expect(violations[0]!.description).toMatch(words)
    expect(json.message).toBe(`${field}: ${violations[0]!.description}`)
    expect(Object.keys(json)).toEqual(['code', 'message', 'details'])
    expect(await fingerprint(platform.db, platform.tenants)).toEqual(before)
  },
)

test.each(refusedRequests)(
  '%s is answered with its reason, and changes nothing',
  async (_, call, body, status, code, words) => {
    const answer = await send(call, body)
    expect(answer.json).toMatchObject({ code, message: expect.stringMatching(words), details: expect.any(Array) })
    expect(answer.status).toBe(status)
    expect(await fingerprint(platform.db, platform.tenants)).toEqual(before)
  },
)

test('a body of another type than JSON is refused with the accepted types', async () => {
  const answer = await fetch(new URL('/api/v1/role-mining/config', platform.baseUrl), {
    method: 'POST',
    headers: { authorization: `Bearer ${platform.admin}`, 'content-type': 'text/xml' },
    body: '<config/>',
  })
  expect(answer.status).toBe(415)
  expect(await answer.json()).toMatchObject({
    code: Code.InvalidArgument,
    message: expect.stringContaining('application/json'),
  })
})

test('a page token of another list or of other parameters is refused', async () => {
  const page = await rest(platform.baseUrl, platform.admin, 'GET /api/v1/role-mining/suggestions?page_size=1')
  const token = page.json.nextPageToken as string
  expect(token).not.toBe('')
  const next = (call: string) => send(`${call}page_token=${token}`, undefined)
  expect((await next('GET /api/v1/role-mining/suggestions?page_size=5&')).status).toBe(200)
  for (const call of [
    'GET /api/v1/role-mining/suggestions?states=SUGGESTION_STATE_NEW&',
    'GET /api/v1/role-mining/runs?',
    'GET /directory/v1/imports?',
  ]) {
    const { status, json } = await next(call)
    expect([status, violationsOf(json)[0]!.field], call).toEqual([400, 'page_token'])
  }
})

test.each(refusedCalls)(
  'over gRPC and Connect %s has the same code and words, and changes nothing',
  async (_, call, code, words) => {
    const { baseUrl, admin, ids } = platform
    for (const transport of [
      grpc(baseUrl, admin),
      createConnectTransport({ baseUrl, httpVersion: '1.1', interceptors: [bearer(admin)] }),
    ]) {
      const clients = {
        mining: createClient(RoleMiningManagementService, transport),
        profiles: createClient(ProfileService, transport),
        imports: createClient(ImportService, transport),
      }
      const error = await call(clients, ids).catch((reason: unknown) => reason)
      if (!(error instanceof ConnectError)) throw new Error('the call was not refused', { cause: error })
      expect(error).toMatchObject({ code, rawMessage: expect.stringMatching(words) })
    }
    expect(await fingerprint(platform.db, platform.tenants)).toEqual(before)
  },
)

/** Sends a call after replacing the names in braces by ids of the platform. */
function send(call: string, body: unknown) {
  const filled = (text: string) =>
    text.replace(/\{(\w+)\}/g, (_, name: keyof typeof platform.ids) => platform.ids[name])
  const bytes = Buffer.isBuffer(body) || typeof body === 'string' ? body : body && filled(JSON.stringify(body))
  return rest(platform.baseUrl, platform.admin, filled(call), bytes)
}

function violationsOf(json: Record<string, unknown>) {
  const [detail] = json.details as { '@type': string; fieldViolations: { field: string; description: string }[] }[]
  expect(detail!['@type']).toBe('type.googleapis.com/google.rpc.BadRequest')
  return detail!.fieldViolations
}
