import {
  createInternalTokens,
  createIssuer,
  deleteIssuer,
  giveAccess,
  issuerId,
  PendingSignIns,
  type PersonRole,
  revokePerson,
} from '@assay/auth'
import { encryptionKey } from '@assay/auth/testing'
import { ReadinessService } from '@assay/contracts/assay/insight/v1/readiness_service_pb'
import { internalAccess } from '@assay/dialects'
import { startProvider, type TestProvider } from '@assay/oidc/testing'
import { createCallGate, createLogger, principalOf, type RunningServer, startServer, unusedPorts } from '@assay/server'
import { inTenant, type TenantSql } from '@assay/store'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { parseConfig } from '../config.ts'
import { startGateway } from '../server.ts'
import { testEnvironment } from '../testing-gateway.ts'
import { TestBrowser } from './testing-browser.ts'

const logger = createLogger('test', 'silent')
const readiness = '/assay.insight.v1.ReadinessService/GetReadiness'
const contact = 'Grace, extension 17'

let db: TestDatabase
let mining: RunningServer
let gateway: Awaited<ReturnType<typeof startGateway>>
/** A second gateway of the same installation; within ten seconds, it does not know what the first has cached. */
let another: Awaited<ReturnType<typeof startGateway>>
let provider: TestProvider
let other: TestProvider
let url: string
let tenantId: number
let foreignId: number

const ada = { name: 'Ada Byron', email: 'ada@example.com', groups: ['sales', 'staff'] }

beforeAll(async () => {
  db = await createTestDatabase()
  tenantId = await db.tenantId('local')
  foreignId = await db.tenantId('elsewhere')
  const [port = 0] = await unusedPorts(1)
  url = `http://127.0.0.1:${port}`
  const addresses = (issuer: string) =>
    [tenantId, foreignId].map((tenant) => `${url}/console/signed-in/${issuerId(tenant, issuer)}`)
  provider = await startProvider({
    redirectUris: addresses,
    afterSignOut: [`${url}/sign-in`],
    backchannelLogoutUri: (issuer) => `${url}/console/signed-out/${issuerId(tenantId, issuer)}`,
  })
  other = await startProvider({ redirectUris: addresses, refreshTokens: false })
  const secret = testEnvironment(db).ASSAY_INTERNAL_SECRET
  const tokens = createInternalTokens(Buffer.from(secret, 'hex'))
  mining = await startServer({
    name: 'mining',
    host: '127.0.0.1',
    port: 0,
    readiness: {},
    logger,
    gate: createCallGate({ verify: (token) => tokens.verify(token, 'mining'), accessOf: internalAccess }),
    routes: (router) =>
      router.service(ReadinessService, {
        getReadiness: (_, context) => ({ importId: JSON.stringify({ ...principalOf(context) }) }),
      }),
  })
  const environment = {
    ASSAY_MINING_URL: mining.url,
    ASSAY_CONSOLE_FOLDER: '/nowhere',
    ASSAY_PUBLIC_URL: url,
    ASSAY_OUTBOUND_NETWORKS: '127.0.0.1',
  }
  gateway = await startGateway(parseConfig(testEnvironment(db, { ...environment, ASSAY_PORT: String(port) })), logger)
  another = await startGateway(parseConfig(testEnvironment(db, environment)), logger)
  // One after the other, since they are listed in the order of creation.
  for (const each of [provider, other]) await asTenant(tenantId, (sql) => addIssuer(sql, tenantId, each))
  await give('sales', 'reviewer')
})
afterEach(() => {
  for (const one of [provider, other]) {
    one.misbehaves = undefined
    one.people.clear()
  }
})
afterAll(async () => {
  await Promise.all([gateway?.stop(), another?.stop(), provider?.stop(), other?.stop()])
  await mining?.close()
  await db?.drop()
})

const asTenant = <T>(tenant: number, work: (sql: TenantSql) => Promise<T>) => inTenant(db.owner.sql, tenant, work)

function addIssuer(sql: TenantSql, tenant: number, { issuer, clientId, clientSecret }: TestProvider) {
  return createIssuer(sql, tenant, {
    displayName: issuer === provider?.issuer ? 'Acme' : 'Other',
    issuer,
    clientId,
    clientSecret,
    scopes: [],
    groupsClaim: 'groups',
    identityClaim: 'employee_id',
    identityBy: 'id',
    contact,
  })
}

function give(group: string, role: PersonRole, at = provider, tenant = tenantId) {
  const init = { issuerId: issuerId(tenant, at.issuer), kind: 'group', value: group, role } as const
  return asTenant(tenant, (sql) => giveAccess(sql, tenant, init, { put: async () => undefined, described: undefined }))
}

const idOf = (at: TestProvider, tenant = tenantId) => issuerId(tenant, at.issuer)

/** Goes to the provider, signs in there, and follows the redirects back. */
async function signIn(
  subject = 'ada',
  { at = provider, tenant = tenantId, browser = new TestBrowser(gateway.url), returnTo = '/' } = {},
) {
  if (subject !== '' && !at.people.has(subject)) at.people.set(subject, ada)
  const query = new URLSearchParams({ return_to: returnTo })
  const begun = await browser.navigate(`/console/sign-in/${idOf(at, tenant)}?${query}`)
  expect(begun.status).toBe(303)
  const back = await at.walk(begun.location, subject)
  const answer = await browser.navigate(back.href, 'cross-site')
  return { browser, begun, back, answer }
}

async function outcome(browser: TestBrowser): Promise<Record<string, unknown> | undefined> {
  return (await browser.json('/console/sign-in')).body.outcome as Record<string, unknown> | undefined
}

const whoIs = (browser: TestBrowser) => browser.json('/console/session')

/** The same browser at the other gateway, which has to ask the database. */
function elsewhere(browser: TestBrowser): TestBrowser {
  const same = new TestBrowser(another.url)
  for (const [name, cookie] of browser.cookies) same.cookies.set(name, cookie)
  return same
}

/** Sets the time at which the issuer was last asked. */
const readAgo = (minutes: number) =>
  db.owner
    .sql`update console_sessions set read_at = now() - make_interval(mins => ${minutes}) where person_id is not null`

test('somebody signs in by the provider and is who the provider says', async () => {
  const browser = new TestBrowser(gateway.url)
  const { body } = await browser.json('/console/sign-in')
  expect(body).toMatchObject({
    organisation: 'local',
    isNameNeeded: false,
    issuers: [
      { id: idOf(provider), displayName: 'Acme' },
      { id: idOf(other), displayName: 'Other' },
    ],
  })
  const { begun, answer } = await signIn('ada', { browser, returnTo: '/candidates?band=most' })
  expect(new URL(begun.location).searchParams.get('redirect_uri')).toBe(`${url}/console/signed-in/${idOf(provider)}`)
  expect([answer.status, answer.location]).toEqual([303, `${url}/candidates?band=most`])
  const { body: who } = await whoIs(browser)
  expect(who).toMatchObject({
    displayName: 'Ada Byron',
    role: 'reviewer',
    tenant: 'local',
    rights: ['read', 'decide'],
    person: { id: expect.stringMatching(/^person-[0-9a-f-]{36}$/), issuer: provider.issuer },
  })
  const call = await browser.call('POST', readiness, '{}')
  const principal = JSON.parse(JSON.parse(call.text).importId)
  expect(principal).toMatchObject({
    role: 'reviewer',
    dialect: 'assay',
    person: { issuer: provider.issuer, subject: 'ada', name: 'Ada Byron' },
    identityId: principal.clientId,
  })
})

test('the same person is the same by every sign-in, and another one at every issuer', async () => {
  await give('sales', 'auditor', other)
  const ids = []
  for (const at of [provider, provider, other])
    ids.push(((await whoIs((await signIn('ada', { at })).browser)).body.person as { id: string }).id)
  expect(ids[0]).toBe(ids[1])
  expect(ids[2]).not.toBe(ids[0])
})

test('a person is the identity that the claim names, where there is one', async () => {
  await db.owner.sql`
    insert into identities (tenant_id, key, id, display_name, status, type, name_order, email_order)
    values (${tenantId}, 17, 'e17', 'Ada', 'enabled', 'human', 'ada', '')`
  const identityOf = async (claim: string) => {
    provider.people.set('ada', { ...ada, employee_id: claim })
    const { browser } = await signIn()
    return JSON.parse(JSON.parse((await browser.call('POST', readiness, '{}')).text).importId).identityId
  }
  expect(await identityOf('e17')).toBe('e17')
  expect(await identityOf('nobody')).toMatch(/^person-/)
})

test('the strongest role of all groups counts, and what is given to the person too', async () => {
  await give('staff', 'auditor')
  expect((await whoIs((await signIn()).browser)).body.role).toBe('reviewer')
  await asTenant(tenantId, (sql) =>
    giveAccess(
      sql,
      tenantId,
      { issuerId: idOf(provider), kind: 'person', value: 'Ada@Example.com', role: 'role-miner' },
      { put: async () => undefined, described: undefined },
    ),
  )
  expect((await whoIs((await signIn()).browser)).body.role).toBe('role-miner')
  await db.owner.sql`delete from access_of_people where kind = 'person' or value = 'staff'`
})

test.each([
  ['no groups', undefined],
  ['other groups', ['kitchen', 'garden']],
])('somebody with %s is told so, with the groups and whom to ask, and leaves nothing behind', async (_, groups) => {
  provider.people.set('eve', { name: 'Eve', groups })
  const { browser, answer } = await signIn('eve')
  expect([answer.status, answer.location]).toEqual([303, `${url}/sign-in`])
  expect(await outcome(browser)).toMatchObject({
    code: 'NO_ACCESS',
    name: 'Eve',
    groups: groups ?? [],
    contact,
    issuer: 'Acme',
  })
  expect((await whoIs(browser)).status).toBe(401)
  expect(await db.owner.sql`select from console_people where subject = 'eve'`).toHaveLength(0)
})

test('of a thousand groups so many are shown as a cookie holds', async () => {
  const groups = Array.from({ length: 1_000 }, (_, index) => `group number ${index} of the provider`)
  provider.people.set('eve', { name: 'Eve', groups })
  const { browser } = await signIn('eve')
  expect(browser.cookie('outcome')?.whole.length).toBeLessThan(4_096)
  const told = await outcome(browser)
  expect(told).toMatchObject({ code: 'NO_ACCESS', groupCount: 1_000 })
  expect(told).toMatchObject({ groups: expect.arrayContaining(groups.slice(0, 20)) })
})

test('OWASP session fixation: an id that the browser brings is never the id of a session', async () => {
  const browser = new TestBrowser(gateway.url)
  await signIn('ada', { browser })
  const [name] = [...browser.cookies.keys()]
  const planted = new TestBrowser(gateway.url)
  const chosen = 'x'.repeat(43)
  planted.cookies.set(name ?? '', { value: chosen, isStrict: true, whole: '' })
  await signIn('ada', { browser: planted })
  expect(planted.cookie('session')?.value).toMatch(/^[\w-]{43}$/)
  expect(planted.cookie('session')?.value).not.toBe(chosen)
})

test('OWASP rotation on login: each sign-in has a session of its own, and the one before in the same browser ends', async () => {
  const { browser } = await signIn()
  const first = elsewhere(browser)
  await signIn('ada', { browser })
  expect(browser.cookie('session')?.value).not.toBe(first.cookie('session')?.value)
  expect((await whoIs(browser)).status).toBe(200)
  expect((await whoIs(first)).status).toBe(401)
})

test('OWASP cookie flags: no script reads a cookie, and only the one of the way to the issuer is not strict', async () => {
  const browser = new TestBrowser(gateway.url)
  await browser.navigate(`/console/sign-in/${idOf(provider)}`)
  expect(browser.cookie('pending')?.whole).toMatch(
    /^__Host-assay-pending-[0-9a-f]{16}=[\w.-]+; Path=\/; Max-Age=600; Secure; HttpOnly; SameSite=Lax$/,
  )
  await signIn('ada', { browser })
  expect(browser.cookie('session')?.whole).toMatch(
    /^__Host-assay-[0-9a-f]{16}=[\w-]{43}; Path=\/; Max-Age=43200; Secure; HttpOnly; SameSite=Strict$/,
  )
  expect(browser.cookie('pending')).toBeUndefined()
  await signIn('', { browser })
  expect(browser.cookie('outcome')?.whole).toMatch(/; Secure; HttpOnly; SameSite=Strict$/)
})

test('OWASP forged cross-site calls: another site begins no sign-in and learns of none', async () => {
  const browser = new TestBrowser(gateway.url)
  const begun = await browser.navigate(`/console/sign-in/${idOf(provider)}`, 'cross-site')
  expect([begun.location, browser.cookies.size]).toEqual([`${url}/sign-in`, 0])
  const { status } = await fetch(`${gateway.url}/console/sign-in`, { headers: { 'sec-fetch-site': 'cross-site' } })
  expect(status).toBe(403)
})

test('OWASP forged cross-site calls: an answer of an issuer that another browser asked for signs nobody in', async () => {
  const mallory = new TestBrowser(gateway.url)
  provider.people.set('mallory', ada)
  const begun = await mallory.navigate(`/console/sign-in/${idOf(provider)}`)
  const back = await provider.walk(begun.location, 'mallory')
  for (const victim of [new TestBrowser(gateway.url), (await beginOnly()).browser]) {
    const answer = await victim.navigate(back.href, 'cross-site')
    expect(answer.location).toBe(`${url}/sign-in`)
    expect(await outcome(victim)).toMatchObject({ code: 'NOT_BEGUN_HERE' })
    expect(victim.cookie('session')).toBeUndefined()
  }
})

async function beginOnly() {
  const browser = new TestBrowser(gateway.url)
  return { browser, begun: await browser.navigate(`/console/sign-in/${idOf(provider)}`) }
}

test.each(['https://evil.example/', '//evil.example', '/\\evil.example', '/%0d%0aset-cookie:x=1'])(
  'OWASP open redirect: return_to=%s leads to no other site',
  async (returnTo) => {
    const { answer } = await signIn('ada', { returnTo })
    expect(new URL(answer.location).origin).toBe(url)
    expect(answer.headers['set-cookie']?.join()).not.toContain('x=1')
  },
)

test('a sign-in that is replayed is refused, with the same cookie too', async () => {
  const browser = new TestBrowser(gateway.url)
  provider.people.set('ada', ada)
  const begun = await browser.navigate(`/console/sign-in/${idOf(provider)}`)
  const thief = elsewhere(browser)
  const back = await provider.walk(begun.location, 'ada')
  expect((await browser.navigate(back.href, 'cross-site')).location).toBe(`${url}/`)
  const asked = provider.requests.filter((path) => path === '/token').length
  expect((await thief.navigate(back.pathname + back.search, 'cross-site')).location).toBe(`${url}/sign-in`)
  expect(await outcome(thief)).toMatchObject({ code: 'NOT_BEGUN_HERE' })
  // The issuer is not asked.
  expect(provider.requests.filter((path) => path === '/token')).toHaveLength(asked)
})

test('a sign-in that took longer than ten minutes is refused', async () => {
  const keys = { encryptionKey }
  const pending = new PendingSignIns(db.owner.sql, keys)
  const text = await pending.write('pending', { state: 'x' })
  expect(await pending.read('pending', text)).toEqual({ state: 'x' })
  expect(await pending.read('outcome', text)).toBeUndefined()
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    vi.setSystemTime(Date.now() + 10 * 60_000 + 1_000)
    expect(await pending.read('pending', text)).toBeUndefined()
  } finally {
    vi.useRealTimers()
  }
  expect(await pending.read('pending', `${text.slice(0, -2)}xx`)).toBeUndefined()
  expect(
    await new PendingSignIns(db.owner.sql, { encryptionKey: Buffer.alloc(32, 1) }).read('pending', text),
  ).toBeUndefined()
})

test('issuers that are mixed up sign nobody in: an answer counts at the address of the issuer that was asked', async () => {
  const { browser, begun } = await beginOnly()
  provider.people.set('ada', ada)
  const back = await provider.walk(begun.location, 'ada')
  const mixed = back.href.replace(idOf(provider), idOf(other))
  await browser.navigate(mixed, 'cross-site')
  expect(await outcome(browser)).toMatchObject({ code: 'NOT_BEGUN_HERE' })
})

test('of a foreign tenant, the same issuer and subject is somebody else, without access', async () => {
  await asTenant(foreignId, (sql) => addIssuer(sql, foreignId, provider))
  try {
    const { browser } = await signIn('ada', { tenant: foreignId })
    expect(await outcome(browser)).toMatchObject({ code: 'NO_ACCESS' })
    await give('sales', 'auditor', provider, foreignId)
    const theirs = await whoIs((await signIn('ada', { tenant: foreignId })).browser)
    const ours = await whoIs((await signIn()).browser)
    expect([theirs.body.tenant, theirs.body.role, ours.body.tenant, ours.body.role]).toEqual([
      'elsewhere',
      'auditor',
      'local',
      'reviewer',
    ])
    expect(theirs.body.person).not.toEqual(ours.body.person)
    // With several organisations, the page asks for the organisation.
    const asking = new TestBrowser(gateway.url)
    expect((await asking.json('/console/sign-in')).body).toMatchObject({ isNameNeeded: true, issuers: [] })
    expect((await asking.json('/console/sign-in?organisation=elsewhere')).body.issuers).toHaveLength(1)
    expect((await asking.json('/console/sign-in?organisation=nobody')).body).toMatchObject({
      isNameNeeded: true,
      issuers: [],
    })
  } finally {
    await asTenant(foreignId, (sql) => deleteIssuer(sql, foreignId, idOf(provider, foreignId)))
  }
})

test('whoever says no at the provider is told so, and can try again', async () => {
  const { browser } = await signIn('')
  expect(await outcome(browser)).toMatchObject({ code: 'DENIED' })
  await signIn('ada', { browser })
  expect(await outcome(browser)).toBeUndefined()
})

test.each([
  ['away when somebody comes back', 'AWAY', '/token', 503],
  ['wrong about its clients', 'MISCONFIGURED', '/token', 401],
])('an issuer that is %s: %s', async (_, code, path, status) => {
  const { browser, begun } = await beginOnly()
  provider.people.set('ada', ada)
  const back = await provider.walk(begun.location, 'ada')
  provider.misbehaves = (request, response) => {
    if (request.url !== path) return false
    response.writeHead(status, { 'content-type': 'application/json' }).end('{"error": "invalid_client"}')
    return true
  }
  await browser.navigate(back.href, 'cross-site')
  expect(await outcome(browser)).toMatchObject({ code })
})

test('strangers who ask how to sign in leave connections of the database for calls', async () => {
  const [locked, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const locking = db.owner.sql.begin(async (sql) => {
    await sql`lock table sign_in_issuers in access exclusive mode`
    locked.resolve()
    await done.promise
  })
  await locked.promise
  const asking = Array.from({ length: 8 }, () => [
    new TestBrowser(gateway.url).json('/console/sign-in'),
    new TestBrowser(gateway.url).navigate(`/console/sign-in/${idOf(provider)}`),
  ]).flat()
  const waiting = async () =>
    (
      await db.owner.sql`select from pg_locks where not granted and relation = 'sign_in_issuers'::regclass
      and database = (select oid from pg_database where datname = current_database())`
    ).length
  await expect.poll(waiting).toBe(1)
  await new Promise((passed) => setTimeout(passed, 300))
  expect(await waiting()).toBe(1)
  done.resolve()
  await locking
  expect((await Promise.all(asking)).map(({ status }) => status)).toEqual(Array(8).fill([200, 303]).flat())
})

test('an issuer that does not exist leads back to the page', async () => {
  const browser = new TestBrowser(gateway.url)
  for (const id of ['0123456789abcdef', 'x', '..%2f', "'"]) {
    expect((await browser.navigate(`/console/sign-in/${id}`)).location).toBe(`${url}/sign-in`)
    expect(await outcome(browser)).toMatchObject({ code: 'NO_ISSUER' })
  }
})

test('groups are read again after ten minutes, while what was read before still counts', async () => {
  const { browser } = await signIn()
  await give('heads', 'admin')
  provider.people.set('ada', { ...ada, groups: ['heads'] })
  await readAgo(11)
  const at = elsewhere(browser)
  expect((await whoIs(at)).body.role).toBe('reviewer')
  const roleLater = async () => (await whoIs(elsewhere(browser))).body.role
  await expect.poll(roleLater, { interval: 500 }).toBe('admin')
})

test('somebody who was removed at the provider is out after 15 minutes, and whoever lost the group too', async () => {
  const [first, second] = [await signIn('ada'), await signIn('bob')]
  provider.people.delete('ada')
  provider.people.set('bob', { ...ada, groups: [] })
  await readAgo(16)
  for (const { browser } of [first, second]) {
    const { status, body } = await whoIs(elsewhere(browser))
    expect([status, body.message]).toEqual([401, 'The session has ended; sign in again'])
  }
})

test('while the issuer is away nobody is believed beyond 15 minutes, and the session goes on when it is back', async () => {
  const { browser } = await signIn('carl')
  provider.misbehaves = (_, response) => {
    response.writeHead(503).end()
    return true
  }
  await readAgo(11)
  expect((await whoIs(elsewhere(browser))).status).toBe(200)
  await readAgo(16)
  const { status, body } = await whoIs(browser)
  // This gateway's cache counts for ten seconds, and never longer than the 15 minutes.
  if (status !== 200) expect(body.message).toContain('try again')
  provider.misbehaves = undefined
  await expect.poll(async () => (await whoIs(elsewhere(browser))).status, { interval: 500 }).toBe(200)
})

test('many calls at once read the issuer once', async () => {
  const { browser } = await signIn('dora')
  await readAgo(16)
  const before = provider.requests.filter((path) => path === '/token').length
  const at = [elsewhere(browser), elsewhere(browser)]
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => whoIs(at[index % 2] ?? browser)))
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
  expect(provider.requests.filter((path) => path === '/token')).toHaveLength(before + 1)
})

test('without a refresh token a session ends with what was read', async () => {
  await give('sales', 'auditor', other)
  const { browser } = await signIn('ada', { at: other })
  const [row] = await db.owner.sql<{ minutes: number }[]>`
    select extract(epoch from ends_at - now()) / 60 as minutes from console_sessions order by signed_in_at desc limit 1`
  expect(Number(row?.minutes)).toBeGreaterThan(14)
  expect(Number(row?.minutes)).toBeLessThanOrEqual(15)
  await readAgo(16)
  expect((await whoIs(elsewhere(browser))).status).toBe(401)
})

test('whoever is revoked is out, whatever the groups say, and does not come in again', async () => {
  const { browser } = await signIn('fay')
  const { body } = await whoIs(browser)
  await asTenant(tenantId, (sql) => revokePerson(sql, tenantId, (body.person as { id: string }).id))
  expect((await whoIs(elsewhere(browser))).status).toBe(401)
  expect(await outcome((await signIn('fay')).browser)).toMatchObject({ code: 'ACCESS_REVOKED' })
})

test('signing out ends the session here and leads to the page of the provider', async () => {
  const { browser } = await signIn()
  const same = elsewhere(browser)
  const { status, text } = await browser.call('DELETE', '/console/session')
  const { signOutUrl } = JSON.parse(text) as { signOutUrl: string }
  expect([status, new URL(signOutUrl).origin]).toEqual([200, provider.issuer])
  expect(new URL(signOutUrl).searchParams.get('post_logout_redirect_uri')).toBe(`${url}/sign-in`)
  expect(new URL(signOutUrl).searchParams.get('id_token_hint')).toMatch(/^ey/)
  expect((await whoIs(same)).status).toBe(401)
  expect(browser.cookie('session')).toBeUndefined()
})

test('the provider ends the sessions of somebody by a logout token, and of nobody else', async () => {
  const [first, second] = [await signIn('gus'), await signIn('hal')]
  const end = async (claims = {}) => {
    const body = new URLSearchParams({ logout_token: await provider.logoutToken('gus', claims) })
    return (await fetch(`${gateway.url}/console/signed-out/${idOf(provider)}`, { method: 'POST', body })).status
  }
  // Tokens of another purpose, client or issuer, and old ones, are refused.
  const old = Math.floor(Date.now() / 1000) - 3_600
  for (const claims of [
    { events: {} },
    { nonce: 'x' },
    { aud: 'other' },
    { iss: 'https://other.example' },
    { sub: undefined },
    { iat: old, exp: old + 60 },
  ])
    expect(await end(claims), JSON.stringify(claims)).toBe(400)
  expect((await whoIs(elsewhere(first.browser))).status).toBe(200)
  expect(await end()).toBe(200)
  const [row] = await db.owner.sql<{ subjects: string[] }[]>`
    select array_agg(p.subject) as subjects from console_sessions s join console_people p on p.id = s.person_id`
  expect(row?.subjects).not.toContain('gus')
  expect((await whoIs(elsewhere(second.browser))).status).toBe(200)
})

test('a logout token that is none ends no session', async () => {
  const { browser } = await signIn()
  const path = `/console/signed-out/${idOf(provider)}`
  for (const body of ['', 'logout_token=x', `logout_token=${'x'.repeat(20_000)}`])
    expect((await fetch(gateway.url + path, { method: 'POST', body })).status, body.slice(0, 20)).toBe(400)
  expect((await whoIs(elsewhere(browser))).status).toBe(200)
})

test('the database holds no secret of an issuer, no token and no id of a session', async () => {
  const { browser } = await signIn()
  const rows = await db.owner.sql`
    select row_to_json(s)::text as text from console_sessions s
    union all select row_to_json(i)::text from sign_in_issuers i union all select row_to_json(p)::text from console_people p`
  const text = rows.map((row) => String(row.text)).join('\n')
  const id = browser.cookie('session')?.value ?? 'none'
  for (const secret of [
    id,
    Buffer.from(id, 'base64url').toString('hex'),
    provider.clientSecret,
    'eyJ0eX',
    'eyJhbGciOiJFUzI1NiIs',
  ])
    expect(text).not.toContain(secret)
})

test('an issuer that was removed signs nobody in, and its sessions have ended', async () => {
  await give('sales', 'auditor', other)
  const { browser } = await signIn('ada', { at: other })
  await asTenant(tenantId, (sql) => deleteIssuer(sql, tenantId, idOf(other)))
  expect((await whoIs(elsewhere(browser))).status).toBe(401)
  expect((await browser.navigate(`/console/sign-in/${idOf(other)}`)).location).toBe(`${url}/sign-in`)
})
