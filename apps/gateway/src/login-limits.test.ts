import { once } from 'node:events'
import http2 from 'node:http2'
import { createApiClient } from '@assay/auth'
import { keyOfSecret, signAssertion } from '@assay/auth/testing'
import { conductorone, sailpoint } from '@assay/dialects'
import { createLogger } from '@assay/server'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfig } from './config.ts'
import { startGateway } from './server.ts'
import { testEnvironment } from './testing-gateway.ts'

const logger = createLogger('test', 'silent')

let db: TestDatabase
let gateway: Awaited<ReturnType<typeof startGateway>>
let direct: Awaited<ReturnType<typeof startGateway>>

const start = (more: Record<string, string>) =>
  startGateway(parseConfig(testEnvironment(db, { ASSAY_LOGIN_FAILURES: '4', ...more })), logger)

beforeAll(async () => {
  db = await createTestDatabase()
  ;[gateway, direct] = await Promise.all([start({ ASSAY_TRUST_PROXY: '127.0.0.0/8' }), start({})])
})
afterAll(async () => {
  await Promise.all([gateway?.stop(), direct?.stop()])
  await db?.drop()
})

const makeClient = async (dialect: typeof conductorone.clients | typeof sailpoint.clients = conductorone.clients) =>
  await createApiClient(db.owner.sql, {
    tenantId: await db.tenantId(),
    dialect,
    role: 'role-miner',
    displayName: 'Test',
    host: 'assay.example',
  })

async function ask(form: Record<string, string>, from: string, path = '/auth/v1/token', url = gateway.url) {
  const headers = { 'x-forwarded-for': from }
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...form })
  const answer = await fetch(url + path, { method: 'POST', body, headers })
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown>, headers: answer.headers }
}

const secretOf = ({ clientId, clientSecret }: { clientId: string; clientSecret: string }) => ({
  client_id: clientId,
  client_secret: clientSecret,
})

test.each([
  ['/auth/v1/token', conductorone.clients],
  ['/oauth/token', sailpoint.clients],
])('%s: wrong secrets refuse who sends them, not their client', async (path, dialect) => {
  const client = await makeClient(dialect)
  const [thief, home] = path === '/oauth/token' ? ['203.0.113.1', '198.51.100.1'] : ['203.0.113.2', '198.51.100.2']
  for (let attempt = 0; attempt < 4; attempt++) {
    const wrong = await ask({ client_id: client.clientId, client_secret: `guess ${attempt}` }, thief, path)
    expect([wrong.status, wrong.json.error]).toEqual([401, 'invalid_client'])
  }
  const refused = await ask({ client_id: client.clientId, client_secret: 'guess' }, thief, path)
  expect([refused.status, refused.json]).toEqual([
    429,
    { error: 'temporarily_unavailable', error_description: expect.stringContaining('Too many logins failed') },
  ])
  const seconds = Number(refused.headers.get('retry-after'))
  expect(seconds).toBeGreaterThanOrEqual(1)
  expect(seconds).toBeLessThanOrEqual(60)
  expect((await ask(secretOf(client), home, path)).status).toBe(200)
  // The secret is now known, so it is accepted even from that address; other secrets are not.
  expect((await ask(secretOf(client), thief, path)).status).toBe(200)
})

test('of many wrong logins at once no more are looked at than one after the other', async () => {
  const { clientId } = await makeClient()
  const answers = await Promise.all(
    Array.from({ length: 40 }, () => ask({ client_id: clientId, client_secret: 'guess' }, '203.0.113.3')),
  )
  const wrong = answers.filter(({ status }) => status === 401)
  // Two logins are verified at the same time, so one more may have begun before the last failure was counted.
  expect(wrong.length).toBeGreaterThanOrEqual(4)
  expect(wrong.length).toBeLessThanOrEqual(5)
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(40 - wrong.length)
})

test('50 instances of one client that start at once all get a token', async () => {
  const client = await makeClient()
  const bySecret = Array.from({ length: 50 }, () => ask(secretOf(client), '198.51.100.4'))
  expect(new Set((await Promise.all(bySecret)).map(({ status }) => status))).toEqual(new Set([200]))
  const assertions = await Promise.all(Array.from({ length: 50 }, () => signAssertion(client, 'assay.example')))
  const bySignature = assertions.map((assertion) =>
    ask(
      {
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      },
      '198.51.100.5',
    ),
  )
  expect(new Set((await Promise.all(bySignature)).map(({ status }) => status))).toEqual(new Set([200]))
})

test('an address that tries many clients is refused, a network of IPv6 as one; assertions without an id count by their subject', async () => {
  const [client, other] = [await makeClient(), await makeClient()]
  const key = await keyOfSecret(other.clientSecret)
  const statuses: number[] = []
  for (let attempt = 0; attempt < 40; attempt++) {
    const claimed = { ...client, clientId: `bold-newt-${10_000 + attempt}@assay.example/spc` }
    const assertion = await signAssertion(claimed, 'assay.example', {}, key)
    const form = {
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    }
    statuses.push((await ask(form, `2001:db8:0:5::${attempt}`)).status)
  }
  expect(new Set(statuses)).toEqual(new Set([401]))
  expect((await ask(secretOf(client), '2001:db8:0:5:ffff::1')).status).toBe(429)
  expect((await ask(secretOf(client), '2001:db8:0:6::1')).status).toBe(200)
})

test('over HTTP/2 the peer is counted as well, and one that hangs up in the middle leaves the gateway well', async () => {
  const { clientId } = await makeClient()
  const session = http2.connect(direct.url)
  const guess = async () => {
    const stream = session.request({
      ':method': 'POST',
      ':path': '/auth/v1/token',
      'content-type': 'application/x-www-form-urlencoded',
    })
    stream.end(String(new URLSearchParams({ client_id: clientId, client_secret: 'guess' })))
    const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders]
    stream.resume()
    return headers[':status']
  }
  for (let attempt = 0; attempt < 4; attempt++) expect(await guess()).toBe(401)
  expect(await guess()).toBe(429)
  const half = session.request({ ':method': 'POST', ':path': '/auth/v1/token' })
  half.on('error', () => {}).write('client_id=')
  session.destroy()
  expect((await fetch(`${direct.url}/healthz`)).status).toBe(200)
})

test('without a trusted proxy the header says nothing: the peer is counted', async () => {
  const { clientId } = await makeClient()
  const guess = (from: string) =>
    ask({ client_id: clientId, client_secret: 'guess' }, from, '/auth/v1/token', direct.url)
  for (let attempt = 0; attempt < 4; attempt++) expect((await guess(`192.0.2.${attempt}`)).status).toBe(401)
  expect((await guess('192.0.2.9')).status).toBe(429)
})
