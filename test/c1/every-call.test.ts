import { roles } from '@assay/auth'
import {
  create,
  type DescMethodUnary,
  fromJson,
  type JsonObject,
  type JsonValue,
  type Message,
  toJson,
} from '@bufbuild/protobuf'
import { Code, ConnectError, type Transport } from '@connectrpc/connect'
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { observeTests } from '../compatibility/observe.ts'
import { fingerprint } from '../platform/fingerprint.ts'
import { settled } from '../platform/furnished.ts'
import { bearer } from '../platform/platform.ts'
import { type Call, calls, type Ids } from './calls.ts'
import { type C1Platform, type Caller, startC1Platform } from './furnished.ts'
import { observe, tryCall } from './http.ts'

// Each of the 19 calls over each protocol and for each caller.

observeTests()
let platform: C1Platform
beforeAll(async () => {
  platform = await startC1Platform()
})
afterAll(() => platform?.stop())

type Way = (baseUrl: string, token: string | undefined) => Transport
const options = (baseUrl: string, token: string | undefined) => ({
  baseUrl,
  interceptors: token === undefined ? [] : [bearer(token)],
})
const ways: Readonly<Record<string, Way>> = {
  'Connect, JSON': (...at) => createConnectTransport({ ...options(...at), httpVersion: '1.1', useBinaryFormat: false }),
  'Connect, binary': (...at) => createConnectTransport({ ...options(...at), httpVersion: '1.1' }),
  gRPC: (...at) => createGrpcTransport(options(...at)),
  'gRPC-Web': (...at) => createGrpcWebTransport({ ...options(...at), httpVersion: '1.1' }),
}

async function through(transport: Transport, method: DescMethodUnary, request: JsonObject): Promise<Message> {
  const input = create(method.input, fromJson(method.input, request))
  return (await transport.unary(method, undefined, undefined, undefined, input)).message
}

const byName = calls.map((call) => [call.name, call] as const)
const rightsOf: Readonly<Record<(typeof roles)[number], readonly Call['right'][]>> = {
  admin: ['read', 'mine', 'decide'],
  'role-miner': ['read', 'mine', 'decide'],
  reviewer: ['read', 'decide'],
  auditor: ['read'],
  agent: ['read'],
}

test.each(byName)('%s gives the same response over REST, Connect, gRPC and gRPC-Web', async (_, call) => {
  const { baseUrl, tokens, ids } = platform
  const request = call.request(ids)
  const rest = await tryCall(baseUrl, tokens.admin, call, request)
  expect(rest.status, rest.text).toBe(200)
  observe(call, request, rest.json)
  if (call.right === 'mine') await settled(platform)
  const expected = comparable(call, rest.json)
  for (const [name, way] of Object.entries(ways)) {
    const answer = await through(way(baseUrl, tokens.admin), call.method, request)
    expect(comparable(call, toJson(call.method.output, answer)), name).toEqual(expected)
    if (call.right === 'mine') await settled(platform)
  }
})

test.each(byName)(
  '%s is refused without a token and without the right, over every protocol, and nothing changes',
  async (_, call) => {
    const { baseUrl, tokens, ids, db, tenants } = platform
    const request = call.request(ids)
    const refused = roles.filter((role) => !rightsOf[role].includes(call.right))
    expect(refused).toEqual(
      { read: [], mine: ['reviewer', 'auditor', 'agent'], decide: ['auditor', 'agent'] }[call.right],
    )
    const before = await fingerprint(db, tenants)
    for (const role of [undefined, ...refused]) {
      const [status, code] = role === undefined ? [401, Code.Unauthenticated] : [403, Code.PermissionDenied]
      const token = role && tokens[role]
      const rest = await tryCall(baseUrl, token, call, request)
      expect([role, rest.status, rest.json.code]).toEqual([role, status, code])
      for (const [name, way] of Object.entries(ways)) {
        const error = await through(way(baseUrl, token), call.method, request).catch(ConnectError.from)
        expect(error, name).toMatchObject({ code, rawMessage: rest.json.message })
      }
    }
    expect(await fingerprint(db, tenants)).toEqual(before)
  },
)

test.each(byName)('%s is allowed to every role that has the right', async (_, call) => {
  const { baseUrl, tokens, ids } = platform
  for (const role of roles.filter((one) => rightsOf[one].includes(call.right))) {
    const { status, text } = await tryCall(baseUrl, tokens[role], call, call.request(ids))
    expect(status, `${role}: ${text}`).toBe(200)
  }
  await settled(platform)
})

const withIds = byName.filter(([, call]) => namesOne(call))
test.each(withIds)('%s answers ids of another tenant in the same way as unknown ids', async (_, call) => {
  const { db, ids, tenants } = platform
  const made = '00000000-0000-8000-8000-000000000000'
  const unknown: Ids = { ...ids, suggestion: made, dismissed: made, accepted: made, profile: made, analysis: made }
  const before = await fingerprint(db, tenants)
  const foreign = await asStranger(call, call.request(ids))
  const nowhere = await asStranger(call, call.request(unknown))
  expect([400, 404]).toContain(foreign.status)
  expect(foreign.status).toBe(nowhere.status)
  const neutral = (text: string) => Object.values(ids).reduce((kept, id) => kept.replaceAll(id, '?'), text)
  expect(neutral(foreign.text)).toBe(neutral(nowhere.text.replaceAll(made, '?')))
  expect(await fingerprint(db, tenants)).toEqual(before)
})

test('another tenant reads no data of this one by calls without ids', async () => {
  const { ids, organisation } = platform
  const before = await fingerprint(platform.db, platform.tenants)
  const secrets = [...Object.values(ids), ...organisation.identities.slice(0, 20).map(({ id }) => id)]
  for (const call of calls.filter(({ right }) => right === 'read')) {
    const { text } = await asStranger(call, namesOne(call) ? {} : call.request(ids))
    for (const secret of secrets) expect(text, call.name).not.toContain(`"${secret}"`)
  }
  expect(await fingerprint(platform.db, platform.tenants)).toEqual(before)
})

// Members with an id, each with an id of the tenant `local`.
const foreign: [member: string, call: string, request: (ids: Ids) => JsonObject, status: number][] = [
  [
    'suggestionId',
    'CreateAccessProfileFromCohort',
    ({ suggestion }) => ({ displayName: 'x', suggestionId: suggestion }),
    404,
  ],
  [
    'entitlements',
    'CreateAccessProfileFromCohort',
    ({ application, entitlement }) => ({
      displayName: 'x',
      entitlements: [{ appId: application, entitlementId: entitlement }],
    }),
    400,
  ],
  [
    'accessScope',
    'CreateAccessProfileFromCohort',
    ({ application }) => ({ displayName: 'x', accessScope: { appId: application } }),
    400,
  ],
  ['accessScope', 'TriggerCustomAnalysis', ({ application }) => ({ accessScope: { appId: application } }), 400],
  [
    'resourceScope',
    'TriggerCustomAnalysis',
    ({ application }) => ({
      profileFilters: [{ attribute: 'department', values: ['x'] }],
      resourceScope: { appIds: [application] },
    }),
    400,
  ],
]
test.each(foreign)('%s of %s refuses an id of another tenant', async (_, name, request, status) => {
  const before = await fingerprint(platform.db, platform.tenants)
  const answer = await asStranger(calls.find((call) => call.name === name)!, request(platform.ids))
  expect([answer.status, answer.text]).toEqual([
    status,
    expect.stringMatching(/does not exist|no application|unknown application|has no entitlement/),
  ])
  expect(await fingerprint(platform.db, platform.tenants)).toEqual(before)
})

function asStranger(call: Call, request: JsonObject) {
  const caller: Caller = 'stranger'
  return tryCall(platform.baseUrl, platform.tokens[caller], call, request)
}

/** Whether the request has the id of one object. */
function namesOne({ method }: Call): boolean {
  return (
    method.input.fields.some(({ jsonName }) => ['id', 'suggestionId', 'analysisId', 'selection'].includes(jsonName)) &&
    method.name !== 'CreateAccessProfileFromCohort'
  )
}

/** The response as a client reads it, without members that differ in every call. */
function comparable({ method, fresh }: Call, json: JsonObject | JsonValue): JsonValue {
  const read = toJson(method.output, fromJson(method.output, json)) as JsonObject
  const kept = Object.entries(read).map(([name, value]) => [name, isFresh(name) ? typeof value : value] as const)
  function isFresh(name: string) {
    return name === 'nextPageToken' || fresh.includes(name)
  }
  return Object.fromEntries(kept)
}
