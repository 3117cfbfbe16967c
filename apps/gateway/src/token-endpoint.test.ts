import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import https from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAccessTokens, createApiClient, createFederatedClient, revokeApiClient } from '@assay/auth'
import { encryptionKey, signAssertion, startIssuer, type TestIssuer } from '@assay/auth/testing'
import { clientDialects, conductorone } from '@assay/dialects'
import { createLogger } from '@assay/server'
import { makeCertificate } from '@assay/server/testing'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfig } from './config.ts'
import { startGateway } from './server.ts'
import { testEnvironment } from './testing-gateway.ts'
import { readTokenHosts } from './token-hosts.ts'

const logger = createLogger('test', 'silent')
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'
const jwtType = 'urn:ietf:params:oauth:token-type:jwt'
const host = '127.0.0.1'

let db: TestDatabase
let issuer: TestIssuer
let gateway: Awaited<ReturnType<typeof startGateway>>

/** These gateways have no services behind them, since they issue tokens themselves. */
const environment = (more?: Record<string, string>) => testEnvironment(db, more)

beforeAll(async () => {
  ;[db, issuer] = await Promise.all([createTestDatabase(), startIssuer()])
  gateway = await startGateway(parseConfig(environment()), logger)
})
afterAll(async () => {
  await Promise.all([gateway?.stop(), issuer?.stop()])
  await db?.drop()
})

async function makeClient(address = 'assay.example') {
  const tenantId = await db.tenantId()
  const named = { dialect: conductorone.clients, role: 'role-miner', displayName: 'Test', host: address } as const
  return { tenantId, ...(await createApiClient(db.owner.sql, { tenantId, ...named })) }
}

async function makeFederatedClient() {
  const tenantId = await db.tenantId()
  const trust = { issuer: issuer.issuer, claims: { repository_owner: ['acme'] } }
  const named = { dialect: conductorone.clients, role: 'role-miner', displayName: 'CI', host: 'assay.example' } as const
  return await createFederatedClient(db.owner.sql, { tenantId, ...named, trust })
}

async function ask(form: Record<string, string> | string, url = gateway.url) {
  const answer = await fetch(`${url}/auth/v1/token`, { method: 'POST', body: new URLSearchParams(form) })
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown>, headers: answer.headers }
}

const formOf = (clientId: string, assertion: string) => ({
  client_id: clientId,
  grant_type: 'client_credentials',
  client_assertion_type: assertionType,
  client_assertion: assertion,
})

const granted = { access_token: expect.any(String), token_type: 'Bearer', expires_in: 3600 }

test('an assertion gets a token that stands for its client', async () => {
  const client = await makeClient()
  const answer = await ask(formOf(client.clientId, await signAssertion(client, 'assay.example')))
  expect([answer.status, answer.json]).toEqual([200, granted])
  expect(answer.headers.get('content-type')).toBe('application/json')
  expect(answer.headers.get('cache-control')).toBe('no-store')
  const principal = await createAccessTokens(db.database.sql, { dialects: clientDialects, encryptionKey }).verify(
    String(answer.json.access_token),
  )
  expect(principal).toMatchObject({ tenantId: client.tenantId, clientId: client.clientId })
})

test('the TypeScript SDK, which addresses the host of its server URL, is at home on the names of the loopback', async () => {
  const client = await makeClient()
  for (const aud of ['127.0.0.1', 'localhost', '[::1]']) {
    expect((await ask(formOf(client.clientId, await signAssertion(client, aud)))).status, aud).toBe(200)
  }
  const elsewhere = await ask(formOf(client.clientId, await signAssertion(client, 'evil.example')))
  expect([elsewhere.status, elsewhere.json]).toEqual([
    401,
    {
      error: 'invalid_client',
      error_description: "The client assertion's aud must be the host that the token is asked of, without a port",
    },
  ])
})

test('an assertion that one process took is refused by another, and by the first after that', async () => {
  const client = await makeClient()
  const other = await startProcess()
  try {
    for (const changes of [{}, { header: { nonce: undefined } }]) {
      const form = formOf(client.clientId, await signAssertion(client, host, changes))
      expect((await ask(form, other.url)).status).toBe(200)
      for (const url of [gateway.url, other.url]) {
        const replay = await ask(form, url)
        expect([replay.status, replay.json]).toEqual([
          401,
          {
            error: 'invalid_client',
            error_description: 'The client assertion was used before; sign a fresh one for every token',
          },
        ])
      }
    }
    const form = formOf(client.clientId, await signAssertion(client, host))
    const both = await Promise.all([...Array(4)].flatMap(() => [ask(form), ask(form, other.url)]))
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 401, 401, 401, 401, 401, 401, 401])
  } finally {
    await other.stop()
  }
})

/** A gateway in another process. */
async function startProcess(): Promise<{ url: string; stop(): Promise<void> }> {
  const child: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: { ...process.env, ...environment({ ASSAY_LOG_LEVEL: 'silent' }) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const [{ ready: url }] = (await once(child, 'message')) as [{ ready: string }]
  return {
    url,
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

test('an unknown client, a revoked one and a wrong key get one answer, and an expired assertion another', async () => {
  const [client, revoked] = [await makeClient(), await makeClient()]
  await revokeApiClient(db.owner.sql, revoked.tenantId, revoked.clientId)
  const stranger = { ...client, clientId: 'bold-newt-10000@assay.example/spc' }
  const wrongKey = { ...client, clientSecret: revoked.clientSecret }
  for (const one of [stranger, revoked, wrongKey]) {
    const answer = await ask(formOf(one.clientId, await signAssertion(one, host)))
    expect([answer.status, answer.json]).toEqual([
      401,
      { error: 'invalid_client', error_description: 'The client id or the client assertion is wrong' },
    ])
  }
  const expired = await signAssertion(client, host, { claims: { exp: Math.floor(Date.now() / 1000) - 60 } })
  expect((await ask(formOf(client.clientId, expired))).json).toEqual({
    error: 'invalid_client',
    error_description: "The client assertion's exp has passed; check the clock",
  })
})

test('a secret that was cut off on its way is told to be so', async () => {
  const { clientId, clientSecret } = await makeClient()
  const answer = await ask({ client_id: clientId, client_secret: clientSecret.slice(0, -9) })
  expect([answer.status, answer.json]).toEqual([
    401,
    { error: 'invalid_client', error_description: expect.stringContaining('the secret is not whole') },
  ])
})

test('a token of a trusted issuer is exchanged, in the terms of RFC 8693', async () => {
  const { clientId } = await makeFederatedClient()
  const form = { grant_type: exchangeGrant, client_id: clientId, subject_token_type: jwtType }
  const answer = await ask({ ...form, subject_token: await issuer.token('assay.example') })
  expect([answer.status, answer.json]).toEqual([
    200,
    { ...granted, issued_token_type: 'urn:ietf:params:oauth:token-type:access_token' },
  ])
  const foreign = await ask({ ...form, subject_token: await issuer.token('evil.example') })
  expect([foreign.status, foreign.json]).toEqual([
    400,
    {
      error: 'invalid_request',
      error_description: "subject_token: 'aud' must name the host that the token is exchanged at, without a port",
    },
  ])
})

test('an issuer that does not answer is 503, and says that it is the issuer', async () => {
  const own = await startIssuer()
  const tenantId = await db.tenantId()
  const { clientId } = await createFederatedClient(db.owner.sql, {
    tenantId,
    dialect: conductorone.clients,
    role: 'auditor',
    displayName: 'CI',
    trust: { issuer: own.issuer, claims: { repository_owner: ['acme'] } },
  })
  const subject_token = await own.token(host)
  await own.stop()
  const answer = await ask({
    grant_type: exchangeGrant,
    client_id: clientId,
    subject_token_type: jwtType,
    subject_token,
  })
  expect([answer.status, answer.json]).toEqual([
    503,
    { error: 'temporarily_unavailable', error_description: expect.stringContaining("token's issuer") },
  ])
})

const spc = 'x@assay.example/spc'
const wfe = 'x@assay.example/wfe'
const exchange = { grant_type: exchangeGrant, client_id: wfe, subject_token: 'x', subject_token_type: jwtType }
test.each([
  ['an assertion of no type', { client_id: spc, client_assertion: 'x' }, 'invalid_request'],
  ['an assertion of another type', { ...formOf(spc, 'x'), client_assertion_type: 'saml2' }, 'invalid_request'],
  ['a type without an assertion', { client_id: spc, client_assertion_type: assertionType }, 'invalid_request'],
  ['an assertion and a secret', { ...formOf(spc, 'x'), client_secret: 'y' }, 'invalid_request'],
  ['an assertion twice', `${new URLSearchParams(formOf(spc, 'x'))}&client_assertion=y`, 'invalid_request'],
  ['no subject token', { ...exchange, subject_token: '' }, 'invalid_request'],
  ['a subject token of no type', { ...exchange, subject_token_type: '' }, 'invalid_request'],
  ['a subject token of another type', { ...exchange, subject_token_type: 'saml2' }, 'invalid_request'],
  ['an actor', { ...exchange, actor_token: 'x' }, 'invalid_request'],
  ['a wish for a refresh token', { ...exchange, requested_token_type: 'refresh' }, 'invalid_request'],
  ['a subject token that is rubbish', exchange, 'invalid_request'],
  ['an exchange by a client with a secret', { ...exchange, client_id: spc }, 'unauthorized_client'],
  [
    'a device code',
    { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', client_id: spc },
    'unsupported_grant_type',
  ],
] as const)('%s is 400 by the words of RFC 6749', async (_, form, error) => {
  const answer = await ask(form)
  expect([answer.status, answer.json]).toEqual([400, { error, error_description: expect.any(String) }])
})

test('a description repeats nothing that RFC 6749 has no place for', async () => {
  const { json } = await ask({ grant_type: 'a"b\\c\n\u00e4', client_id: 'x' })
  expect(json.error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
})

test('over TLS, an assertion for the host alone is good whatever the port', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-token-'))
  const { cert, key } = makeCertificate()
  const files = { ASSAY_TLS_CERT: join(folder, 'cert.pem'), ASSAY_TLS_KEY: join(folder, 'key.pem') }
  writeFileSync(files.ASSAY_TLS_CERT, cert)
  writeFileSync(files.ASSAY_TLS_KEY, key)
  const secure = await startGateway(parseConfig(environment(files)), logger)
  try {
    const { port } = new URL(secure.url)
    // As C1's Go client does: it takes address and port from the client id, and uses https only.
    const client = await makeClient(`127.0.0.1:${port}`)
    const address = /@(.*)\//.exec(client.clientId)?.[1]
    const body = String(new URLSearchParams(formOf(client.clientId, await signAssertion(client, host))))
    const answer = await new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const request = https.request(`https://${address}/auth/v1/token`, { method: 'POST', ca: cert, headers })
      request.on('error', reject).on('response', async (response) => {
        const text = Buffer.concat(await Array.fromAsync(response)).toString()
        resolve({ status: response.statusCode, text })
      })
      request.end(body)
    })
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, granted])
  } finally {
    await secure.stop()
    rmSync(folder, { recursive: true })
  }
})

test('the hosts that tokens are asked of come from the environment, and what is none is told at start', () => {
  expect(readTokenHosts({ ASSAY_PUBLIC_HOSTS: 'assay.example.com', ASSAY_HOST: '0.0.0.0' })).toEqual([
    'assay.example.com',
  ])
  expect(readTokenHosts({})).toEqual(['127.0.0.1', 'localhost', '::1'])
  expect(() => readTokenHosts({ ASSAY_PUBLIC_HOSTS: 'https://assay.example.com/' })).toThrow('ASSAY_PUBLIC_HOSTS: ')
})
