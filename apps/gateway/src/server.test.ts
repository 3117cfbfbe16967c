import { generateKeyPairSync, sign } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import https from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAccessTokens, createApiClient, createInternalTokens, type Role } from '@assay/auth'
import { encryptionKey, signingKeyInUse } from '@assay/auth/testing'
import { ImportService } from '@assay/contracts/assay/directory/v1/import_service_pb'
import { SessionReadinessService } from '@assay/contracts/assay/session/v1/session_readiness_service_pb'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { Health, HealthCheckResponse_ServingStatus as Status } from '@assay/contracts/grpc/health/v1/health_pb'
import { ServerReflection } from '@assay/contracts/grpc/reflection/v1/reflection_pb'
import { clientDialects, conductorone, internalAccess } from '@assay/dialects'
import { notFound } from '@assay/errors'
import { createCallGate, createLogger, principalOf, type RunningServer, startServer } from '@assay/server'
import { makeCertificate } from '@assay/server/testing'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { Code, type ConnectError, createClient, type Transport } from '@connectrpc/connect'
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfig } from './config.ts'
import { startGateway } from './server.ts'
import { testEnvironment } from './testing-gateway.ts'

const internalSecret = Buffer.alloc(32, 7).toString('hex')
const logger = createLogger('test', 'silent')

let db: TestDatabase
let mining: RunningServer
let sessions: RunningServer
let gateway: { readonly url: string; stop(): Promise<void> }

function environment(more: Record<string, string> = {}) {
  return testEnvironment(db, { ASSAY_MINING_URL: mining.url, ASSAY_IAI_SESSIONS_URL: sessions.url, ...more })
}

/** The services behind the gateway: real servers that report the caller and the request. */
async function startBackends() {
  const tokens = createInternalTokens(Buffer.from(internalSecret, 'hex'))
  const common = {
    host: '127.0.0.1',
    port: 0,
    readiness: {},
    logger,
  }
  const gateOf = (name: string) =>
    createCallGate({ verify: (token) => tokens.verify(token, name), accessOf: internalAccess })
  mining = await startServer({
    ...common,
    name: 'mining',
    gate: gateOf('mining'),
    routes: (router) => {
      router.service(RoleMiningManagementService, {
        listCohortFilterAttributeValues: ({ attribute, q }) => ({ values: [{ value: attribute, displayName: q }] }),
        triggerAnalysis: (_, context) => ({ runId: `run of tenant ${principalOf(context).tenantId}` }),
        getSuggestion: ({ id }) => {
          throw notFound('suggestion', id)
        },
      })
      router.service(ImportService, {
        createImport: ({ skipInvalid }) => ({ skipInvalid }),
        async uploadImportFile(requests) {
          let [fileName, size] = ['', 0]
          for await (const request of requests) {
            fileName ||= request.fileName
            size += request.content?.data.length ?? 0
          }
          return { name: fileName, sizeBytes: BigInt(size) }
        },
      })
    },
  })
  sessions = await startServer({
    ...common,
    name: 'iai-sessions',
    gate: gateOf('iai-sessions'),
    routes: (router) => router.service(SessionReadinessService, { getSessionReadiness: () => ({ ready: true }) }),
  })
}

beforeAll(async () => {
  db = await createTestDatabase()
  await startBackends()
  gateway = await startGateway(parseConfig(environment()), logger)
})
afterAll(async () => {
  await gateway?.stop()
  await Promise.all([mining?.close(), sessions?.close()])
  await db?.drop()
})

async function makeClient(role: Role = 'admin') {
  const tenantId = await db.tenantId()
  return {
    tenantId,
    ...(await createApiClient(db.owner.sql, { tenantId, dialect: conductorone.clients, role, displayName: 'Test' })),
  }
}

function askToken(form: Record<string, string> | string, init: RequestInit = {}) {
  return fetch(`${gateway.url}/auth/v1/token`, { method: 'POST', body: new URLSearchParams(form), ...init })
}

async function login() {
  const client = await makeClient()
  const { clientId: client_id, clientSecret: client_secret } = client
  const answer = await askToken({ grant_type: 'client_credentials', client_id, client_secret })
  const { access_token: token } = (await answer.json()) as { access_token: string }
  return { ...client, token, headers: { authorization: `Bearer ${token}` } }
}

function transports(baseUrl = gateway.url): [string, Transport][] {
  return [
    ['Connect over HTTP/1.1', createConnectTransport({ baseUrl, httpVersion: '1.1' })],
    ['Connect over HTTP/2', createConnectTransport({ baseUrl, httpVersion: '2' })],
    ['gRPC', createGrpcTransport({ baseUrl })],
    ['gRPC-Web', createGrpcWebTransport({ baseUrl, httpVersion: '1.1' })],
  ]
}

async function failure(call: Promise<unknown>): Promise<ConnectError> {
  return await call.then(
    () => expect.unreachable('the call should fail'),
    (error: ConnectError) => error,
  )
}

test('the token endpoint gives a bearer token for an hour to whoever has id and secret', async () => {
  const { clientId, clientSecret } = await makeClient()
  const answer = await askToken({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(await answer.json()).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 3600 })
})

test.each([
  ['a wrong secret', { client_id: 'x', client_secret: 'y' }, {}, 401, 'invalid_client'],
  ['no id', { client_secret: 'y' }, {}, 400, 'invalid_request'],
  ['no secret', { client_id: 'x' }, {}, 400, 'invalid_request'],
  ['an empty secret', { client_id: 'x', client_secret: '' }, {}, 400, 'invalid_request'],
  ['an id twice', 'client_id=x&client_id=x&client_secret=y', {}, 400, 'invalid_request'],
  ['another grant', { grant_type: 'password', client_id: 'x', client_secret: 'y' }, {}, 400, 'unsupported_grant_type'],
  ['an assertion', { client_id: 'x', client_assertion: 'y' }, {}, 400, 'invalid_request'],
  ['U+0000', { client_id: 'a\0b', client_secret: 'y' }, {}, 401, 'invalid_client'],
  ['JSON', {}, { body: '{}', headers: { 'content-type': 'application/json' } }, 400, 'invalid_request'],
  ['a huge form', { client_id: 'x'.repeat(100_000) }, {}, 413, 'invalid_request'],
  ['PUT', { client_id: 'x', client_secret: 'y' }, { method: 'PUT' }, 405, 'invalid_request'],
] as const)('the token endpoint refuses %s', async (_, form, init, status, error) => {
  const answer = await askToken(form, init)
  expect([answer.status, await answer.json()]).toEqual([status, { error, error_description: expect.any(String) }])
})

test('a token opens every protocol, and the call arrives in the tenant of the token alone', async () => {
  const [mine, theirs] = [await login(), await login()]
  for (const [name, transport] of transports()) {
    const client = createClient(RoleMiningManagementService, transport)
    for (const { headers, tenantId } of [mine, theirs]) {
      expect((await client.triggerAnalysis({}, { headers })).runId, name).toBe(`run of tenant ${tenantId}`)
    }
    const readiness = await createClient(SessionReadinessService, transport).getSessionReadiness({}, mine)
    expect(readiness.ready, name).toBe(true)
  }
  const trigger = await fetch(`${gateway.url}/api/v1/role-mining/trigger`, {
    method: 'POST',
    body: '{}',
    headers: { ...mine.headers, 'content-type': 'application/json' },
  })
  expect([trigger.status, await trigger.json()]).toEqual([200, { runId: `run of tenant ${mine.tenantId}` }])
})

/** A token with a valid signature by another key, with the key id of this installation. */
function foreignToken(token: string): string {
  const [header, claims] = token.split('.')
  const { privateKey } = generateKeyPairSync('ed25519')
  return `${header}.${claims}.${sign(null, Buffer.from(`${header}.${claims}`), privateKey).toString('base64url')}`
}

async function expiredToken(clientId: string, clientSecret: string): Promise<string> {
  const { accessToken } = await createAccessTokens(db.database.sql, { dialects: clientDialects, encryptionKey }).issue(
    clientId,
    clientSecret,
  )
  const [header, claims] = accessToken.split('.')
  const privateKey = await signingKeyInUse(db.owner.sql)
  const past = Math.floor(Date.now() / 1000) - 60
  const content = { ...JSON.parse(Buffer.from(claims!, 'base64url').toString()), exp: past }
  const signed = `${header}.${Buffer.from(JSON.stringify(content)).toString('base64url')}`
  const signature = sign(null, Buffer.from(signed), { key: privateKey, format: 'jwk' })
  return `${signed}.${signature.toString('base64url')}`
}

test('no token, a broken, a foreign, an expired and an internal one are 401 in the form of each protocol', async () => {
  const { token, clientId, clientSecret } = await login()
  const internal = await createInternalTokens(Buffer.from(internalSecret, 'hex')).sign(
    {
      tenantId: 1,
      tenant: 'local',
      clientId: 'x',
      identityId: 'x',
      displayName: 'x',
      dialect: 'c1',
      role: 'admin',
    },
    'mining',
  )
  const cases: [string, Record<string, string>][] = [
    ['TOKEN_MISSING', {}],
    ['TOKEN_MISSING', { authorization: `Basic ${btoa('a:b')}` }],
    ['TOKEN_INVALID', { authorization: 'Bearer broken' }],
    ['TOKEN_INVALID', { authorization: `Bearer ${foreignToken(token)}` }],
    ['TOKEN_EXPIRED', { authorization: `Bearer ${await expiredToken(clientId, clientSecret)}` }],
    ['TOKEN_FOREIGN', { authorization: `Bearer ${internal}` }],
  ]
  for (const [reason, headers] of cases) {
    for (const [name, transport] of transports()) {
      const client = createClient(RoleMiningManagementService, transport)
      const error = await failure(client.triggerAnalysis({}, { headers }))
      expect(error.code, `${name} ${reason}`).toBe(Code.Unauthenticated)
    }
    // The JSON is invalid: an answer of 400 would show that the body was read.
    const answer = await fetch(`${gateway.url}/api/v1/role-mining/trigger`, {
      method: 'POST',
      body: '{broken',
      headers,
    })
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="assay"'])
    expect(await answer.json()).toEqual({
      code: 16,
      message: expect.any(String),
      details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'assay' }],
    })
  }
})

test('REST answers errors of the services as google.rpc.Status', async () => {
  const { headers } = await login()
  const answer = await fetch(`${gateway.url}/api/v1/role-mining/suggestions/42`, { headers })
  expect([answer.status, await answer.json()]).toEqual([
    404,
    { code: 5, message: 'suggestion "42" does not exist', details: [] },
  ])
  const nowhere = await fetch(`${gateway.url}/api/v1/nowhere`, { headers })
  expect([nowhere.status, await nowhere.json()]).toMatchObject([404, { code: 5 }])
})

test('fields that our protos do not know are ignored in the C1 dialect and refused in our own, by REST and Connect', async () => {
  const { headers } = await login()
  const post = (path: string) =>
    fetch(gateway.url + path, {
      method: 'POST',
      body: '{"novelty": 1}',
      headers: { ...headers, 'content-type': 'application/json' },
    }).then(({ status }) => status)
  expect(await post('/api/v1/role-mining/trigger')).toBe(200)
  expect(await post(`/${RoleMiningManagementService.typeName}/TriggerAnalysis`)).toBe(200)
  expect(await post('/directory/v1/imports')).toBe(400)
  expect(await post(`/${ImportService.typeName}/CreateImport`)).toBe(400)
})

test('parameters of a query that we do not know are ignored in the C1 dialect and refused in our own', async () => {
  const { headers } = await login()
  const ask = async (method: string, call: string) => {
    const answer = await fetch(`${gateway.url}${call}`, { method, headers })
    return [answer.status, ((await answer.json()) as { message?: string }).message]
  }
  const calls = ['colour=red', 'utm_source=50%25&page=2', 'expand[]=a&expand[]=b', 'a.b.c=1', 'page_token=&colour']
  for (const query of calls) {
    expect(await ask('POST', `/api/v1/role-mining/trigger?${query}`)).toEqual([200, undefined])
    expect(await ask('GET', `/api/v1/role-mining/suggestions/s-1?${query}`)).toEqual([
      404,
      'suggestion "s-1" does not exist',
    ])
  }
  expect(await ask('GET', '/api/v1/role-mining/runs?colour=red&page_size=ten')).toEqual([
    400,
    expect.stringMatching(/^page_size: /),
  ])
  expect(await ask('POST', '/directory/v1/imports?colour=red')).toEqual([400, expect.stringMatching(/^colour: /)])
})

test('an attribute with a slash in its name can be asked for, with the slash escaped and as it is', async () => {
  const { headers } = await login()
  for (const name of ['Cost%20Center%2FRegion', 'Cost%20Center/Region', 'Cost%20Center%2fRegion']) {
    const url = `${gateway.url}/api/v1/role-mining/filter-attributes/${name}/values?q=a/b`
    const answer = await fetch(url, { headers })
    expect([answer.status, await answer.json()], name).toMatchObject([
      200,
      { values: [{ value: 'Cost Center/Region', displayName: 'a/b' }] },
    ])
  }
})

test('a base URL that ends with a slash works: a doubled slash at the beginning of any path is one', async () => {
  const { clientId: client_id, clientSecret: client_secret, headers } = await login()
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret })
  const base = `${gateway.url}/`
  const statusOf = async (call: string, init: RequestInit = {}) => (await fetch(base + call, init)).status
  expect(await statusOf('/auth/v1/token', { method: 'POST', body })).toBe(200)
  expect(await statusOf('/oauth/token', { method: 'POST', body })).toBe(400)
  expect(await statusOf('/api/v1/role-mining/trigger', { method: 'POST', headers })).toBe(200)
  expect(await statusOf('//api/v1/role-mining/trigger', { method: 'POST', headers })).toBe(200)
  const connect = { ...headers, 'content-type': 'application/json' }
  const rpc = `/${RoleMiningManagementService.typeName}/TriggerAnalysis`
  expect(await statusOf(rpc, { method: 'POST', body: '{}', headers: connect })).toBe(200)
  for (const open of ['/healthz', '/openapi.json', '/docs', '/oauth/info']) expect(await statusOf(open), open).toBe(200)
  // The token is required on the same paths; a path with an empty segment later on does not exist.
  expect(await statusOf('/api/v1/role-mining/trigger', { method: 'POST' })).toBe(401)
  expect(await statusOf(rpc, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })).toBe(401)
  expect(await statusOf('/api/v1/role-mining//trigger', { method: 'POST', headers })).toBe(404)
})

test('a file of many messages is carried in a stream, by gRPC and as a REST body', async () => {
  const { headers } = await login()
  const piece = new Uint8Array(1024 * 1024).fill(97)
  async function* pieces() {
    for (let i = 0; i < 8; i++) yield { importId: 'i', fileName: 'grants.csv', content: { data: piece } }
  }
  const client = createClient(ImportService, createGrpcTransport({ baseUrl: gateway.url }))
  expect(await client.uploadImportFile(pieces(), { headers })).toMatchObject({
    name: 'grants.csv',
    sizeBytes: 8_388_608n,
  })
  const answer = await fetch(`${gateway.url}/directory/v1/imports/i/files/grants.csv`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'text/csv' },
    body: Buffer.alloc(8 * 1024 * 1024, 97),
  })
  expect([answer.status, await answer.json()]).toMatchObject([200, { name: 'grants.csv', sizeBytes: '8388608' }])
})

test('the internal service that asks for an analysis is not reachable from outside', async () => {
  const { headers } = await login()
  const answer = await fetch(`${gateway.url}/assay.mining.v1.MiningService/DescribeSnapshot`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: '{}',
  })
  expect(answer.status).toBe(404)
})

/** For polling: on a busy machine, the services may not answer the first check in time. */
const lookAt = (url: string) => async () => {
  const ready = await fetch(`${url}/readyz`)
  return [ready.status, await ready.json()]
}

test('health, probes and reflection answer without a token', async () => {
  const transport = createGrpcTransport({ baseUrl: gateway.url })
  await expect
    .poll(lookAt(gateway.url))
    .toEqual([200, { status: 'ready', dependencies: { database: 'ok', mining: 'ok', 'iai-sessions': 'ok' } }])
  expect((await createClient(Health, transport).check({})).status).toBe(Status.SERVING)
  async function* ask() {
    yield { messageRequest: { case: 'listServices', value: '' } as const }
  }
  const [list] = await Array.fromAsync(createClient(ServerReflection, transport).serverReflectionInfo(ask()))
  const { messageResponse } = list!
  const names = messageResponse.case === 'listServicesResponse' ? messageResponse.value.service : []
  expect(names.map(({ name }) => name)).toContain(RoleMiningManagementService.typeName)
  expect(names.map(({ name }) => name)).not.toContain('assay.mining.v1.MiningService')
})

test('a service that is down is 503 and UNAVAILABLE by name, and the gateway serves the other and says which is down', async () => {
  const { headers } = await login()
  const nowhere = { ASSAY_MINING_URL: 'http://127.0.0.1:1' }
  const alone = await startGateway(parseConfig(environment(nowhere)), logger)
  try {
    const rest = await fetch(`${alone.url}/api/v1/role-mining/runs`, { headers })
    const text = await rest.text()
    expect([rest.status, JSON.parse(text)]).toMatchObject([
      503,
      { code: 14, message: 'The mining service does not answer at the moment; try again shortly' },
    ])
    expect(text).not.toContain('127.0.0.1')
    await expect
      .poll(lookAt(alone.url))
      .toMatchObject([
        200,
        { status: 'degraded', dependencies: { database: 'ok', mining: 'unavailable', 'iai-sessions': 'ok' } },
      ])
    const health = createClient(Health, createGrpcTransport({ baseUrl: alone.url }))
    expect((await health.check({})).status).toBe(Status.SERVING)
    expect((await health.check({ service: RoleMiningManagementService.typeName })).status).toBe(Status.NOT_SERVING)
    expect((await health.check({ service: SessionReadinessService.typeName })).status).toBe(Status.SERVING)
  } finally {
    await alone.stop()
  }
})

test('without its database the gateway says so: nothing is forwarded, no token is called wrong', async () => {
  const { headers, clientId, clientSecret } = await login()
  const nowhere = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' }
  const alone = await startGateway(parseConfig(environment(nowhere)), logger)
  try {
    const rest = await fetch(`${alone.url}/api/v1/role-mining/runs`, { headers })
    expect([rest.status, await rest.json()]).toMatchObject([503, { code: 14, message: 'The database does not answer' }])
    const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret })
    const token = await fetch(`${alone.url}/auth/v1/token`, { method: 'POST', body })
    expect([token.status, await token.json()]).toMatchObject([503, { error: 'temporarily_unavailable' }])
    expect((await fetch(`${alone.url}/healthz`)).status).toBe(200)
    const ready = await fetch(`${alone.url}/readyz`)
    expect([ready.status, await ready.json()]).toMatchObject([
      503,
      { dependencies: { database: 'unavailable' }, remarks: { database: 'The database does not answer' } },
    ])
  } finally {
    await alone.stop()
  }
})

test('with a certificate, the same port answers https', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-gateway-'))
  const { cert, key } = makeCertificate()
  const files = { ASSAY_TLS_CERT: join(folder, 'cert.pem'), ASSAY_TLS_KEY: join(folder, 'key.pem') }
  writeFileSync(files.ASSAY_TLS_CERT, cert)
  writeFileSync(files.ASSAY_TLS_KEY, key)
  const secure = await startGateway(parseConfig(environment(files)), logger)
  try {
    expect(secure.url).toMatch(/^https:/)
    const { headers } = await login()
    const transport = createGrpcTransport({ baseUrl: secure.url, nodeOptions: { ca: cert } })
    const client = createClient(RoleMiningManagementService, transport)
    expect((await client.triggerAnalysis({}, { headers })).runId).toMatch(/^run of tenant/)
    const status = await new Promise((resolve, reject) => {
      const options = { ca: cert, headers }
      https
        .get(`${secure.url}/sessions/v1/readiness`, options, (answer) => resolve(answer.statusCode))
        .on('error', reject)
    })
    expect(status).toBe(200)
  } finally {
    await secure.stop()
    rmSync(folder, { recursive: true })
  }
})

test('a wrong environment is told at once, every variable with its remedy', async () => {
  expect(() => parseConfig({ ASSAY_PORT: 'http' })).toThrow(`The environment is not usable:
  ASSAY_PORT is "http": give a whole number from 0 to 65535
  DATABASE_URL is not set: give the URL of a migrated PostgreSQL database, with the login that \`npm run assay -- logins create\` made
  ASSAY_INTERNAL_SECRET is not set: give every Assay service the same random secret
  ASSAY_KEY_ENCRYPTION_KEY is not set: give every gateway the same random secret
  ASSAY_MINING_URL is not set: give the base URL of the mining service
  ASSAY_IAI_SESSIONS_URL is not set: give the base URL of the session service`)
  const halfTls = parseConfig(environment({ ASSAY_TLS_CERT: '/nowhere/cert.pem' }))
  await expect(startGateway(halfTls, logger)).rejects.toThrow('TLS needs both ASSAY_TLS_CERT and ASSAY_TLS_KEY')
  const unreadable = parseConfig(environment({ ASSAY_TLS_CERT: '/nowhere/c.pem', ASSAY_TLS_KEY: '/nowhere/k.pem' }))
  await expect(startGateway(unreadable, logger)).rejects.toThrow('ASSAY_TLS_CERT names a file that cannot be read')
})
