import { mkdtemp, readFile, rm } from 'node:fs/promises'
import http, { type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { createApiClient, createInternalTokens, createSignInLink, type Role, revokeApiClient } from '@assay/auth'
import { ReadinessService } from '@assay/contracts/assay/insight/v1/readiness_service_pb'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { http as httpRule } from '@assay/contracts/google/api/annotations_pb'
import { conductorone, internalAccess, publicCalls } from '@assay/dialects'
import { createCallGate, createLogger, principalOf, type RunningServer, startServer } from '@assay/server'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { getOption } from '@bufbuild/protobuf'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfig } from '../config.ts'
import { startGateway } from '../server.ts'
import { testEnvironment } from '../testing-gateway.ts'
import { writeConsole } from './testing-console.ts'

const logger = createLogger('test', 'silent')

let db: TestDatabase
let mining: RunningServer
let folder: string
let gateway: Awaited<ReturnType<typeof startGateway>>
/** A gateway behind a proxy that removes a path prefix. */
let prefixed: Awaited<ReturnType<typeof startGateway>>
/** The number of triggered runs: a change that a forged call must not make. */
let triggered = 0

beforeAll(async () => {
  db = await createTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'assay-console-'))
  await writeConsole(folder)
  const secret = testEnvironment(db).ASSAY_INTERNAL_SECRET
  const tokens = createInternalTokens(Buffer.from(secret, 'hex'))
  mining = await startServer({
    name: 'mining',
    host: '127.0.0.1',
    port: 0,
    readiness: {},
    logger,
    gate: createCallGate({ verify: (token) => tokens.verify(token, 'mining'), accessOf: internalAccess }),
    routes: (router) => {
      router.service(ReadinessService, { getReadiness: (_, context) => ({ importId: principalOf(context).clientId }) })
      router.service(RoleMiningManagementService, {
        triggerAnalysis: () => ({ runId: String(++triggered) }),
      })
    },
  })
  const environment = testEnvironment(db, { ASSAY_MINING_URL: mining.url, ASSAY_CONSOLE_FOLDER: folder })
  gateway = await startGateway(parseConfig(environment), logger)
  const elsewhere = { ...environment, ASSAY_PUBLIC_URL: 'https://example.com/assay/' }
  prefixed = await startGateway(parseConfig(elsewhere), logger)
})
afterAll(async () => {
  await Promise.all([gateway?.stop(), prefixed?.stop()])
  await mining?.close()
  await db?.drop()
  await rm(folder, { recursive: true, force: true })
})

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Sends exactly these headers; Node's `fetch` would add headers of a browser. */
function ask(method: string, path: string, headers: OutgoingHttpHeaders = {}, body = '', base = gateway.url) {
  return new Promise<Answer>((resolve, reject) => {
    const request = http.request(new URL(path, base), { method, headers }, async (response) => {
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk as Buffer)
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) })
    })
    request.once('error', reject)
    request.end(body)
  })
}

/** The headers that the console's page sends with each request. */
const ours = { 'x-assay-console': '1', 'sec-fetch-site': 'same-origin' } as const
const json = { 'content-type': 'application/json' } as const
const toPage = { accept: 'text/html,*/*', 'sec-fetch-mode': 'navigate' } as const
const readiness = '/assay.insight.v1.ReadinessService/GetReadiness'
const trigger = '/c1.api.role_mining_management.v1.RoleMiningManagementService/TriggerAnalysis'

async function makeLink(role: Role = 'admin') {
  const tenantId = await db.tenantId()
  const client = { tenantId, dialect: conductorone.clients, role, displayName: 'Ada' } as const
  const { clientId } = await createApiClient(db.owner.sql, client)
  return { tenantId, clientId, link: await createSignInLink(db.owner.sql, tenantId, clientId) }
}

const useLink = (link: string, headers: OutgoingHttpHeaders = ours) =>
  ask('POST', '/console/session', { ...headers, ...json }, JSON.stringify({ link }))

async function signIn(role?: Role) {
  const made = await makeLink(role)
  const { headers } = await useLink(made.link)
  const [cookie = ''] = headers['set-cookie'] ?? []
  return { ...made, cookie: cookie.split(';')[0] ?? '', whole: cookie }
}

const session = async (cookie: string) => {
  const { status, body } = await ask('GET', '/console/session', { ...ours, cookie })
  return { status, body: JSON.parse(body.toString()) as Record<string, unknown> }
}

test('a link signs in once, by a cookie that no script reads and no other site sends', async () => {
  const { link, cookie, whole } = await signIn('reviewer')
  expect(whole).toMatch(
    /^__Host-assay-[0-9a-f]{16}=[\w-]{43}; Path=\/; Max-Age=43200; Secure; HttpOnly; SameSite=Strict$/,
  )
  expect(await session(cookie)).toMatchObject({
    status: 200,
    body: { displayName: 'Ada', role: 'reviewer', rights: ['read', 'decide'] },
  })
  expect((await useLink(link)).status).toBe(401)
  expect(String((await useLink(link)).body)).toContain('used already')
})

test('the database holds no secret of a link or a session', async () => {
  const { cookie } = await signIn()
  const { link } = await makeLink()
  const id = cookie.split('=')[1] ?? ''
  const rows = await db.owner.sql`
    select row_to_json(s)::text as text from console_sessions s union all select row_to_json(l)::text from sign_in_links l`
  const text = rows.map((row) => String(row.text)).join('\n')
  for (const secret of [id, link]) {
    expect(text).not.toContain(secret)
    expect(text).not.toContain(Buffer.from(secret, 'base64url').toString('hex'))
  }
})

test('a link that is older than ten minutes signs nobody in', async () => {
  const { link } = await makeLink()
  const [row] = await db.owner.sql<{ minutes: number }[]>`
    select extract(epoch from expires_at - now()) / 60 as minutes from sign_in_links order by expires_at desc limit 1`
  expect(Number(row?.minutes)).toBeGreaterThan(9.9)
  expect(Number(row?.minutes)).toBeLessThanOrEqual(10)
  await db.owner.sql`update sign_in_links set expires_at = now() - interval '1 second'`
  expect((await useLink(link)).status).toBe(401)
})

test.each([
  ['unused for an hour', `used_at = now() - interval '61 minutes'`],
  ['of twelve hours ago', `ends_at = now() - interval '1 second'`],
])('a session that was %s is over', async (_, change) => {
  const { cookie } = await signIn()
  await db.owner.sql.unsafe(`update assay.console_sessions set ${change}`)
  expect(await session(cookie)).toMatchObject({ status: 401, body: { message: expect.stringContaining('sign in') } })
})

test('a session that is used does not end by its hour', async () => {
  const { cookie } = await signIn()
  await db.owner.sql`update console_sessions set used_at = now() - interval '59 minutes'`
  expect((await session(cookie)).status).toBe(200)
  const [row] = await db.owner.sql<{ old: number }[]>`
    select count(*)::integer as old from console_sessions where used_at < now() - interval '1 minute'`
  expect(row?.old).toBe(0)
})

test('whoever signs out is out at once, and so is a session whose client is revoked', async () => {
  const first = await signIn()
  expect((await session(first.cookie)).status).toBe(200)
  const out = await ask('DELETE', '/console/session', { ...ours, cookie: first.cookie })
  expect([out.status, out.headers['set-cookie']?.[0]]).toEqual([204, expect.stringContaining('Max-Age=0')])
  expect((await session(first.cookie)).status).toBe(401)
  const second = await signIn()
  await revokeApiClient(db.owner.sql, second.tenantId, second.clientId)
  expect((await session(second.cookie)).status).toBe(401)
})

test('whoever signs in again in the same browser leaves no session behind', async () => {
  const [first, second] = [await signIn(), await makeLink()]
  expect((await session(first.cookie)).status).toBe(200)
  expect((await useLink(second.link, { ...ours, cookie: first.cookie })).status).toBe(204)
  expect((await session(first.cookie)).status).toBe(401)
})

test('a link that is not good ends no session', async () => {
  const { cookie } = await signIn()
  expect((await useLink('x'.repeat(43), { ...ours, cookie })).status).toBe(401)
  expect((await session(cookie)).status).toBe(200)
})

test('a call of our page is made as the client of its session, by Connect and by REST, and its rights are asked', async () => {
  const { cookie, clientId } = await signIn('auditor')
  const byConnect = await ask('POST', readiness, { ...ours, ...json, cookie }, '{}')
  expect([byConnect.status, JSON.parse(byConnect.body.toString()).importId]).toEqual([200, clientId])
  const byRest = await ask('GET', '/insights/v1/readiness', { ...ours, cookie })
  expect([byRest.status, JSON.parse(byRest.body.toString()).importId]).toEqual([200, clientId])
  expect(byRest.headers).toMatchObject({
    'cache-control': 'no-store',
    vary: expect.stringContaining('Cookie'),
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
  })
  const change = await ask('POST', trigger, { ...ours, ...json, cookie }, '{}')
  expect([change.status, triggered]).toEqual([403, 0])
})

test('a token outranks the cookie beside it, even one that is wrong', async () => {
  const { cookie } = await signIn()
  const { status } = await ask('POST', readiness, { ...ours, ...json, cookie, authorization: 'Bearer x' }, '{}')
  expect(status).toBe(401)
})

const form = { 'content-type': 'application/x-www-form-urlencoded' } as const
const plain = { 'content-type': 'text/plain' } as const

/** Requests that a browser could send for another site, if it sent the cookie with them. */
test.each([
  ['a form', 'POST', trigger, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', ...form }],
  ['a form of plain text', 'POST', trigger, { 'sec-fetch-site': 'cross-site', ...plain }],
  ['a script without CORS', 'POST', trigger, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', ...plain }],
  ['a script with our header', 'POST', trigger, { ...ours, 'sec-fetch-site': 'cross-site', ...json }],
  ['a script of a sister site', 'POST', trigger, { ...ours, 'sec-fetch-site': 'same-site', ...json }],
  [
    'an old browser on another site',
    'POST',
    trigger,
    { 'x-assay-console': '1', origin: 'https://evil.example', ...json },
  ],
  ['an old browser that says nothing', 'POST', trigger, { 'x-assay-console': '1', ...json }],
  ['an opaque page', 'POST', trigger, { 'x-assay-console': '1', origin: 'null', ...json }],
  ['our page without our header', 'POST', trigger, { 'sec-fetch-site': 'same-origin', ...json }],
  ['an image', 'GET', '/insights/v1/readiness', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' }],
  ['a prefetch', 'GET', '/insights/v1/readiness', { 'sec-fetch-site': 'cross-site', 'sec-purpose': 'prefetch' }],
  ['a typed address', 'GET', '/insights/v1/readiness', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }],
  ['gRPC', 'POST', trigger, { ...ours, 'content-type': 'application/grpc-web+proto' }],
  ['gRPC in capitals', 'POST', trigger, { ...ours, 'content-type': 'Application/gRPC-Web+proto' }],
])('a session does not count for %s', async (_, method, path, headers) => {
  const { cookie } = await signIn()
  const before = triggered
  const { status, headers: answered } = await ask(method, path, { ...headers, cookie }, method === 'GET' ? '' : '{}')
  expect(triggered).toBe(before)
  const isGrpc = answered['content-type']?.startsWith('application/grpc')
  if (isGrpc) expect(answered['grpc-status'] ?? '16').toBe('16')
  else expect([401, 415]).toContain(status)
})

test('an older browser is known by where it says that a POST comes from', async () => {
  const { cookie } = await signIn()
  const headers = { 'x-assay-console': '1', ...json, cookie }
  expect((await ask('POST', readiness, { ...headers, origin: new URL(gateway.url).origin }, '{}')).status).toBe(200)
})

test.each([
  ['another site', { ...ours, 'sec-fetch-site': 'cross-site' }],
  ['a form', { 'sec-fetch-site': 'same-origin' }],
])('a link is not used up, and nobody is signed in, by %s', async (_, headers) => {
  const { link } = await makeLink()
  const { status, headers: answered } = await useLink(link, headers)
  expect([status, answered['set-cookie']]).toEqual([403, undefined])
  expect((await useLink(link)).status).toBe(204)
})

test.each([
  ['', 400],
  ['[]', 400],
  ['{"link": 7}', 400],
  [`{"link": "${'x'.repeat(2_000)}"}`, 400],
  ['{"link": "x"}', 401],
])('a sign-in with the body %j is refused with %i', async (body, status) => {
  expect((await ask('POST', '/console/session', { ...ours, ...json }, body)).status).toBe(status)
})

test('a navigation to a screen gets the page, with its policy and never from a cache', async () => {
  for (const path of ['/', '/keys', '/candidates/7c9e6679-7425-40de-944b-e07fc1f90ae7']) {
    const { status, headers, body } = await ask('GET', path, toPage)
    expect([status, headers['content-type'], headers['cache-control']], path).toEqual([
      200,
      'text/html; charset=utf-8',
      'no-store',
    ])
    expect(body.toString()).toContain('src="/assets/main-1.js"')
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-abc='; img-src 'self' blob: data:; font-src 'self'; " +
        "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; " +
        "trusted-types 'none'",
    )
  }
})

test('the policy in the documentation is the one that is served, but for the hashes of the build', async () => {
  const { headers } = await ask('GET', '/', toPage)
  const page = await readFile(join(import.meta.dirname, '../../../../docs/console.md'), 'utf8')
  const [described] = page.match(/^default-src .*$/m) ?? []
  expect(described).toBe(String(headers['content-security-policy']).replaceAll(/ 'sha256-[^']*'/g, ''))
})

test('a navigation to an unknown path gets the page of the console with status 404', async () => {
  const known = await ask('GET', '/', toPage)
  for (const path of ['/nowhere', '/candidates/a/b', '/assets/../console.json']) {
    const { status, headers, body } = await ask('GET', path, toPage)
    expect([status, headers['content-type'], headers['content-security-policy']], path).toEqual([
      404,
      'text/html; charset=utf-8',
      known.headers['content-security-policy'],
    ])
    expect(body).toEqual(known.body)
    expect((await ask('HEAD', path, toPage)).status).toBe(404)
  }
})

test('an unknown path of the API, and a program that requests an unknown path or a screen, get JSON', async () => {
  for (const [path, headers] of [
    ['/nowhere', { accept: '*/*' }],
    ['/nowhere', { accept: 'text/html', 'sec-fetch-mode': 'cors' }],
    ['/api/v1/nowhere', toPage],
    ['/ledger/v1/nowhere', toPage],
    ['/', { accept: '*/*' }],
    ['/keys', { accept: 'text/html', 'sec-fetch-mode': 'cors' }],
    ['/assets/none.js', toPage],
  ] as const) {
    const { status, headers: answered } = await ask('GET', path, headers)
    expect([status, answered['content-type']], path).toEqual([404, 'application/json'])
  }
  expect((await ask('POST', '/', toPage)).status).toBe(404)
})

test('files are kept for good and come compressed as the browser takes them', async () => {
  const path = '/assets/main-1.js'
  const [br, gzip, identity] = await Promise.all(
    ['gzip, br', 'gzip, br;q=0', ''].map((encodings) => ask('GET', path, { 'accept-encoding': encodings })),
  )
  expect(br?.headers['content-encoding']).toBe('br')
  expect(gzip?.headers['content-encoding']).toBe('gzip')
  expect(identity?.headers['content-encoding']).toBeUndefined()
  const text = identity?.body.toString()
  expect([brotliDecompressSync(br?.body ?? '').toString(), gunzipSync(gzip?.body ?? '').toString()]).toEqual([
    text,
    text,
  ])
  expect(br?.headers['cache-control']).toBe('public, max-age=31536000, immutable')
})

test('a file that the browser has is not sent again, and HEAD says what GET would', async () => {
  const path = '/assets/main-1.js'
  const { headers, body } = await ask('GET', path)
  const again = await ask('GET', path, { 'if-none-match': `"other", W/${headers.etag}` })
  expect([again.status, again.body.length, again.headers['cache-control']]).toEqual([304, 0, headers['cache-control']])
  for (const asked of [path, '/']) {
    const [got, head] = [await ask('GET', asked, toPage), await ask('HEAD', asked, toPage)]
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, String(got.body.length), 0])
  }
  expect(body.length).toBeGreaterThan(0)
})

test('under a path of ASSAY_PUBLIC_URL the page names its files by it, and its origin alone is ours', async () => {
  const { body } = await ask('GET', '/', toPage, '', prefixed.url)
  expect(body.toString()).toContain('src="/assay/assets/main-1.js"')
  expect(body.toString()).toContain('name="assay-prefix" content="/assay"')
  const { link } = await makeLink()
  const begin = (origin: string) =>
    ask('POST', '/console/session', { 'x-assay-console': '1', ...json, origin }, JSON.stringify({ link }), prefixed.url)
  expect((await begin(new URL(prefixed.url).origin)).status).toBe(403)
  expect((await begin('https://example.com')).status).toBe(204)
})

test.each(['ftp://x', 'https://x/?a', 'https://x/#a', 'https://a@x', 'https://x/a b"c', 'x'])(
  'ASSAY_PUBLIC_URL refuses %s',
  (given) => {
    expect(() => parseConfig(testEnvironment(db, { ASSAY_PUBLIC_URL: given }))).toThrow('ASSAY_PUBLIC_URL')
  },
)

test('a gateway without a console serves everything else', async () => {
  const bare = await startGateway(parseConfig(testEnvironment(db, { ASSAY_CONSOLE_FOLDER: '/nowhere' })), logger)
  try {
    expect((await ask('GET', '/', toPage, '', bare.url)).status).toBe(404)
    expect((await ask('GET', '/healthz', {}, '', bare.url)).status).toBe(200)
  } finally {
    await bare.stop()
  }
})

test('no call over REST has the path of a screen', async () => {
  const { screens } = JSON.parse(
    await import('node:fs/promises').then(({ readFile }) => readFile(join(folder, 'console.json'), 'utf8')),
  ) as { screens: string[] }
  const isAlike = (rule: string, screen: string) => {
    const [parts, wanted] = [rule.split('/'), screen.split('/')]
    return (
      parts.length === wanted.length &&
      parts.every((part, index) => part.startsWith('{') || wanted[index] === '*' || part === wanted[index])
    )
  }
  const gets = publicCalls
    .map(({ method }) => getOption(method, httpRule))
    .flatMap((rule) => [rule, ...rule.additionalBindings])
    .flatMap(({ pattern }) => (pattern.case === 'get' ? [String(pattern.value)] : []))
  expect(gets.length).toBeGreaterThan(30)
  for (const rule of gets) for (const screen of screens) expect(isAlike(rule, screen), `${rule} ${screen}`).toBe(false)
})
