import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AddressGuard, parseNetworks } from '@assay/outbound'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { personOfClaims } from './claims.ts'
import { type IssuerSettings, OidcIssuers } from './issuers.ts'
import { startProvider, type TestProvider } from './testing.ts'

const redirectUri = 'http://127.0.0.1:9/console/signed-in/x'
const names = { groups: 'groups', identity: 'employee_id' }
const ada = { name: 'Ada Byron', email: 'Ada@Example.com', employee_id: '17', groups: ['sales', 'heads'] }

let provider: TestProvider
let plain: TestProvider
let issuers: OidcIssuers
const opened: Server[] = []

beforeAll(async () => {
  provider = await startProvider({ redirectUris: () => [redirectUri], afterSignOut: ['http://127.0.0.1:9/sign-in'] })
  plain = await startProvider({ redirectUris: () => [redirectUri], claimsInToken: false, refreshTokens: false })
  issuers = newIssuers()
})
afterEach(() => {
  provider.misbehaves = undefined
  provider.people.set('ada', ada)
  plain.people.set('ada', ada)
  for (const server of opened.splice(0)) server.close().closeAllConnections()
})
afterAll(async () => {
  issuers?.close()
  await Promise.all([provider?.stop(), plain?.stop()])
})

function newIssuers(networks = '127.0.0.1', limits = {}) {
  return new OidcIssuers(new AddressGuard(parseNetworks(networks)), limits)
}

function settingsOf({ issuer, clientId, clientSecret }: TestProvider = provider): IssuerSettings {
  return { id: issuer, issuer, clientId, clientSecret, scopes: [], claims: names }
}

async function signIn(of: TestProvider = provider, subject = 'ada') {
  of.people.set('ada', ada)
  const settings = settingsOf(of)
  const { url, pending } = await issuers.begin(settings, redirectUri)
  const answer = await of.walk(url, subject)
  return { settings, pending, answer, finish: () => issuers.finish(settings, answer, pending) }
}

test.each([
  ['in the token', () => provider],
  ['by the userinfo endpoint', () => plain],
])('somebody signs in, with claims %s', async (_, of) => {
  const { finish, settings } = await signIn(of())
  const { claims, refreshToken } = await finish()
  expect(personOfClaims(claims, settings.claims)).toEqual({
    subject: 'ada',
    name: 'Ada Byron',
    mail: 'ada@example.com',
    identity: '17',
    groups: ['sales', 'heads'],
    leavesGroupsOut: false,
  })
  expect(refreshToken !== undefined).toBe(of() === provider)
})

test('the browser is sent with PKCE, a state and a nonce, and nothing that is secret', async () => {
  const { url, pending } = await issuers.begin(settingsOf(), redirectUri)
  const sent = Object.fromEntries(url.searchParams)
  expect(sent).toMatchObject({
    code_challenge_method: 'S256',
    state: pending.state,
    nonce: pending.nonce,
    redirect_uri: redirectUri,
  })
  expect(sent.scope).toContain('openid')
  expect(url.href).not.toContain(pending.verifier)
  expect(url.href).not.toContain('secret')
})

test('what the issuer says is read again by the refresh token, which is another one afterwards', async () => {
  const first = await (await signIn()).finish()
  provider.people.set('ada', { ...ada, groups: ['sales'] })
  const second = await issuers.reread(settingsOf(), first.refreshToken ?? '', 'ada')
  expect(second.claims.groups).toEqual(['sales'])
  expect(second.refreshToken).not.toBe(first.refreshToken)
  await expect(issuers.reread(settingsOf(), first.refreshToken ?? '', 'ada')).rejects.toMatchObject({
    reason: 'REFUSED',
  })
})

test('the refresh token of somebody who was removed is refused', async () => {
  const { refreshToken = '' } = await (await signIn()).finish()
  provider.people.delete('ada')
  await expect(issuers.reread(settingsOf(), refreshToken, 'ada')).rejects.toMatchObject({ reason: 'REFUSED' })
})

test('a refreshed token of somebody else is forged', async () => {
  const { refreshToken = '' } = await (await signIn()).finish()
  await expect(issuers.reread(settingsOf(), refreshToken, 'bob')).rejects.toMatchObject({ reason: 'FORGED' })
})

test('a code works once', async () => {
  const { finish } = await signIn()
  await finish()
  await expect(finish()).rejects.toMatchObject({ reason: 'REFUSED' })
})

test.each([
  ['another state', 'FORGED', { state: 'x'.repeat(43) }],
  ['another nonce', 'FORGED', { nonce: 'x'.repeat(43) }],
  ['another verifier', 'REFUSED', { verifier: 'x'.repeat(43) }],
])('a sign-in with %s is %s', async (_, reason, change) => {
  const { settings, answer, pending } = await signIn()
  await expect(issuers.finish(settings, answer, { ...pending, ...change })).rejects.toMatchObject({ reason })
})

test('an answer that another issuer gave is forged: issuers are not mixed up', async () => {
  const { pending, settings } = await signIn()
  const other = await signIn(plain)
  other.answer.searchParams.set('state', pending.state)
  await expect(issuers.finish(settings, other.answer, pending)).rejects.toMatchObject({ reason: 'FORGED' })
})

test('whoever says no at the issuer has denied it', async () => {
  const { finish } = await signIn(provider, '')
  await expect(finish()).rejects.toMatchObject({ reason: 'DENIED' })
})

test('keys that were rotated a moment ago are read again', async () => {
  await (await signIn()).finish()
  provider.rotateKeys()
  await new Promise((passed) => setTimeout(passed, 1_050))
  expect((await (await signIn()).finish()).claims.sub).toBe('ada')
})

test('a token that the issuer signed by a key that it does not publish is forged', async () => {
  const { finish } = await signIn()
  provider.misbehaves = (request, response) => {
    if (!request.url?.startsWith('/jwks')) return false
    response.setHeader('content-type', 'application/json')
    response.end('{"keys": []}')
    return true
  }
  const fresh = newIssuers()
  provider.rotateKeys()
  const begun = await fresh.begin(settingsOf(), redirectUri)
  const answer = await provider.walk(begun.url, 'ada')
  await expect(fresh.finish(settingsOf(), answer, begun.pending)).rejects.toMatchObject({ reason: 'FORGED' })
  provider.misbehaves = undefined
  fresh.close()
  await finish().catch(() => {})
})

test.each([404, 200])('of keys that cannot be read (%i) nobody is told forged: sessions go on', async (status) => {
  const fresh = newIssuers()
  const begun = await fresh.begin(settingsOf(), redirectUri)
  provider.people.set('ada', ada)
  const answer = await provider.walk(begun.url, 'ada')
  provider.misbehaves = (request, response) => {
    if (!request.url?.startsWith('/jwks')) return false
    response.writeHead(status, { 'content-type': 'application/json' }).end('{"keys": 7}')
    return true
  }
  await expect(fresh.finish(settingsOf(), answer, begun.pending)).rejects.toMatchObject({ reason: 'MISCONFIGURED' })
  fresh.close()
})

/** An issuer that answers the discovery request as the test says. */
async function serving(
  answer: (
    path: string,
    issuer: string,
  ) => { status?: number; headers?: Record<string, string>; body?: string } | undefined,
) {
  const server = createServer((request, response) => {
    const {
      status = 200,
      headers = { 'content-type': 'application/json' },
      body = '',
    } = answer(request.url ?? '', issuer) ?? {}
    if (answer(request.url ?? '', issuer) === undefined) return
    response.writeHead(status, headers).end(body)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  opened.push(server)
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { id: issuer, issuer, clientId: 'assay', clientSecret: 'hush', scopes: [], claims: names }
}

const silent = () => undefined

test.each([
  [
    'redirects to another host',
    'MISCONFIGURED',
    () => ({ status: 302, headers: { location: 'http://169.254.169.254/' } }),
  ],
  ['answers without end', 'MISCONFIGURED', () => ({ body: `{"issuer": "${'x'.repeat(600_000)}"}` })],
  ['answers no JSON', 'MISCONFIGURED', () => ({ body: '<html>' })],
  ['has a fault', 'AWAY', () => ({ status: 503 })],
  ['is too busy', 'AWAY', () => ({ status: 429 })],
  ['says nothing', 'AWAY', silent],
  ['calls itself another one', 'MISCONFIGURED', () => ({ body: '{"issuer": "https://evil.example"}' })],
  ['has no keys', 'MISCONFIGURED', (_: string, issuer: string) => ({ body: JSON.stringify({ issuer }) })],
  [
    'has no page to sign in',
    'MISCONFIGURED',
    (_: string, issuer: string) => ({ body: JSON.stringify({ issuer, jwks_uri: `${issuer}/jwks` }) }),
  ],
])('of an issuer that %s nobody signs in: %s', async (_, reason, answer) => {
  const settings = await serving(answer)
  // Only the silent issuer may exceed the time for an answer: on a busy machine others take long too.
  const own = newIssuers('127.0.0.1', { answerMs: answer === silent ? 300 : 900_000 })
  await expect(own.begin(settings, redirectUri)).rejects.toMatchObject({ name: 'OidcFault', reason })
  own.close()
})

test.each([
  ['a private address', 'http://10.0.0.1'],
  ['the metadata of a cloud', 'http://169.254.169.254'],
  ['plain HTTP on the internet', 'http://93.184.215.14'],
])('an issuer at %s is not asked', async (_, issuer) => {
  const closed = newIssuers('')
  await expect(closed.begin({ ...settingsOf(), issuer }, redirectUri)).rejects.toMatchObject({
    reason: 'MISCONFIGURED',
  })
  closed.close()
})

test('endpoints that an issuer names lead to no address of the operator either', async () => {
  const settings = await serving((_, issuer) => ({
    body: JSON.stringify({
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: 'http://169.254.169.254/latest',
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['code'],
    }),
  }))
  const { pending } = await issuers.begin(settings, redirectUri)
  const answer = new URL(`${redirectUri}?code=x&state=${pending.state}`)
  await expect(issuers.finish(settings, answer, pending)).rejects.toMatchObject({
    reason: 'MISCONFIGURED',
    message: expect.stringContaining('no address of the internet'),
  })
})

test('an issuer that was away is asked again, and one that is known is not discovered anew', async () => {
  const settings = settingsOf()
  const fresh = newIssuers()
  provider.misbehaves = (_, response) => {
    response.writeHead(503).end()
    return true
  }
  await expect(fresh.begin(settings, redirectUri)).rejects.toMatchObject({ reason: 'AWAY' })
  provider.misbehaves = undefined
  const before = provider.requests.length
  await Promise.all([fresh.begin(settings, redirectUri), fresh.begin(settings, redirectUri)])
  await fresh.begin(settings, redirectUri)
  expect(provider.requests.slice(before)).toEqual(['/.well-known/openid-configuration'])
  fresh.close()
})

test('signing out leads to the page of the issuer, and back', async () => {
  // The keys were just rotated, and they are read again only after a second.
  const fresh = newIssuers()
  const begun = await fresh.begin(settingsOf(), redirectUri)
  provider.people.set('ada', ada)
  const { idToken } = await fresh.finish(settingsOf(), await provider.walk(begun.url, 'ada'), begun.pending)
  fresh.close()
  const url = await issuers.signOutUrl(settingsOf(), idToken, 'http://127.0.0.1:9/sign-in')
  expect(Object.fromEntries(url?.searchParams ?? [])).toMatchObject({
    client_id: 'assay',
    id_token_hint: idToken,
    post_logout_redirect_uri: 'http://127.0.0.1:9/sign-in',
  })
})
