import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { clientDialects, conductorone, sailpoint } from '@assay/dialects'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { decodeProtectedHeader, exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { createAccessTokens } from './access-tokens.ts'
import { type ApiClientInit, createApiClient, listApiClients, revokeApiClient } from './api-clients.ts'
import { userIdOfClient } from './client-user.ts'
import { recordReplacedKeys } from './replaced-keys.ts'
import { encryptionKey, signingKeyInUse } from './testing.ts'

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
  const client = await createApiClient(db.owner.sql, {
    dialect: conductorone.clients,
    role: 'admin',
    displayName: 'Test client',
    ...init,
    tenantId,
  })
  return { tenantId, ...client }
}

const refusal = (reason: string) => expect.objectContaining({ kind: 'unauthenticated', reason })

test('a C1 client has the id and the secret that the SDKs insist on', async () => {
  const { clientId, clientSecret } = await makeClient({ host: 'assay.example:8443' })
  expect(clientId).toMatch(/^[a-z]+-[a-z]+-\d{5}@assay\.example:8443\/spc$/)
  const [scheme, domain, version, key] = clientSecret.split(':')
  expect([scheme, domain, version]).toEqual(['secret-token', 'conductorone.com', 'v1'])
  const jwk = JSON.parse(Buffer.from(key!, 'base64url').toString())
  expect(jwk).toMatchObject({ kty: 'OKP', crv: 'Ed25519' })
  expect(createPrivateKey({ key: jwk, format: 'jwk' }).asymmetricKeyType).toBe('ed25519')
})

test('no secret and no private key of a client is in the database', async () => {
  const { clientId, clientSecret } = await makeClient()
  const [row] = await db.owner.sql`select c::text as everything from api_clients c where client_id = ${clientId}`
  const jwk = JSON.parse(Buffer.from(clientSecret.split(':')[3]!, 'base64url').toString())
  expect(row!.everything).toContain(jwk.x)
  expect(row!.everything).not.toContain(jwk.d)
  expect(row!.everything).not.toContain(clientSecret.slice(-40))
})

test.each([
  ['c1', conductorone.clients, 3600],
  ['sailpoint', sailpoint.clients, 43_200],
] as const)('a %s client gets its kind of token, which stands for it in its tenant', async (name, dialect, seconds) => {
  const { tenantId, clientId, clientSecret } = await makeClient({ dialect, role: 'reviewer' })
  const token = await createAccessTokens(db.database.sql, { dialects: clientDialects, encryptionKey }).issue(
    clientId,
    clientSecret,
  )
  expect(token.expiresInSeconds).toBe(seconds)
  // Another process reads it from the database.
  expect(
    await createAccessTokens(db.database.sql, { dialects: clientDialects, encryptionKey }).verify(token.accessToken),
  ).toEqual({
    tenantId,
    tenant: expect.any(String),
    clientId,
    identityId: userIdOfClient(clientId),
    displayName: 'Test client',
    dialect: name,
    role: 'reviewer',
  })
})

test('a client may act for an identity', async () => {
  const { clientId, clientSecret } = await makeClient({ identityId: 'e-42' })
  const tokens = createAccessTokens(db.database.sql, { dialects: clientDialects, encryptionKey })
  const { accessToken } = await tokens.issue(clientId, clientSecret)
  expect((await tokens.verify(accessToken)).identityId).toBe('e-42')
})

test('a wrong secret and an unknown client are refused alike', async () => {
  const { clientId, clientSecret } = await makeClient()
  const tokens = createAccessTokens(db.database.sql, { dialects: clientDialects, encryptionKey })
  const other = await makeClient()
  for (const [id, secret] of [
    [clientId, other.clientSecret],
    [clientId, ''],
    ['nobody', clientSecret],
    ['nobody', ''],
    ['no\0body', clientSecret],
  ]) {
    const error = await tokens.issue(id!, secret!).catch((thrown: Error) => thrown)
    expect(error).toMatchObject({ reason: 'INVALID_CLIENT', message: 'The client id or the client secret is wrong' })
  }
})

const secretOf = (key: unknown) =>
  `secret-token:conductorone.com:v1:${Buffer.from(typeof key === 'string' ? key : JSON.stringify(key)).toString('base64url')}`
const ed25519 = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })

test.each([
  ['cut off', secretOf(ed25519).slice(0, -5), 'not a private key as a JWK'],
  ['wrapped over two lines', secretOf(ed25519).replace(/.{60}/, '$&\n'), 'not base64url'],
  ['of another version', secretOf(ed25519).replace(':v1:', ':v2:'), 'does not begin with'],
  ['empty after the prefix', secretOf(''), 'not base64url'],
  ['no JSON', secretOf('rubbish'), 'not a private key as a JWK'],
  ['null', secretOf(null), 'not a private key as a JWK'],
  ['without its private half', secretOf({ ...ed25519, d: undefined }), 'not a private key as a JWK'],
  ['with halves that are too short', secretOf({ ...ed25519, x: 'AA', d: 'AA' }), 'not a private key as a JWK'],
  [
    'a key of another curve',
    secretOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })),
    'not an Ed25519 key',
  ],
])('a C1 secret that is %s is refused and told so, whoever shows it', async (_, secret, fault) => {
  const tokens = createAccessTokens(db.database.sql, { dialects: clientDialects, encryptionKey })
  const { clientId } = await makeClient()
  for (const id of [clientId, 'nobody@127.0.0.1/spc']) {
    await expect(tokens.issue(id, secret)).rejects.toMatchObject({
      reason: 'INVALID_CLIENT',
      message: expect.stringContaining(fault),
    })
  }
})

test('a token that is broken, altered or signed elsewhere is refused', async () => {
  const { clientId, clientSecret, tenantId } = await makeClient()
  const tokens = createAccessTokens(db.database.sql, { dialects: clientDialects, encryptionKey })
  const { accessToken } = await tokens.issue(clientId, clientSecret)
  const [header, , signature] = accessToken.split('.')
  const { kid } = decodeProtectedHeader(accessToken)
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true })
  const forge = (keyId: string | undefined, alg = 'EdDSA', key: typeof privateKey | Uint8Array = privateKey) =>
    new SignJWT({ tid: tenantId })
      .setProtectedHeader({ alg, typ: 'at+jwt', ...(keyId && { kid: keyId }) })
      .setIssuer('assay')
      .setAudience('assay-api')
      .setSubject(clientId)
      .setExpirationTime('1h')
      .sign(key)
  const claims = Buffer.from(JSON.stringify({ tid: tenantId, sub: clientId, exp: 9e9 })).toString('base64url')
  const { x } = await exportJWK(publicKey)
  await expect(tokens.verify(await forge('unknown'))).rejects.toThrow(refusal('TOKEN_FOREIGN'))
  await expect(tokens.verify(await forge(undefined))).rejects.toThrow(refusal('TOKEN_FOREIGN'))
  await expect(tokens.verify(await forge(kid))).rejects.toThrow(refusal('TOKEN_INVALID'))
  // The public key used as an HMAC secret, the classic confusion of algorithms.
  const confused = await forge(kid, 'HS256', Buffer.from(`${x}`.padEnd(64)))
  await expect(tokens.verify(confused)).rejects.toThrow(refusal('TOKEN_INVALID'))
  for (const broken of [`${header}.${claims}.${signature}`, accessToken.slice(0, -4), `${header}.${claims}.`]) {
    await expect(tokens.verify(broken)).rejects.toThrow(refusal('TOKEN_INVALID'))
  }
  for (const rubbish of ['', 'x', 'a.b.c', '...', 'x'.repeat(100_000), '\u0000']) {
    await expect(tokens.verify(rubbish)).rejects.toThrow(refusal('TOKEN_INVALID'))
  }
})

test('a token that names another tenant than that of its client is refused, although its signature is ours', async () => {
  const { clientId, clientSecret, tenantId } = await makeClient()
  const tokens = createAccessTokens(db.database.sql, { dialects: clientDialects, encryptionKey })
  const { kid } = decodeProtectedHeader((await tokens.issue(clientId, clientSecret)).accessToken)
  const key = await importJWK(await signingKeyInUse(db.owner.sql), 'EdDSA')
  const claiming = (tid: number) =>
    new SignJWT({ tid })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', ...(kid && { kid }) })
      .setIssuer('assay')
      .setAudience('assay-api')
      .setSubject(clientId)
      .setExpirationTime('1h')
      .sign(key)
  expect(await tokens.verify(await claiming(tenantId))).toMatchObject({ clientId, tenantId })
  const elsewhere = await claiming(await db.tenantId())
  await expect(tokens.verify(elsewhere)).rejects.toThrow(refusal('CLIENT_REVOKED'))
})

test('a client with the longest name and the longest identity id gets tokens that are taken', async () => {
  const { tenantId } = await makeClient()
  const { clientId, clientSecret } = await createApiClient(db.owner.sql, {
    tenantId,
    dialect: sailpoint.clients,
    role: 'admin',
    displayName: '\u{1f600}'.repeat(100),
    identityId: 'é'.repeat(500),
  })
  const tokens = createAccessTokens(db.database.sql, { dialects: clientDialects, encryptionKey })
  const { accessToken } = await tokens.issue(clientId, clientSecret)
  expect(await tokens.verify(accessToken)).toMatchObject({ identityId: 'é'.repeat(500) })
})

test('a token ends when its time is over, cached or not', async () => {
  const { clientId, clientSecret } = await makeClient()
  const tokens = createAccessTokens(db.database.sql, { dialects: clientDialects, encryptionKey })
  const { accessToken } = await tokens.issue(clientId, clientSecret)
  await tokens.verify(accessToken)
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(Date.now() + 3_610_000)
  await expect(tokens.verify(accessToken)).rejects.toThrow(refusal('TOKEN_EXPIRED'))
})

test('a revoked client gets no token, and its tokens end within a minute', async () => {
  const { tenantId, clientId, clientSecret } = await makeClient()
  const tokens = createAccessTokens(db.database.sql, { dialects: clientDialects, encryptionKey })
  const { accessToken } = await tokens.issue(clientId, clientSecret)
  await tokens.verify(accessToken)
  await revokeApiClient(db.owner.sql, tenantId, clientId)
  await revokeApiClient(db.owner.sql, tenantId, clientId)
  await expect(tokens.issue(clientId, clientSecret)).rejects.toThrow(refusal('INVALID_CLIENT'))
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(Date.now() + 61_000)
  await expect(tokens.verify(accessToken)).rejects.toThrow(refusal('CLIENT_REVOKED'))
})

test('after a rotation, tokens of the old key stay valid and fresh ones carry the new key', async () => {
  const { clientId, clientSecret } = await makeClient()
  const [here, there] = [
    createAccessTokens(db.database.sql, { dialects: clientDialects, encryptionKey }),
    createAccessTokens(db.database.sql, { dialects: clientDialects, encryptionKey }),
  ]
  const before = await here.issue(clientId, clientSecret)
  await there.verify(before.accessToken)
  await here.rotate()
  const after = await here.issue(clientId, clientSecret)
  expect(decodeProtectedHeader(after.accessToken).kid).not.toBe(decodeProtectedHeader(before.accessToken).kid)
  for (const token of [before, after]) {
    expect((await there.verify(token.accessToken)).clientId).toBe(clientId)
    expect(
      (await createAccessTokens(db.database.sql, { dialects: clientDialects, encryptionKey }).verify(token.accessToken))
        .clientId,
    ).toBe(clientId)
  }
})

test('a key that is too old is replaced by itself, once, however many processes notice', async () => {
  const { clientId, clientSecret } = await makeClient()
  await createAccessTokens(db.database.sql, { dialects: clientDialects, encryptionKey }).issue(clientId, clientSecret)
  await db.owner.sql`update signing_keys set created_at = now() - interval '31 days' where retired_at is null`
  const { count: before } = (await db.owner.sql<{ count: bigint }[]>`select count(*) from signing_keys`)[0]!
  const processes = Array.from({ length: 8 }, () =>
    createAccessTokens(db.database.sql, { dialects: clientDialects, encryptionKey }),
  )
  const issued = await Promise.all(processes.map((tokens) => tokens.issue(clientId, clientSecret)))
  expect(new Set(issued.map(({ accessToken }) => decodeProtectedHeader(accessToken).kid)).size).toBe(1)
  const { count: after } = (await db.owner.sql<{ count: bigint }[]>`select count(*) from signing_keys`)[0]!
  expect(Number(after) - Number(before)).toBe(1)

  // The ledger of each tenant has one entry for it. When a command replaces a key, the command writes the entry.
  const [{ tenants }] = await db.owner.sql<[{ tenants: number }]>`select count(*)::integer as tenants from tenants`
  const recorded = await Promise.all([recordReplacedKeys(db.database.sql), recordReplacedKeys(db.database.sql)])
  expect(recorded[0] + recorded[1]).toBe(tenants)
  await processes[0]?.rotate()
  expect(await recordReplacedKeys(db.database.sql)).toBe(0)
  const entries = await db.owner.sql<{ id: number; reason: string }[]>`
    select tenant_id as id, content::jsonb ->> 'reason' as reason from ledger_entries where kind = 'key.rotate'`
  expect(entries).toHaveLength(tenants)
  expect(new Set(entries.map(({ id }) => id)).size).toBe(tenants)
  expect(entries[0]?.reason).toBe('age')
})

test('a key is forgotten when everything it signed has expired', async () => {
  const tokens = createAccessTokens(db.database.sql, { dialects: clientDialects, encryptionKey })
  await tokens.rotate()
  await db.owner.sql`update signing_keys set retired_at = now() - interval '14 hours' where retired_at is not null`
  await tokens.rotate()
  const { count } = (await db.owner.sql<{ count: bigint }[]>`select count(*) from signing_keys`)[0]!
  expect(Number(count)).toBe(2)
})

test('a tenant sees its own clients alone, and cannot revoke those of another', async () => {
  const [mine, theirs] = [await makeClient({ displayName: 'Mine' }), await makeClient({ displayName: 'Theirs' })]
  expect(await listApiClients(db.owner.sql, mine.tenantId)).toMatchObject([
    { clientId: mine.clientId, displayName: 'Mine', role: 'admin', dialect: 'c1', revokedAt: undefined },
  ])
  await expect(revokeApiClient(db.owner.sql, mine.tenantId, theirs.clientId)).rejects.toMatchObject({
    kind: 'not_found',
  })
})

test('a service can neither list clients nor read the keys', async () => {
  await makeClient()
  await expect(db.database.sql`select * from api_clients`).rejects.toThrow('permission denied')
  await expect(db.database.sql`select * from signing_keys`).rejects.toThrow('permission denied')
})

test.each([
  [{ displayName: ' ' }, 'display_name'],
  [{ role: 'root' as 'admin' }, 'role'],
  [{ host: 'a/b' }, 'host'],
])('a client out of form is refused: %j', async (init, field) => {
  await expect(makeClient(init)).rejects.toMatchObject({ kind: 'invalid_argument', violations: [{ field }] })
})

test('a client of an unknown tenant is refused', async () => {
  await expect(makeClient({ tenantId: 999_999 })).rejects.toMatchObject({ kind: 'not_found' })
})
