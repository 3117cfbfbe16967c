import { once } from 'node:events'
import http from 'node:http'
import { createAccessTokens, createApiClient, createInternalTokens } from '@assay/auth'
import { encryptionKey } from '@assay/auth/testing'
import { RoleMiningService } from '@assay/contracts/sailpoint/iai/rolemining/v1/role_mining_service_pb'
import { clientDialects, internalAccess, sailpoint } from '@assay/dialects'
import { DomainError, notFound } from '@assay/errors'
import { createCallGate, createLogger, errorInterceptor, type RunningServer, startServer } from '@assay/server'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { Code, type ConnectError, createClient, type Transport } from '@connectrpc/connect'
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfig } from './config.ts'
import { startGateway } from './server.ts'
import { testEnvironment } from './testing-gateway.ts'

const internalSecret = Buffer.alloc(32, 7).toString('hex')
const silent = createLogger('test', 'silent')
const logged: Record<string, unknown>[] = []
const logger = createLogger('test', 'info', {
  write: (line) => logged.push(JSON.parse(line) as Record<string, unknown>),
})

let db: TestDatabase
let sessions: RunningServer
let gateway: Awaited<ReturnType<typeof startGateway>>

beforeAll(async () => {
  db = await createTestDatabase()
  const tokens = createInternalTokens(Buffer.from(internalSecret, 'hex'))
  sessions = await startServer({
    name: 'iai-sessions',
    host: '127.0.0.1',
    port: 0,
    readiness: {},
    logger: silent,
    gate: createCallGate({ verify: (token) => tokens.verify(token, 'iai-sessions'), accessOf: internalAccess }),
    interceptors: [errorInterceptor()],
    routes: (router) =>
      router.service(RoleMiningService, {
        getRoleMiningSessions: () => ({ sessions: [] }),
        getRoleMiningSession: ({ sessionId }) => {
          if (sessionId === 'broken') throw new Error('password=hunter2')
          if (sessionId === 'faulty') throw new DomainError('invalid_argument', 'many faults', { violations })
          throw notFound('role mining session', sessionId)
        },
      }),
  })
  gateway = await start('0')
})
afterAll(async () => {
  await Promise.all([gateway?.stop(), sessions?.close()])
  await db?.drop()
})

/** Each character takes six bytes in JSON. */
const violations = Array.from({ length: 600 }, () => ({
  field: '\u0001'.repeat(200),
  description: '\u0001'.repeat(900),
}))

async function start(limit: string) {
  const environment = testEnvironment(db, { ASSAY_IAI_SESSIONS_URL: sessions.url, ASSAY_SAILPOINT_RATE_LIMIT: limit })
  return await startGateway(parseConfig(environment), logger)
}

async function freshToken(): Promise<string> {
  const tenantId = await db.tenantId()
  const named = { dialect: sailpoint.clients, role: 'admin', displayName: 'Test' } as const
  const { clientId, clientSecret } = await createApiClient(db.owner.sql, { tenantId, ...named })
  return (
    await createAccessTokens(db.database.sql, { dialects: clientDialects, encryptionKey }).issue(clientId, clientSecret)
  ).accessToken
}

interface Sent {
  readonly token: string
  readonly url?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

async function send(call: string, { token, url = gateway.url, headers = {}, body }: Sent) {
  const [method = 'GET', path = ''] = call.split(' ')
  const answer = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...headers },
    ...(body !== undefined && { body }),
  })
  return { status: answer.status, headers: answer.headers, json: (await answer.json()) as Record<string, unknown> }
}

const json = { 'content-type': 'application/json' }

test.each<[string, Partial<Sent>, number, string, string]>([
  ['POST /beta/role-mining-sessions', { headers: json, body: '{' }, 400, '400.1 Bad Request Content', 'JSON'],
  [
    'GET /beta/role-mining-sessions?limit=x',
    {},
    400,
    '400.1 Bad Request Content',
    'limit: must be a whole number from 0 to 250',
  ],
  ['GET /v2024/role-mining-sessions', {}, 400, '400.1 Bad Request Content', 'X-SailPoint-Experimental: true'],
  [
    'GET /v2025/role-mining-sessions',
    { headers: { 'x-sailpoint-experimental': 'false' } },
    400,
    '400.1 Bad Request Content',
    'X-SailPoint-Experimental: true',
  ],
  ['GET /role-mining-potential-roles/v1', {}, 400, '400.1 Bad Request Content', 'X-SailPoint-Experimental: true'],
  ['GET /beta/role-mining-sessions/nobody', {}, 404, '404 Not found', '"nobody" does not exist'],
  ['GET /beta/nothing', {}, 404, '404 Not found', 'path'],
  [
    'PATCH /beta/role-mining-sessions/s',
    { headers: json, body: '[{"op":"replace","path":"/pruneThreshold","value":1e400}]' },
    400,
    '400.1 Bad Request Content',
    '[0].value: is a number beyond those of JSON',
  ],
  ['GET /beta/role-mining-sessions/'.concat('x'.repeat(10_000)), {}, 404, '404 Not found', `"${'x'.repeat(200)}..."`],
  ['GET /v2026/nothing', {}, 404, '404 Not found', 'path'],
  ['DELETE /beta/role-mining-sessions', {}, 405, '405 Method Not Allowed', 'GET'],
  [
    'POST /beta/role-mining-sessions',
    { headers: json, body: `{"name":"${'x'.repeat(5_000_000)}"}` },
    413,
    '413 Payload Too Large',
    'bytes',
  ],
  [
    'POST /beta/role-mining-sessions',
    { headers: { 'content-type': 'text/csv' }, body: 'x' },
    415,
    '415 Unsupported Media Type',
    'it is "text/csv"',
  ],
  [
    'POST /beta/role-mining-sessions',
    { headers: json, body: '{"pruneThreshold":50.5}' },
    400,
    '400.1 Bad Request Content',
    'pruneThreshold: must be a whole number from 0 to 100',
  ],
  [
    'POST /beta/role-mining-sessions',
    { headers: json, body: '{"minNumIdentitiesInPotentialRole":"many"}' },
    400,
    '400.1 Bad Request Content',
    'minNumIdentitiesInPotentialRole: must be a whole number from 1',
  ],
  [
    'POST /beta/role-mining-sessions',
    { headers: json, body: '{"type":"BROAD"}' },
    400,
    '400.1 Bad Request Content',
    'type: must be one of SPECIALIZED, COMMON',
  ],
  [
    'POST /beta/role-mining-sessions/s/potential-roles/r/provision?min-entitlement-popularity=0.5',
    {},
    400,
    '400.1 Bad Request Content',
    'min-entitlement-popularity: must be a whole number from 0 to 100',
  ],
  ['GET /beta/role-mining-sessions/broken', {}, 500, '500.0 Internal Fault', 'An internal error occurred'],
])(
  '%s (row %#) is answered as ErrorResponseDto, and its tracking id is in the log',
  async (call, sent, status, detailCode, cause) => {
    const answer = await send(call, { token: await freshToken(), ...sent })
    expect([answer.status, answer.json]).toEqual([
      status,
      {
        detailCode,
        trackingId: expect.stringMatching(/^[0-9a-f]{32}$/),
        messages: [{ locale: 'en-US', localeOrigin: 'DEFAULT', text: expect.any(String) }],
        causes: [{ locale: 'en-US', localeOrigin: 'DEFAULT', text: expect.stringContaining(cause) }],
      },
    ])
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
    expect(JSON.stringify(answer.json)).not.toContain('hunter2')
    const lines = logged.filter(({ trackingId }) => trackingId === answer.json.trackingId)
    expect(lines).toMatchObject([{ status, requestId: answer.headers.get('x-request-id') }])
  },
)

test('who a caller is comes before what is missing', async () => {
  const answer = await send('GET /v2024/role-mining-sessions', { token: 'x.y.z' })
  expect([answer.status, answer.json]).toEqual([401, { error: expect.any(String) }])
})

test.each([
  '/v2024/role-mining-sessions',
  '//v2024/role-mining-sessions',
  '/%762024/role-mining-sessions',
  'http://example.com/v2024/role-mining-sessions',
  'http://example.com//v2024/role%2Dmining-sessions',
])(
  '%s is one path however it is spelled: the experimental header is asked for, and the call is counted',
  async (path) => {
    const gateway = await start('2')
    try {
      const token = await freshToken()
      const call = async (experimental: boolean) => {
        const headers = {
          authorization: `Bearer ${token}`,
          ...(experimental && { 'x-sailpoint-experimental': 'true' }),
        }
        const { port } = new URL(gateway.url)
        const [answer] = (await once(http.get({ host: '127.0.0.1', port, path, headers }), 'response')) as [
          http.IncomingMessage,
        ]
        answer.resume()
        return answer.statusCode
      }
      expect(await call(false)).toBe(400)
      expect([await call(true), await call(true), await call(true)]).toEqual([200, 200, 429])
    } finally {
      await gateway.stop()
    }
  },
)

test('unknown parameters are ignored, and zero rows are an empty array', async () => {
  const answer = await send('GET /beta/role-mining-sessions?unheard=of', { token: await freshToken() })
  expect([answer.status, answer.json]).toEqual([200, []])
})

test('a client beyond its limit is refused by every gateway, under each version by itself, and no other client is', async () => {
  const gateways = await Promise.all([start('3'), start('3')])
  const [first, second] = gateways
  try {
    const token = await freshToken()
    const list = 'GET /beta/role-mining-sessions'
    const statuses: number[] = []
    for (const { url } of [first, second, first, second, first])
      statuses.push((await send(list, { token, url })).status)
    expect(statuses).toEqual([200, 200, 200, 429, 429])
    const refused = await send(list, { token, url: second.url })
    expect([refused.status, refused.json]).toEqual([429, { message: ' Rate Limit Exceeded ' }])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(10)
    const experimental = { headers: { 'x-sailpoint-experimental': 'true' }, token, url: second.url }
    expect((await send('GET /v2024/role-mining-sessions', experimental)).status).toBe(200)
    expect((await send(list, { token: await freshToken(), url: first.url })).status).toBe(200)
  } finally {
    await Promise.all(gateways.map((each) => each.stop()))
  }
})

test.each<[string, (baseUrl: string) => Transport]>([
  ['Connect', (baseUrl) => createConnectTransport({ baseUrl, httpVersion: '1.1' })],
  ['gRPC', (baseUrl) => createGrpcTransport({ baseUrl })],
  ['gRPC-Web', (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: '1.1' })],
])('calls by %s are counted with those of the /v1 paths, and a refusal says when to go on', async (_, transportOf) => {
  const gateway = await start('3')
  try {
    const token = await freshToken()
    const headers = { authorization: `Bearer ${token}` }
    const sessions = createClient(RoleMiningService, transportOf(gateway.url))
    const experimental = { headers: { 'x-sailpoint-experimental': 'true' }, token, url: gateway.url }
    expect((await send('GET /role-mining-sessions/v1', experimental)).status).toBe(200)
    for (let call = 0; call < 2; call++) {
      expect((await sessions.getRoleMiningSessions({}, { headers })).sessions).toEqual([])
    }
    const refusal = await sessions.getRoleMiningSessions({}, { headers }).catch((error: unknown) => error)
    expect(refusal).toMatchObject({ code: Code.ResourceExhausted })
    const seconds = Number((refusal as ConnectError).metadata.get('retry-after'))
    expect(seconds).toBeGreaterThanOrEqual(1)
    expect(seconds).toBeLessThanOrEqual(10)
    expect((await send('GET /role-mining-sessions/v1', experimental)).status).toBe(429)
    const other = { authorization: `Bearer ${await freshToken()}` }
    expect((await sessions.getRoleMiningSessions({}, { headers: other })).sessions).toEqual([])
    // Authentication comes first, and calls without a caller are not counted.
    const stranger = await sessions.getRoleMiningSessions({}).catch((error: unknown) => error)
    expect(stranger).toMatchObject({ code: Code.Unauthenticated })
  } finally {
    await gateway.stop()
  }
})

test('what no call can answer is refused over Connect as over REST', async () => {
  const token = await freshToken()
  const call = 'POST /sailpoint.iai.rolemining.v1.RoleMiningService/PatchRoleMiningSession'
  const operation = '{"op":"replace","path":"/pruneThreshold","value":1e400}'
  const patch = await send(call, { token, headers: json, body: `{"sessionId":"s","operations":[${operation}]}` })
  expect([patch.status, patch.json]).toMatchObject([400, { code: 'invalid_argument' }])
  const broken = 'connect=v1&encoding=proto&base64=1&message='
  for (const message of ['@@@', '_w', '_____w']) {
    const get = `GET /sailpoint.iai.rolemining.v1.RoleMiningService/GetRoleMiningSessions?${broken}${message}`
    const answer = await send(get, { token })
    expect([answer.status, answer.json], message).toMatchObject([400, { code: 'invalid_argument' }])
  }
})

test('no error is longer than 8 KiB, whatever it repeats and in whichever form', async () => {
  const token = await freshToken()
  const headers = { authorization: `Bearer ${token}`, ...json }
  const long = `\\u0001${'字'.repeat(1_000)}`
  const members = Array.from({ length: 600 }, (_, at) => `"${long}${at}": 1`).join(', ')
  const sent: [string, RequestInit][] = [
    ['/beta/role-mining-sessions/faulty', { headers }],
    [
      '/sailpoint.iai.rolemining.v1.RoleMiningService/GetRoleMiningSession',
      { method: 'POST', headers, body: '{"sessionId": "faulty"}' },
    ],
    ['/api/v1/role-mining/config', { method: 'POST', headers, body: `{"cohortHints": [{"values": {${members}}}]}` }],
    ['/profiles/v1/accessProfiles', { method: 'POST', headers, body: `{${members}}` }],
    ['/assay.profile.v1.ProfileService/CreateAccessProfile', { method: 'POST', headers, body: `{${members}}` }],
    ['/oauth/token', { method: 'POST', body: new URLSearchParams({ grant_type: 'x'.repeat(60_000) }) }],
    [
      '/auth/v1/token',
      { method: 'POST', body: new URLSearchParams({ grant_type: 'x'.repeat(60_000), client_id: 'y'.repeat(3_000) }) },
    ],
  ]
  for (const [path, init] of sent) {
    const answer = await fetch(gateway.url + path, init)
    const text = await answer.text()
    expect(answer.status, text.slice(0, 200)).toBe(400)
    expect(Buffer.byteLength(text), path).toBeLessThan(8 * 1024)
  }
})
