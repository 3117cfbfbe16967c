import { generateKeyPairSync } from 'node:crypto'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { Code, createClient } from '@connectrpc/connect'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fingerprint } from './fingerprint.ts'
import { forged, signingKey } from './forged-tokens.ts'
import { type FurnishedPlatform, startFurnishedPlatform } from './furnished.ts'
import { grpc, joinTestPlatform, rest } from './platform.ts'

const roles = ['role-miner', 'reviewer', 'auditor'] as const
type LesserRole = (typeof roles)[number]

let platform: FurnishedPlatform
let stranger: string
const tokens = {} as Record<LesserRole, string>
let before: Awaited<ReturnType<typeof fingerprint>>

beforeAll(async () => {
  platform = await startFurnishedPlatform(joinTestPlatform)
  stranger = await platform.token('admin', 'elsewhere')
  for (const role of roles) tokens[role] = await platform.token(role)
  before = await fingerprint(platform.db, platform.tenants)
})
afterAll(() => platform?.stop())

const filled = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: keyof typeof platform.ids) => platform.ids[name])
const send = (token: string | undefined, call: string, body?: unknown) =>
  rest(platform.baseUrl, token, filled(call), body)

// test/access tests who may make which call through every protocol. The tests here are about the content of a refusal.

/** Calls without a valid token: the reason in the response, and the function that makes the header. */
const unauthenticated: readonly (readonly [
  token: string,
  reason: string,
  words: RegExp,
  make: () => Promise<string>,
])[] = [
  ['a broken token', 'TOKEN_INVALID', /not valid/, async () => `${platform.admin.slice(0, -8)}AAAAAAAA`],
  ['text that is no token', 'TOKEN_INVALID', /not valid/, async () => 'open-sesame'],
  [
    'an expired token',
    'TOKEN_EXPIRED',
    /has expired; get a new one/,
    async () => forged(platform.admin, await signingKey(platform.db), { exp: 1_700_000_000 }),
  ],
  [
    'a token of somebody else',
    'TOKEN_FOREIGN',
    /not issued here/,
    async () => forged(platform.admin, theirKey, {}, 'their-key'),
  ],
  [
    'a token of somebody else under our name',
    'TOKEN_INVALID',
    /not valid/,
    async () => forged(platform.admin, theirKey, {}),
  ],
  ['a token without a signature', 'TOKEN_INVALID', /not valid/, async () => forged(platform.admin, undefined, {})],
  [
    'a token for another tenant than its client’s',
    'CLIENT_REVOKED',
    /no longer exists/,
    async () => forged(platform.admin, await signingKey(platform.db), { tid: 9999 }),
  ],
]

test.each(unauthenticated)('%s is 401 and UNAUTHENTICATED, and changes nothing', async (_, reason, words, make) => {
  const token = await make()
  const { status, json, headers } = await send(token, 'POST /api/v1/role-mining/trigger', {})
  expect(json).toMatchObject({
    code: Code.Unauthenticated,
    message: expect.stringMatching(words),
    details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason }],
  })
  expect(status).toBe(401)
  expect(headers.get('www-authenticate')).toBe('Bearer realm="assay"')
  const mining = createClient(RoleMiningManagementService, grpc(platform.baseUrl, token))
  await expect(mining.triggerAnalysis({})).rejects.toMatchObject({ code: Code.Unauthenticated })
  expect(await fingerprint(platform.db, platform.tenants)).toEqual(before)
})

/** Every call that names an object, and the word for the object in the error. */
const naming: readonly (readonly [call: string, noun: string, body?: unknown])[] = [
  ['GET /api/v1/role-mining/suggestions/{suggestion}', 'suggestion "{suggestion}"'],
  [
    'POST /api/v1/role-mining/suggestions/{suggestion}/state',
    'suggestion "{suggestion}"',
    { state: 'SUGGESTION_STATE_NEW' },
  ],
  ['GET /profiles/v1/accessProfiles/{profile}', 'access profile "{profile}"'],
  ['GET /profiles/v1/accessProfiles/{profile}/entitlements', 'access profile "{profile}"'],
  ['GET /profiles/v1/accessProfiles/{profile}/members', 'access profile "{profile}"'],
  ['GET /profiles/v1/pendingTasks?access_profile_id={profile}', 'access profile "{profile}"'],
  ['DELETE /profiles/v1/accessProfiles/{profile}', 'access profile "{profile}"'],
  ['POST /profiles/v1/pendingTasks/{task}:resolve', 'task "{task}"', { decision: 'DECISION_APPROVE' }],
  ['GET /directory/v1/imports/{import}', 'import "{import}"'],
  ['POST /directory/v1/imports/{import}/files/grants.csv', 'import "{import}"', 'x'],
  ['POST /directory/v1/imports/{import}:commit', 'import "{import}"', {}],
  ['POST /directory/v1/imports/{import}:abort', 'import "{import}"', {}],
  ['GET /directory/v1/identities/{identity}', 'identity "{identity}"'],
  ['GET /directory/v1/identities/{identity}/grants', 'identity "{identity}"'],
  [
    'GET /directory/v1/entitlements/{entitlement}?application_id={application}',
    'entitlement "{application}/{entitlement}"',
  ],
  ['GET /directory/v1/applications/{application}/entitlements', 'application "{application}"'],
]

test.each(naming.map(([call, noun, body]) => [call, noun, body] as const))(
  'for another tenant %s does not exist',
  async (call, noun, body) => {
    const { status, json } = await send(stranger, call, body)
    expect(json).toMatchObject({
      code: Code.NotFound,
      message: expect.stringContaining(`${filled(noun)} does not exist`),
    })
    expect([status, Object.keys(json)]).toEqual([404, ['code', 'message', 'details']])
    expect(await fingerprint(platform.db, platform.tenants)).toEqual(before)
  },
)

const lists: readonly (readonly [call: string, list: string])[] = [
  ['GET /api/v1/role-mining/suggestions', 'list'],
  ['GET /api/v1/role-mining/runs', 'list'],
  ['GET /profiles/v1/accessProfiles', 'accessProfiles'],
  ['GET /profiles/v1/pendingTasks', 'pendingTasks'],
  ['GET /directory/v1/imports', 'imports'],
  ['GET /directory/v1/identities', 'identities'],
  ['GET /directory/v1/applications', 'applications'],
  ['GET /directory/v1/entitlements', 'entitlements'],
]

test.each(lists)('for another tenant %s is empty, and every role of this one may read it', async (call, list) => {
  const { json } = await send(stranger, call)
  expect([json[list], json.nextPageToken]).toEqual([[], ''])
  for (const role of roles) {
    const answer = await send(tokens[role], call)
    expect([role, answer.status]).toEqual([role, 200])
    expect((answer.json[list] as unknown[]).length).toBeGreaterThan(0)
  }
})

test('an access profile cannot name access of another tenant, and a page token of another tenant is refused', async () => {
  const entitlements = [{ appId: platform.ids.application, entitlementId: platform.ids.entitlement }]
  const made = await send(stranger, 'POST /api/v1/role-mining/access-profiles', { displayName: 'x', entitlements })
  expect(made.json).toMatchObject({
    code: Code.InvalidArgument,
    message: expect.stringContaining('has no entitlement'),
  })
  const accepted = { displayName: 'x', suggestionId: platform.ids.suggestion }
  expect((await send(stranger, 'POST /api/v1/role-mining/access-profiles', accepted)).status).toBe(404)
  const { nextPageToken } = (await send(platform.admin, 'GET /profiles/v1/accessProfiles?page_size=1')).json
  expect(nextPageToken).not.toBe('')
  const page = await send(stranger, `GET /profiles/v1/accessProfiles?page_size=1&page_token=${nextPageToken}`)
  expect(page.json).toMatchObject({ code: Code.InvalidArgument, message: expect.stringMatching(/^page_token: /) })
  expect(await fingerprint(platform.db, platform.tenants)).toEqual(before)
})

const theirKey = generateKeyPairSync('ed25519').privateKey
