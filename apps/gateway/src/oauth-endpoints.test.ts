import { type ClientDialect, createApiClient, type Role } from '@assay/auth'
import { conductorone, sailpoint } from '@assay/dialects'
import { createLogger } from '@assay/server'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfig } from './config.ts'
import { startGateway } from './server.ts'
import { testEnvironment } from './testing-gateway.ts'

const logger = createLogger('test', 'silent')

let db: TestDatabase
let gateway: Awaited<ReturnType<typeof startGateway>>
let tenantId: number
let client: { readonly clientId: string; readonly clientSecret: string }

/** This gateway has no services behind it, since it issues tokens itself. */
beforeAll(async () => {
  db = await createTestDatabase()
  gateway = await startGateway(parseConfig(testEnvironment(db)), logger)
  tenantId = await db.tenantId()
  client = await makeClient()
})
afterAll(async () => {
  await gateway?.stop()
  await db?.drop()
})

async function makeClient(more: { dialect?: ClientDialect; role?: Role; identityId?: string; scopes?: string[] } = {}) {
  return await createApiClient(db.owner.sql, {
    tenantId,
    dialect: sailpoint.clients,
    role: 'admin',
    displayName: 'Test',
    ...more,
  })
}

interface Asked {
  readonly method?: string
  readonly query?: string
  readonly type?: string
  readonly body?: string
}

async function ask({ method = 'POST', query = '', type, body }: Asked) {
  const answer = await fetch(`${gateway.url}/oauth/token${query}`, {
    method,
    headers: type === undefined ? {} : { 'content-type': type },
    ...(body !== undefined && { body }),
  })
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown>, headers: answer.headers }
}

const encoded = 'application/x-www-form-urlencoded'
const boundary = '--------------------------391287504614530148361286'
const multipartType = `multipart/form-data; boundary=${boundary}`

/** A multipart body as the library of SailPoint's TypeScript client writes it. */
function multipart(members: Readonly<Record<string, string>>): string {
  const parts = Object.entries(members).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  return `${parts.join('')}--${boundary}--\r\n`
}

const members = (more: Readonly<Record<string, string>> = {}) => ({
  grant_type: 'client_credentials',
  client_id: client.clientId,
  client_secret: client.clientSecret,
  ...more,
})
const form = (more?: Readonly<Record<string, string>>) => new URLSearchParams(members(more)).toString()

test.each<[string, () => Asked]>([
  ['multipart/form-data (TypeScript)', () => ({ type: multipartType, body: multipart(members()) })],
  ['application/x-www-form-urlencoded (Go, Python)', () => ({ type: encoded, body: form() })],
  ['the same with a charset', () => ({ type: `${encoded}; charset=UTF-8`, body: form() })],
  ['the query', () => ({ query: `?${form()}` })],
  ['the query beside an empty body with a type', () => ({ query: `?${form()}`, type: 'application/json', body: '' })],
  ['the grant in capitals', () => ({ type: encoded, body: form({ grant_type: 'CLIENT_CREDENTIALS' }) })],
  [
    'the grant in the query, the rest in the body',
    () => ({
      query: '?grant_type=client_credentials',
      type: encoded,
      body: form({ grant_type: '' }),
    }),
  ],
])('a token is given for %s', async (_, asked) => {
  const { status, json, headers } = await ask(asked())
  expect([status, json]).toEqual([
    200,
    {
      access_token: expect.any(String),
      token_type: 'bearer',
      expires_in: 43_200,
      scope: 'sp:scopes:all',
      accessType: 'OFFLINE',
      tenant_id: String(tenantId),
      internal: false,
      pod: 'assay',
      strong_auth_supported: false,
      strong_auth: false,
      org: expect.any(String),
      enabled: true,
      jti: expect.any(String),
    },
  ])
  expect(headers.get('content-type')).toBe('application/json')
  expect(headers.get('cache-control')).toBe('no-store')
})

test('the answer and its token say the same: lifetime, scopes, id', async () => {
  const scopes = ['iai:access-modeling:read', 'sp:scopes:default']
  const { clientId, clientSecret } = await makeClient({ scopes, identityId: '2c918090761a5aac0176215c46a62d58' })
  const { json } = await ask({ type: encoded, body: form({ client_id: clientId, client_secret: clientSecret }) })
  expect(json).toMatchObject({
    scope: scopes.join(' '),
    user_id: '2c918090761a5aac0176215c46a62d58',
    identity_id: '2c918090761a5aac0176215c46a62d58',
  })
  const payload = decodeJwt(String(json.access_token))
  expect(payload).toMatchObject({ scope: scopes, client_id: clientId, jti: json.jti })
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(43_200)
})

test.each(['admin', 'auditor'] as const)(
  'a client that was made without scopes has all within its role: %s',
  async (role) => {
    const { clientId, clientSecret } = await makeClient({ role })
    const { json } = await ask({ type: encoded, body: form({ client_id: clientId, client_secret: clientSecret }) })
    expect([json.scope, decodeJwt(String(json.access_token)).scope]).toEqual(['sp:scopes:all', ['sp:scopes:all']])
  },
)

test.each<[string, () => Asked, number, string, string]>([
  ['a wrong secret', () => ({ type: encoded, body: form({ client_secret: 'wrong' }) }), 401, 'invalid_client', 'wrong'],
  ['an unknown client', () => ({ type: encoded, body: form({ client_id: 'x' }) }), 401, 'invalid_client', 'wrong'],
  ['no grant', () => ({ type: encoded, body: form({ grant_type: '' }) }), 400, 'invalid_request', 'grant_type: '],
  ['no id', () => ({ type: encoded, body: form({ client_id: '' }) }), 400, 'invalid_request', 'client_id: '],
  [
    'no secret',
    () => ({ type: encoded, body: form({ client_secret: '' }) }),
    400,
    'invalid_request',
    'client_secret: ',
  ],
  ['nothing at all', () => ({}), 400, 'invalid_request', 'grant_type: '],
  [
    'another grant',
    () => ({ type: encoded, body: form({ grant_type: 'password' }) }),
    400,
    'unsupported_grant_type',
    'use client_credentials',
  ],
  [
    'an id twice',
    () => ({ query: '?client_id=x', type: encoded, body: form() }),
    400,
    'invalid_request',
    'client_id: occurs more than once',
  ],
  [
    'JSON',
    () => ({ type: 'application/json', body: JSON.stringify(members()) }),
    400,
    'invalid_request',
    'Content-Type: ',
  ],
  [
    'a body without its boundary',
    () => ({ type: 'multipart/form-data', body: multipart(members()) }),
    400,
    'invalid_request',
    'is not multipart/form-data',
  ],
  [
    'a body that breaks off',
    () => ({ type: multipartType, body: multipart(members()).slice(0, -20) }),
    400,
    'invalid_request',
    'is not multipart/form-data',
  ],
  [
    'a file',
    () => ({ type: multipartType, body: multipart({ 'grant_type"; filename="x': 'client_credentials' }) }),
    400,
    'invalid_request',
    'grant_type: must be a text',
  ],
  [
    'a form of 65 KiB',
    () => ({ type: encoded, body: form({ client_secret: 'x'.repeat(65 * 1024) }) }),
    413,
    'invalid_request',
    'longer than',
  ],
  ['U+0000 in the id', () => ({ type: encoded, body: form({ client_id: 'a\0b' }) }), 401, 'invalid_client', 'wrong'],
  ['GET', () => ({ method: 'GET', query: `?${form()}` }), 405, 'invalid_request', 'Send a POST request'],
])('no token is given for %s', async (_, asked, status, error, words) => {
  const answer = await ask(asked())
  expect([answer.status, answer.json]).toEqual([status, { error, error_description: expect.stringContaining(words) }])
  if (status === 405) expect(answer.headers.get('allow')).toBe('POST')
})

test('a token carries the claims that SailPoint’s command line shows: user_name, identity_id, org', async () => {
  const { json } = await ask({ type: encoded, body: form() })
  expect(decodeJwt(String(json.access_token))).toMatchObject({
    client_id: client.clientId,
    user_name: 'Test',
    identity_id: client.clientId,
    org: json.org,
    tenant_id: json.tenant_id,
    exp: expect.any(Number),
  })
  const { clientId, clientSecret } = await makeClient({ identityId: 'e-7' })
  const acting = await ask({ type: encoded, body: form({ client_id: clientId, client_secret: clientSecret }) })
  expect(decodeJwt(String(acting.json.access_token))).toMatchObject({ identity_id: 'e-7', client_id: clientId })
})

test("a client of ConductorOne's dialect gets no token here, and learns which client would", async () => {
  const { clientId, clientSecret } = await makeClient({ dialect: conductorone.clients })
  const answer = await ask({ type: encoded, body: form({ client_id: clientId, client_secret: clientSecret }) })
  expect([answer.status, answer.json]).toEqual([
    400,
    { error: 'unauthorized_client', error_description: expect.stringContaining('--dialect sailpoint') },
  ])
})

test('/oauth/info names the served endpoints, without a token', async () => {
  const answer = await fetch(`${gateway.url}/oauth/info`)
  expect([answer.status, await answer.json()]).toEqual([
    200,
    {
      tenantId: '',
      tenantName: 'assay',
      tokenEndpoint: `${gateway.url}/oauth/token`,
      cloudDomainUrl: gateway.url,
      pod: 'assay',
    },
  ])
  const posted = await fetch(`${gateway.url}/oauth/info`, { method: 'POST' })
  expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
})

test('what a proxy says of the caller counts only where it is trusted', async () => {
  const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'assay.example.com' }
  const told = (await (await fetch(`${gateway.url}/oauth/info`, { headers })).json()) as Record<string, string>
  expect(told.tokenEndpoint).toBe(`${gateway.url}/oauth/token`)
  const trusting = await startGateway(parseConfig({ ...testEnvironment(db), ASSAY_TRUST_PROXY: 'true' }), logger)
  try {
    const behind = (await (await fetch(`${trusting.url}/oauth/info`, { headers })).json()) as Record<string, string>
    expect(behind.tokenEndpoint).toBe('https://assay.example.com/oauth/token')
  } finally {
    await trusting.stop()
  }
})
