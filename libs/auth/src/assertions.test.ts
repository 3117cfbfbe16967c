import { generateKeyPairSync } from 'node:crypto'
import { clientDialects, conductorone, sailpoint } from '@assay/dialects'
import { openDatabase } from '@assay/store'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { createAccessTokens } from './access-tokens.ts'
import { type ApiClientInit, createApiClient, revokeApiClient } from './api-clients.ts'
import { type Changes, encryptionKey, signAssertion } from './testing.ts'

const host = 'assay.example'
const now = () => Math.floor(Date.now() / 1000)

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.drop())
afterEach(() => {
  vi.useRealTimers()
})

async function makeClient(init: Partial<ApiClientInit> = {}) {
  const tenantId = init.tenantId ?? (await db.tenantId())
  const named = {
    dialect: conductorone.clients,
    role: 'role-miner',
    displayName: 'Signer',
    host: `${host}:8443`,
  } as const
  return { tenantId, ...(await createApiClient(db.owner.sql, { ...named, ...init, tenantId })) }
}

const tokens = () => createAccessTokens(db.database.sql, { dialects: clientDialects, encryptionKey })
const show = (clientId: string | undefined, assertion: string, publicHosts: string[] = []) =>
  tokens().issueForAssertion({ clientId, assertion, publicHosts })
const refusal = (reason: string) => expect.objectContaining({ kind: 'unauthenticated', reason })
const unproven = { reason: 'INVALID_CLIENT', message: 'The client id or the client assertion is wrong' }

async function rowsUsed(tenantId: number): Promise<number> {
  return (await db.owner.sql`select from used_assertions where tenant_id = ${tenantId}`).length
}

test('an assertion as the SDKs sign it gets a token for an hour that stands for the client', async () => {
  const client = await makeClient()
  const token = await show(client.clientId, await signAssertion(client, host))
  expect(token.expiresInSeconds).toBe(3600)
  expect(await tokens().verify(token.accessToken)).toMatchObject({
    tenantId: client.tenantId,
    clientId: client.clientId,
    role: 'role-miner',
  })
})

const good: [string, () => Changes & { hosts?: string[] }][] = [
  ['aud as a text', () => ({ claims: { aud: host } })],
  ['aud in capitals', () => ({ claims: { aud: host.toUpperCase() } })],
  ['aud of a configured host', () => ({ claims: { aud: ['10.0.0.5'] }, hosts: ['10.0.0.5:8443'] })],
  ['aud as a URL writes an IPv6 host', () => ({ claims: { aud: ['[::1]'] }, hosts: ['[::1]:8080'] })],
  [
    'no nonce, nbf a minute ago (the DPoP client)',
    () => ({ header: { nonce: undefined }, claims: { nbf: now() - 60 } }),
  ],
  ['no iat and no nbf', () => ({ claims: { iat: undefined, nbf: undefined } })],
  ['typ and kid in the header', () => ({ header: { typ: 'JWT', kid: 'x' } })],
  ['a life of five minutes', () => ({ claims: { exp: now() + 300 } })],
  ['a clock two minutes ahead', () => ({ claims: { exp: now() + 240, iat: now() + 120, nbf: now() } })],
  ['a clock two minutes behind', () => ({ claims: { exp: now() + 2, iat: now() - 118, nbf: now() - 238 } })],
]
test.each(good)('an assertion is good with %s', async (_, change) => {
  const client = await makeClient()
  const { hosts, ...changes } = change()
  expect(await show(client.clientId, await signAssertion(client, host, changes), hosts)).toMatchObject({
    expiresInSeconds: 3600,
  })
})

test('the client id may be left out, because the assertion names it', async () => {
  const client = await makeClient()
  const { accessToken } = await show(undefined, await signAssertion(client, host))
  expect((await tokens().verify(accessToken)).clientId).toBe(client.clientId)
  await expect(show(undefined, await signAssertion(client, host, { claims: { sub: undefined } }))).rejects.toThrow(
    refusal('ASSERTION_MALFORMED'),
  )
})

const bad: [string, string, () => Changes][] = [
  ['expired', 'ASSERTION_EXPIRED', () => ({ claims: { exp: now() - 10 } })],
  ['without exp', 'ASSERTION_INVALID', () => ({ claims: { exp: undefined } })],
  ['with exp as a text', 'ASSERTION_INVALID', () => ({ claims: { exp: String(now() + 60) } })],
  ['too long lived', 'ASSERTION_TOO_LONG', () => ({ claims: { exp: now() + 320 } })],
  ['valid without an end', 'ASSERTION_TOO_LONG', () => ({ claims: { exp: 1e300 } })],
  ['not valid yet', 'ASSERTION_EARLY', () => ({ claims: { nbf: now() + 30 } })],
  ['signed in the future', 'ASSERTION_EARLY', () => ({ claims: { iat: now() + 140 } })],
  ['for another host', 'ASSERTION_AUDIENCE', () => ({ claims: { aud: ['evil.example'] } })],
  ['for a host with a port', 'ASSERTION_AUDIENCE', () => ({ claims: { aud: [`${host}:8443`] } })],
  ['for the URL of the endpoint', 'ASSERTION_AUDIENCE', () => ({ claims: { aud: `https://${host}/auth/v1/token` } })],
  ['for us and another host', 'ASSERTION_AUDIENCE', () => ({ claims: { aud: [host, 'evil.example'] } })],
  ['without an audience', 'ASSERTION_AUDIENCE', () => ({ claims: { aud: [] } })],
  ['without aud', 'ASSERTION_INVALID', () => ({ claims: { aud: undefined } })],
  ['of another issuer', 'ASSERTION_INVALID', () => ({ claims: { iss: 'somebody' } })],
  ['without iss', 'ASSERTION_INVALID', () => ({ claims: { iss: undefined } })],
  ['about another subject', 'ASSERTION_INVALID', () => ({ claims: { sub: 'somebody' } })],
  ['with an empty nonce', 'ASSERTION_INVALID', () => ({ header: { nonce: '' } })],
  ['with a nonce that is a number', 'ASSERTION_INVALID', () => ({ header: { nonce: 7 } })],
  ['with a nonce of a kilobyte', 'ASSERTION_INVALID', () => ({ header: { nonce: 'x'.repeat(1024) } })],
]
test.each(bad)('an assertion that is %s is refused as %s, and nothing of it is kept', async (_, reason, change) => {
  const client = await makeClient()
  await expect(show(client.clientId, await signAssertion(client, host, change()))).rejects.toThrow(refusal(reason))
  expect(await rowsUsed(client.tenantId)).toBe(0)
})

test("an unknown client, a revoked one, another client's key and a SailPoint client are refused alike", async () => {
  const [client, other, revoked] = [await makeClient(), await makeClient(), await makeClient()]
  await revokeApiClient(db.owner.sql, revoked.tenantId, revoked.clientId)
  const keyless = await makeClient({ dialect: sailpoint.clients })
  const stranger = { ...client, clientId: 'bold-newt-10000@assay.example/spc' }
  for (const forged of [
    stranger,
    { ...client, clientId: 'no\0body' },
    revoked,
    { ...client, clientSecret: other.clientSecret },
    { ...client, clientId: keyless.clientId },
  ]) {
    await expect(show(forged.clientId, await signAssertion(forged, host))).rejects.toMatchObject(unproven)
  }
})

test('a forged assertion is refused: altered claims, a cut signature, a foreign key', async () => {
  const client = await makeClient()
  const [header, claims, signature] = (await signAssertion(client, host)).split('.')
  const altered = Buffer.from(
    JSON.stringify({ ...JSON.parse(Buffer.from(claims!, 'base64url').toString()), exp: now() + 200 }),
  ).toString('base64url')
  for (const forged of [
    `${header}.${altered}.${signature}`,
    `${header}.${claims}.`,
    `${header}.${claims}.${signature!.slice(0, -2)}`,
    await signAssertion(client, host, {}, generateKeyPairSync('ed25519').privateKey),
  ]) {
    await expect(show(client.clientId, forged)).rejects.toMatchObject(unproven)
  }
  expect(await rowsUsed(client.tenantId)).toBe(0)
})

test('another algorithm and rubbish are refused before a key is looked at, for a stranger as for a client', async () => {
  const client = await makeClient()
  const stranger = 'bold-newt-10000@assay.example/spc'
  const publicHalf = JSON.parse(Buffer.from(client.clientSecret.split(':')[3]!, 'base64url').toString()).x
  const { privateKey: p256 } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const [, claims] = (await signAssertion(client, host)).split('.')
  const none = Buffer.from(JSON.stringify({ alg: 'none', nonce: 'x' })).toString('base64url')
  const encoded = (text: string) => Buffer.from(text).toString('base64url')
  for (const text of [
    await signAssertion(client, host, { header: { alg: 'ES256' } }, p256),
    // The public key used as an HMAC secret, the classic confusion of algorithms.
    await signAssertion(client, host, { header: { alg: 'HS256' } }, Buffer.from(publicHalf)),
    `${none}.${claims}.`,
    `${encoded('{"alg":"EdDSA","crit":["x"],"x":1}')}.${claims}.AA`,
    'x',
    'a.b.c',
    '...',
    '\0',
    'x'.repeat(100_000),
  ]) {
    for (const clientId of [client.clientId, stranger]) {
      await expect(show(clientId, text)).rejects.toThrow(refusal('ASSERTION_MALFORMED'))
    }
  }
})

test.each([
  ['with a nonce', {}],
  ['without one', { header: { nonce: undefined } }],
])('an assertion %s is good once, whichever process sees it again', async (_, changes) => {
  const client = await makeClient()
  const assertion = await signAssertion(client, host, changes)
  await show(client.clientId, assertion)
  const elsewhere = openDatabase({ url: db.url, applicationName: 'assay-elsewhere', maxConnections: 1 })
  try {
    const again = createAccessTokens(elsewhere.sql, { dialects: clientDialects, encryptionKey }).issueForAssertion({
      clientId: client.clientId,
      assertion,
      publicHosts: [],
    })
    await expect(again).rejects.toThrow(refusal('ASSERTION_REPLAYED'))
  } finally {
    await elsewhere.close()
  }
})

test('of many processes that see one assertion at once, exactly one takes it', async () => {
  const client = await makeClient()
  const assertion = await signAssertion(client, host)
  const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => show(client.clientId, assertion)))
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') expect(outcome.reason).toEqual(refusal('ASSERTION_REPLAYED'))
})

test('another spelling of the same signature is no second use', async () => {
  const client = await makeClient()
  const assertion = await signAssertion(client, host, { header: { nonce: undefined } })
  await show(client.clientId, assertion)
  // The last base64url character of 64 bytes has four bits that are ignored.
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = alphabet.indexOf(assertion.slice(-1))
  const respelled = assertion.slice(0, -1) + alphabet[last ^ 1]
  expect(Buffer.from(respelled.split('.')[2]!, 'base64url')).toEqual(Buffer.from(assertion.split('.')[2]!, 'base64url'))
  await expect(show(client.clientId, respelled)).rejects.toMatchObject({
    reason: expect.stringMatching(/ASSERTION_REPLAYED|ASSERTION_MALFORMED/),
  })
})

test('a nonce is used up by its client alone', async () => {
  const [first, second] = [await makeClient(), await makeClient()]
  const changes = { header: { nonce: '00112233445566778899aabbccddeeff' } }
  await show(first.clientId, await signAssertion(first, host, changes))
  await show(second.clientId, await signAssertion(second, host, changes))
  const fresh = await signAssertion(first, host, { ...changes, claims: { exp: now() + 100 } })
  await expect(show(first.clientId, fresh)).rejects.toThrow(refusal('ASSERTION_REPLAYED'))
})

test('what was used is remembered beyond its expiry, and then forgotten', async () => {
  const client = await makeClient()
  await show(client.clientId, await signAssertion(client, host))
  const { left } = (
    await db.owner.sql<{ left: number }[]>`
    select extract(epoch from forget_at - now())::float8 as left from used_assertions
    where tenant_id = ${client.tenantId}`
  )[0]!
  expect(left).toBeGreaterThan(120 + 60)
  await db.owner.sql`update used_assertions set forget_at = now() - interval '1 second'`
  await show(client.clientId, await signAssertion(client, host))
  expect(await rowsUsed(client.tenantId)).toBe(1)
})

test('when the database remembers no more, the assertion has long expired', async () => {
  const client = await makeClient()
  const assertion = await signAssertion(client, host, { claims: { exp: now() + 300 } })
  await show(client.clientId, assertion)
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(Date.now() + 310_000)
  await expect(show(client.clientId, assertion)).rejects.toThrow(refusal('ASSERTION_EXPIRED'))
})
