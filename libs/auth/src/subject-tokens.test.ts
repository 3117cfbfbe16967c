import { clientDialects, conductorone } from '@assay/dialects'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { SignJWT } from 'jose'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { createAccessTokens } from './access-tokens.ts'
import { createApiClient, listApiClients, revokeApiClient } from './api-clients.ts'
import { createFederatedClient, type FederatedClientInit } from './client-trusts.ts'
import { userIdOfClient } from './client-user.ts'
import { type Changes, encryptionKey, startIssuer, type TestIssuer } from './testing.ts'

const host = 'assay.example'
const now = () => Math.floor(Date.now() / 1000)
const claims = { sub: ['repo:acme/infra:*'], repository_owner: ['acme', 'acme-labs'] }

let db: TestDatabase
let issuer: TestIssuer
let other: TestIssuer
beforeAll(async () => {
  ;[db, issuer, other] = await Promise.all([createTestDatabase(), startIssuer(), startIssuer('RS256')])
})
afterAll(async () => {
  await Promise.all([db.drop(), issuer.stop(), other.stop()])
})
afterEach(() => {
  vi.useRealTimers()
})

async function makeClient(trust: Partial<FederatedClientInit['trust']> = {}, init: Partial<FederatedClientInit> = {}) {
  const tenantId = await db.tenantId()
  const { clientId } = await createFederatedClient(db.owner.sql, {
    tenantId,
    dialect: conductorone.clients,
    role: 'role-miner',
    displayName: 'CI',
    host: `${host}:8443`,
    ...init,
    trust: { issuer: issuer.issuer, claims, ...trust },
  })
  return { tenantId, clientId }
}

const tokens = () => createAccessTokens(db.database.sql, { dialects: clientDialects, encryptionKey })
const exchange = (clientId: string, subjectToken: string, accessTokens = tokens()) =>
  accessTokens.issueForSubjectToken({ clientId, subjectToken, publicHosts: ['10.0.0.5:8443'] })
const refusal = (reason: string) => expect.objectContaining({ kind: 'invalid_argument', reason })

test('a token of the trusted issuer is exchanged for one that stands for the client', async () => {
  const { tenantId, clientId } = await makeClient()
  expect(clientId).toMatch(/^[a-z]+-[a-z]+-\d{5}@assay\.example:8443\/wfe$/)
  const { accessToken, expiresInSeconds } = await exchange(clientId, await issuer.token(host))
  expect(expiresInSeconds).toBe(3600)
  expect(await tokens().verify(accessToken)).toMatchObject({
    tenantId,
    clientId,
    identityId: userIdOfClient(clientId),
  })
  expect(await listApiClients(db.owner.sql, tenantId)).toMatchObject([{ clientId, trustedIssuer: issuer.issuer }])
})

test('a token may be exchanged again while it is valid, as the Go SDK does', async () => {
  const { clientId } = await makeClient()
  const token = await issuer.token([host])
  await exchange(clientId, token)
  await exchange(clientId, token)
})

test('the identity acted for is the one that the mapped claim names, in every process', async () => {
  const { clientId } = await makeClient({ identityClaim: 'actor' })
  const { accessToken } = await exchange(clientId, await issuer.token(host, { claims: { actor: 'e-42' } }))
  expect((await tokens().verify(accessToken)).identityId).toBe('e-42')
  for (const actor of [undefined, '', 7, 'a\0b', 'x'.repeat(300)]) {
    await expect(exchange(clientId, await issuer.token(host, { claims: { actor } }))).rejects.toThrow(
      refusal('SUBJECT_TOKEN_INVALID'),
    )
  }
})

const good: [string, unknown, () => Changes][] = [
  ['aud among others', ['elsewhere', host], () => ({})],
  ['aud of a configured host', '10.0.0.5', () => ({})],
  ['the other value of a claim', host, () => ({ claims: { repository_owner: 'acme-labs' } })],
  ['a list that holds the value', host, () => ({ claims: { repository_owner: ['x', 'acme'] } })],
  ['no nbf', host, () => ({ claims: { nbf: undefined } })],
  ['a life of an hour', host, () => ({ claims: { exp: now() + 3600 } })],
]
test.each(good)('a subject token is good with %s', async (_, aud, change) => {
  const { clientId } = await makeClient()
  await exchange(clientId, await issuer.token(aud, change()))
})

const bad: [string, string, unknown, () => Changes][] = [
  ['expired', 'INVALID', host, () => ({ claims: { exp: now() - 10 } })],
  ['without exp', 'INVALID', host, () => ({ claims: { exp: undefined } })],
  ['without iat', 'INVALID', host, () => ({ claims: { iat: undefined } })],
  ['issued eleven minutes ago', 'INVALID', host, () => ({ claims: { iat: now() - 660 } })],
  ['issued in the future', 'INVALID', host, () => ({ claims: { iat: now() + 60 } })],
  ['not valid yet', 'INVALID', host, () => ({ claims: { nbf: now() + 60 } })],
  ['for another host', 'INVALID', 'evil.example', () => ({})],
  ['without an audience', 'INVALID', undefined, () => ({})],
  ['of another repository', 'INVALID', host, () => ({ claims: { sub: 'repo:acme/infrastructure' } })],
  ['of another owner', 'INVALID', host, () => ({ claims: { repository_owner: 'acme2' } })],
  ['silent about a claim', 'INVALID', host, () => ({ claims: { repository_owner: undefined } })],
  ['of objects for claims', 'INVALID', host, () => ({ claims: { repository_owner: { acme: 'acme' } } })],
  ['of another issuer by name', 'REFUSED', host, () => ({ claims: { iss: 'https://evil.example' } })],
  ['signed with a key that is not published', 'REFUSED', host, () => ({ header: { kid: 'unknown' } })],
]
test.each(bad)('a subject token that is %s is refused as %s', async (_, reason, aud, change) => {
  const { clientId } = await makeClient()
  const refused = exchange(clientId, await issuer.token(aud, change()))
  await expect(refused).rejects.toThrow(refusal(`SUBJECT_TOKEN_${reason}`))
})

test('a forged token, an unknown client, a revoked one and one with a secret are refused alike', async () => {
  const { clientId, tenantId } = await makeClient()
  const revoked = await makeClient()
  await revokeApiClient(db.owner.sql, revoked.tenantId, revoked.clientId)
  const secret = await createApiClient(db.owner.sql, {
    tenantId,
    dialect: conductorone.clients,
    role: 'admin',
    displayName: 'x',
  })
  const token = await issuer.token(host)
  const [header, payload] = token.split('.')
  const hmac = await new SignJWT({ sub: 'repo:acme/infra:x' })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new Uint8Array(32))
  for (const [id, shown] of [
    [clientId, await other.token(host)],
    [clientId, await other.token(host, { claims: { iss: issuer.issuer } })],
    [clientId, `${header}.${payload}.${Buffer.alloc(64, 1).toString('base64url')}`],
    [clientId, `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`],
    [clientId, hmac],
    [clientId, 'rubbish'],
    [clientId, '\0'],
    [clientId.replace(/\d{5}/, '00000'), token],
    ['no\0body@x/wfe', token],
    [revoked.clientId, token],
    [secret.clientId, token],
  ]) {
    await expect(exchange(id!, shown!)).rejects.toMatchObject({
      reason: 'SUBJECT_TOKEN_REFUSED',
      message: 'subject_token: is not one that this client id accepts',
    })
  }
})

test('a federated client has no secret and no key: neither nothing nor an assertion proves it', async () => {
  const { clientId } = await makeClient()
  for (const secret of ['', 'null', 'undefined']) {
    await expect(tokens().issue(clientId, secret)).rejects.toMatchObject({ reason: 'INVALID_CLIENT' })
  }
})

test("tokens that were exchanged end within a minute of the client's revocation", async () => {
  const { tenantId, clientId } = await makeClient()
  const { accessToken } = await exchange(clientId, await issuer.token(host))
  await revokeApiClient(db.owner.sql, tenantId, clientId)
  await expect(tokens().verify(accessToken)).rejects.toMatchObject({ reason: 'CLIENT_REVOKED' })
})

test('keys are read once and kept, and a fresh key of the issuer is found half a minute later', async () => {
  const own = await startIssuer()
  try {
    const { clientId } = await makeClient({ issuer: own.issuer })
    const here = tokens()
    for (let i = 0; i < 5; i++) await exchange(clientId, await own.token(host), here)
    expect(own.reads).toBe(1)
    own.rotate()
    // Invented key ids cannot make us read the keys again and again.
    await expect(exchange(clientId, await own.token(host), here)).rejects.toThrow(refusal('SUBJECT_TOKEN_REFUSED'))
    expect(own.reads).toBe(1)
    vi.useFakeTimers({ toFake: ['Date'] })
    vi.setSystemTime(Date.now() + 31_000)
    await exchange(clientId, await own.token(host), here)
    expect(own.reads).toBe(2)
  } finally {
    await own.stop()
  }
})

test('an issuer that does not answer makes tokens unavailable, is left alone for ten seconds, and comes back', async () => {
  const own = await startIssuer()
  try {
    const { clientId } = await makeClient({ issuer: own.issuer })
    const here = tokens()
    const token = await own.token(host)
    const gone = expect.objectContaining({ kind: 'unavailable', reason: 'ISSUER_UNAVAILABLE' })
    own.broken = true
    await expect(exchange(clientId, token, here)).rejects.toThrow(gone)
    own.broken = false
    await expect(exchange(clientId, token, here)).rejects.toThrow(gone)
    expect(own.reads).toBe(0)
    vi.useFakeTimers({ toFake: ['Date'] })
    vi.setSystemTime(Date.now() + 11_000)
    await exchange(clientId, token, here)
  } finally {
    await own.stop()
  }
})

test('keys may be somewhere else than the issuer says, and are asked of it where nothing is said', async () => {
  const { clientId } = await makeClient({ issuer: 'https://ci.example', jwksUrl: issuer.jwksUrl })
  await exchange(clientId, await issuer.token(host, { claims: { iss: 'https://ci.example' } }))
  await expect(makeClient({ issuer: `${issuer.issuer}/nowhere` })).rejects.toMatchObject({
    kind: 'failed_precondition',
    message: expect.stringContaining('give the JWKS URL'),
  })
  await expect(makeClient({ issuer: `${issuer.issuer}/` })).rejects.toMatchObject({ kind: 'failed_precondition' })
})

const outOfForm: [string, Partial<FederatedClientInit['trust']>, string][] = [
  ['an issuer that is no URL', { issuer: 'github' }, 'issuer'],
  ['keys that are no URL', { jwksUrl: 'file:///etc/passwd' }, 'jwks_url'],
  ['no claims', { claims: {} }, 'claims'],
  ['a claim without values', { claims: { sub: [] } }, 'claims'],
  ['a claim that anything matches', { claims: { sub: ['*'] } }, 'claims'],
  ['a claim without a name', { claims: { '': ['x'] } }, 'claims'],
  ['an identity claim without a name', { identityClaim: '' }, 'identity_claim'],
]
test.each(outOfForm)('a trust with %s is refused, and no client is made', async (_, trust, field) => {
  const tenantId = await db.tenantId()
  const making = createFederatedClient(db.owner.sql, {
    tenantId,
    dialect: conductorone.clients,
    role: 'admin',
    displayName: 'CI',
    trust: { issuer: issuer.issuer, claims, ...trust },
  })
  await expect(making).rejects.toMatchObject({ kind: 'invalid_argument', violations: [{ field }] })
  expect(await listApiClients(db.owner.sql, tenantId)).toEqual([])
})
