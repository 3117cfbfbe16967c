import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http2 from 'node:http2'
import https from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger } from '@assay/server'
import { makeCertificate } from '@assay/server/testing'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfig } from './config.ts'
import { startGateway } from './server.ts'
import { testEnvironment } from './testing-gateway.ts'

const logger = createLogger('test', 'silent')
const { cert, key } = makeCertificate()
const folder = mkdtempSync(join(tmpdir(), 'assay-headers-'))

let db: TestDatabase
let gateway: Awaited<ReturnType<typeof startGateway>>
let secure: Awaited<ReturnType<typeof startGateway>>

beforeAll(async () => {
  db = await createTestDatabase()
  const files = { ASSAY_TLS_CERT: join(folder, 'cert.pem'), ASSAY_TLS_KEY: join(folder, 'key.pem') }
  writeFileSync(files.ASSAY_TLS_CERT, cert)
  writeFileSync(files.ASSAY_TLS_KEY, key)
  const start = (more: Record<string, string> = {}) => startGateway(parseConfig(testEnvironment(db, more)), logger)
  ;[gateway, secure] = await Promise.all([start(), start({ ...files, ASSAY_HSTS_SECONDS: '31536000' })])
})
afterAll(async () => {
  await Promise.all([gateway?.stop(), secure?.stop()])
  await db?.drop()
  rmSync(folder, { recursive: true })
})

const listRuns = '/c1.api.role_mining_management.v1.RoleMiningManagementService/ListRuns'
const check = '/grpc.health.v1.Health/Check'
const json = { 'content-type': 'application/json' }
const message = new Uint8Array(5)
test.each<[string, string, RequestInit]>([
  ['a token', '/auth/v1/token', { method: 'POST', body: new URLSearchParams() }],
  ["a token of SailPoint's path", '/oauth/token', { method: 'POST' }],
  ['where tokens are', '/oauth/info', {}],
  ['a REST call without a token', '/api/v1/role-mining/runs', {}],
  ["a REST call without a token under SailPoint's paths", '/beta/role-mining-sessions', {}],
  ['a path that nothing answers', '/nowhere', {}],
  ['a call over Connect', check, { method: 'POST', body: '{}', headers: json }],
  ['a refusal over Connect', listRuns, { method: 'POST', body: '{}', headers: json }],
  ['a GET over Connect', `${listRuns}?connect=v1&encoding=json&message=%7B%7D`, {}],
  [
    'a call over gRPC-Web',
    check,
    { method: 'POST', body: message, headers: { 'content-type': 'application/grpc-web' } },
  ],
  [
    'a refusal over gRPC-Web',
    listRuns,
    { method: 'POST', body: message, headers: { 'content-type': 'application/grpc-web+proto' } },
  ],
  ['a method that the path has not', '/auth/v1/token', { method: 'PUT' }],
  ['a probe', '/readyz', {}],
])('%s is stored by no cache and sniffed by no browser', async (_, path, init) => {
  const { headers } = await fetch(gateway.url + path, {
    ...init,
    headers: { ...init.headers, origin: 'https://evil.example' },
  })
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('strict-transport-security')).toBeNull()
  expect([...headers.keys()].filter((name) => /^(access-control-|set-cookie)/.test(name))).toEqual([])
})

test('so is a call over gRPC, its refusal too', async () => {
  for (const path of [check, listRuns]) {
    const session = http2.connect(gateway.url)
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    })
    stream.resume().end(message)
    const headers = await new Promise<http2.IncomingHttpHeaders>((resolve) => stream.once('response', resolve))
    expect([headers['cache-control'], headers['x-content-type-options']], path).toEqual(['no-store', 'nosniff'])
    session.destroy()
  }
})

test.each(['/docs', '/openapi.json', '/docs/swagger-ui.css'])(
  '%s stays with the browser, which asks again',
  async (path) => {
    const answer = await fetch(gateway.url + path)
    expect(answer.headers.get('cache-control')).toBe('no-cache')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    const again = await fetch(gateway.url + path, { headers: { 'if-none-match': answer.headers.get('etag') ?? '' } })
    expect([again.status, again.headers.get('cache-control')]).toEqual([304, 'no-cache'])
  },
)

test('over TLS browsers are told to come back by TLS, for as long as the setting says', async () => {
  const headers = await new Promise<NodeJS.Dict<string | string[]>>((resolve, reject) => {
    https.get(`${secure.url}/docs`, { ca: cert }, (answer) => resolve(answer.resume().headers)).on('error', reject)
  })
  expect(headers['strict-transport-security']).toBe('max-age=31536000')
})
