import { createApiClient, createInternalTokens, type Role } from '@assay/auth'
import { allDialects, conductorone, dialectTables, sailpoint } from '@assay/dialects'
import { invalidArgument } from '@assay/errors'
import { createCallGate, createLogger, principalOf, type RunningServer, startServer } from '@assay/server'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { Code, ConnectError, createClient } from '@connectrpc/connect'
import { createConnectTransport, createGrpcTransport } from '@connectrpc/connect-node'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfig } from '../../apps/gateway/src/config.ts'
import { startGateway } from '../../apps/gateway/src/server.ts'
import { testEnvironment } from '../../apps/gateway/src/testing-gateway.ts'
import { BadRequestSchema } from '../../libs/contracts/src/generated/google/rpc/error_details_pb.js'
import { LibraryService } from './toy/library-service.ts'
import { toy } from './toy/toy.ts'

// An API that Assay does not know is added by its folder, `toy/`, and by this line, which replaces a line in all-dialects.ts.
const dialects = [...allDialects, toy]

const internalSecret = Buffer.alloc(32, 7).toString('hex')
const logger = createLogger('test', 'silent')
const { internalAccess, fieldNamesOf } = dialectTables(dialects)

let db: TestDatabase
let backend: RunningServer
let gateway: Awaited<ReturnType<typeof startGateway>>
const lent: string[] = []

beforeAll(async () => {
  db = await createTestDatabase()
  const internalTokens = createInternalTokens(Buffer.from(internalSecret, 'hex'))
  backend = await startServer({
    name: 'mining',
    host: '127.0.0.1',
    port: 0,
    readiness: {},
    logger,
    gate: createCallGate({ verify: (token) => internalTokens.verify(token, 'mining'), accessOf: internalAccess }),
    fieldNamesOf,
    routes: (router) =>
      router.service(LibraryService, {
        findBook: ({ title }, context) => ({ title, reader: principalOf(context).displayName }),
        lendBook({ title, reader }) {
          if (reader === '') throw invalidArgument('identity_id', 'must name somebody; "identity_id" is empty')
          lent.push(title)
          return { title, reader }
        },
      }),
  })
  gateway = await start()
})
afterAll(async () => {
  await Promise.all([gateway?.stop(), backend?.close()])
  await db?.drop()
})

function start(more: Record<string, string> = {}) {
  return startGateway(parseConfig(testEnvironment(db, { ASSAY_MINING_URL: backend.url, ...more }), dialects), logger)
}

async function makeClient(
  role: Role = 'admin',
  scopes?: string[],
  dialect: typeof toy.clients | undefined = toy.clients,
) {
  const tenantId = await db.tenantId()
  const init = { tenantId, dialect, role, displayName: 'Ada' }
  return await createApiClient(db.owner.sql, { ...init, ...(scopes && { scopes }) })
}

async function card(role: Role = 'admin', scopes?: string[], url = gateway.url) {
  const { clientId, clientSecret } = await makeClient(role, scopes)
  const answer = await fetch(`${url}/toy-token`, {
    method: 'POST',
    headers: { 'x-card': `${clientId} ${clientSecret}` },
  })
  const body = (await answer.json()) as { card: string; seconds: number }
  return { status: answer.status, ...body, headers: { authorization: `Bearer ${body.card}`, 'x-quiet': 'yes' } }
}

async function rest(path: string, init: RequestInit, url = gateway.url) {
  const answer = await fetch(url + path, init)
  return [answer.status, await answer.json()] as const
}

async function failure(call: Promise<unknown>): Promise<ConnectError> {
  return await call.then(
    () => expect.unreachable('the call should fail'),
    (error: unknown) => ConnectError.from(error),
  )
}

const ways = () => [
  createClient(LibraryService, createGrpcTransport({ baseUrl: gateway.url })),
  createClient(LibraryService, createConnectTransport({ baseUrl: gateway.url, httpVersion: '1.1' })),
]

test('clients of the API get tokens at its endpoint', async () => {
  const { status, seconds, card: token } = await card()
  expect([status, seconds]).toEqual([201, 120])
  const { iat = 0, exp = 0, ...claims } = decodeJwt(token)
  expect(exp - iat).toBe(120)
  expect(claims).toMatchObject({ card: 'Ada', dialect: 'toy', role: 'admin' })
  const refused = { method: 'POST', headers: { 'x-card': 'nobody card:x' } }
  expect(await rest('/toy-token', refused)).toEqual([418, { trouble: expect.stringContaining('is wrong') }])
})

test('REST, gRPC and Connect answer the calls of the API', async () => {
  const { headers } = await card()
  expect(await rest('/toy/books/Emma?edition=1', { headers })).toEqual([200, { title: 'Emma', reader: 'Ada' }])
  for (const client of ways()) {
    expect(await client.findBook({ title: 'Emma' }, { headers })).toMatchObject({ title: 'Emma', reader: 'Ada' })
    expect(await client.lendBook({ title: 'Emma', reader: 'Bo' }, { headers })).toMatchObject({ reader: 'Bo' })
  }
  const body = '{"reader":"Bo","cover":"red"}'
  const loan = { method: 'POST', body, headers: { ...headers, 'content-type': 'application/json' } }
  expect(await rest('/toy/books/Emma/loans', loan)).toEqual([200, { title: 'Emma', reader: 'Bo' }])
})

test('errors have the form and the field names of the API; quoted text does not change', async () => {
  const { headers } = await card()
  const message = 'reader: must name somebody; "identity_id" is empty'
  const loan = { method: 'POST', body: '{}', headers: { ...headers, 'content-type': 'application/json' } }
  const trouble = { trouble: message, status: 400, fields: ['reader'] }
  expect(await rest('/toy/books/Emma/loans', loan)).toEqual([400, trouble])
  for (const client of ways()) {
    const error = await failure(client.lendBook({ title: 'Emma' }, { headers }))
    expect([error.code, error.rawMessage]).toEqual([Code.InvalidArgument, message])
    const [violations] = error.findDetails(BadRequestSchema)
    expect(violations?.fieldViolations.map(({ field }) => field)).toEqual(['reader'])
  }
  expect(await rest('/toy/nothing', { headers })).toMatchObject([404, { trouble: 'There is nothing at this path' }])
  expect(await rest('/toy/books/Emma', {})).toMatchObject([401, { status: 401 }])
  const loud = { headers: { authorization: headers.authorization } }
  expect(await rest('/toy/books/Emma', loud)).toMatchObject([403, { trouble: 'The first library needs x-quiet: yes' }])
})

test('role and scope decide on calls of the API and, for its clients, on calls of other APIs', async () => {
  const seeing = await card('admin', ['books:see'])
  const auditor = await card('auditor')
  const everything = await card('admin', ['books:all'])
  const find = (headers: Record<string, string>) => rest('/toy/books/Emma', { headers })
  const before = lent.length
  const lend = (headers: Record<string, string>) =>
    rest('/toy/books/Emma/loans', {
      method: 'POST',
      body: '{"reader":"Bo"}',
      headers: { ...headers, 'content-type': 'application/json' },
    })
  expect((await find(seeing.headers))[0]).toBe(200)
  expect((await find(auditor.headers))[0]).toBe(200)
  const scopes = expect.stringContaining('one of the scopes sp:scopes:all, books:all')
  expect(await lend(seeing.headers)).toMatchObject([403, { trouble: scopes }])
  expect(await lend(auditor.headers)).toMatchObject([403, { trouble: expect.stringContaining('right "decide"') }])
  expect(lent).toHaveLength(before)
  expect((await lend(everything.headers))[0]).toBe(200)
  const runs = '/api/v1/role-mining/runs'
  expect((await rest(runs, { headers: seeing.headers }))[0]).toBe(403)
  // No service answers these calls here, so their error shows that the gate permitted them.
  expect((await rest(runs, { headers: everything.headers }))[0]).toBe(503)
})

test('clients of other APIs can call the API within their own scopes', async () => {
  const token = async (path: string, { clientId, clientSecret }: { clientId: string; clientSecret: string }) => {
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }
    const answer = await fetch(gateway.url + path, { method: 'POST', body: new URLSearchParams(form) })
    return ((await answer.json()) as { access_token: string }).access_token
  }
  const tenantId = await db.tenantId()
  const init = { tenantId, role: 'admin', displayName: 'Eve' } as const
  const whole = await createApiClient(db.owner.sql, { ...init, dialect: conductorone.clients })
  const scopes = ['iai:access-modeling:manage']
  const limited = await createApiClient(db.owner.sql, { ...init, dialect: sailpoint.clients, scopes })
  const status = async (bearer: string) =>
    (await rest('/toy/books/Emma', { headers: { authorization: `Bearer ${bearer}`, 'x-quiet': 'yes' } }))[0]
  expect(await status(await token('/auth/v1/token', whole))).toBe(200)
  expect(await status(await token('/oauth/token', limited))).toBe(403)
})

test('the limit of the API counts its calls of all protocols together, and no other calls', async () => {
  const strict = await start({ ASSAY_TOY_RATE_LIMIT: '2' })
  try {
    const { headers } = await card('admin', undefined, strict.url)
    const client = createClient(LibraryService, createGrpcTransport({ baseUrl: strict.url }))
    await client.findBook({ title: 'Emma' }, { headers })
    expect((await rest('/toy/books/Emma', { headers }, strict.url))[0]).toBe(200)
    expect(await rest('/toy/books/Emma', { headers }, strict.url)).toMatchObject([429, { status: 429 }])
    expect((await failure(client.findBook({ title: 'Emma' }, { headers }))).code).toBe(Code.ResourceExhausted)
    expect((await rest('/api/v1/role-mining/runs', { headers }, strict.url))[0]).toBe(503)
  } finally {
    await strict.stop()
  }
  const wrong = () => parseConfig({ ASSAY_TOY_RATE_LIMIT: 'many' }, dialects)
  expect(wrong).toThrow(/ASSAY_TOY_RATE_LIMIT is "many": give a whole number from 0 to 100/)
})

test('the description of the public port has the calls and the texts of the API', async () => {
  const [, document] = await rest('/openapi.json', {})
  const { paths, info, components } = document as {
    paths: Record<string, unknown>
    info: { description: string }
    components: { securitySchemes: { bearerAuth: { description: string } } }
  }
  expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/toy/books/{title}', '/toy/books/{title}/loans']))
  expect(info.description).toContain('- Libraries are quiet.')
  expect(components.securitySchemes.bearerAuth.description).toContain('`POST /toy-token` gives a card.')
})

test('a process that does not know the API issues no tokens to its clients and refuses their tokens', async () => {
  const { card: token } = await card()
  const without = await startGateway(parseConfig(testEnvironment(db, { ASSAY_MINING_URL: backend.url })), logger)
  try {
    const headers = { authorization: `Bearer ${token}` }
    expect((await rest('/api/v1/role-mining/runs', { headers }, without.url))[0]).toBe(401)
    const { clientId: client_id, clientSecret: client_secret } = await makeClient()
    const body = new URLSearchParams({ client_id, client_secret })
    const answer = await fetch(`${without.url}/auth/v1/token`, { method: 'POST', body })
    expect([answer.status, await answer.json()]).toMatchObject([401, { error: 'invalid_client' }])
  } finally {
    await without.stop()
  }
})
