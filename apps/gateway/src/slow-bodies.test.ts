import net from 'node:net'
import { createApiClient, createInternalTokens } from '@assay/auth'
import { encryptionKeyHex } from '@assay/auth/testing'
import { ImportService } from '@assay/contracts/assay/directory/v1/import_service_pb'
import { clientDialects, internalAccess } from '@assay/dialects'
import { createCallGate, createLogger, type RunningServer, startServer } from '@assay/server'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { Code, type ConnectError, createClient } from '@connectrpc/connect'
import { createGrpcTransport } from '@connectrpc/connect-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfig } from './config.ts'
import { startGateway } from './server.ts'

const internalSecret = Buffer.alloc(32, 7).toString('hex')
const logger = createLogger('test', 'silent')
/** The outcomes of uploads at the service behind the gateway. */
const uploads: string[] = []

let db: TestDatabase
let mining: RunningServer
let gateway: { readonly url: string; stop(): Promise<void> }
const tokens = new Map<string, string>()

beforeAll(async () => {
  db = await createTestDatabase()
  const internal = createInternalTokens(Buffer.from(internalSecret, 'hex'))
  mining = await startServer({
    name: 'mining',
    host: '127.0.0.1',
    port: 0,
    readiness: {},
    logger,
    gate: createCallGate({ verify: (token) => internal.verify(token, 'mining'), accessOf: internalAccess }),
    routes: (router) =>
      router.service(ImportService, {
        async uploadImportFile(requests) {
          try {
            for await (const _ of requests);
            uploads.push('whole')
            return {}
          } catch (error) {
            uploads.push('broken off')
            throw error
          }
        },
      }),
  })
  gateway = await startGateway(
    parseConfig({
      DATABASE_URL: db.url,
      ASSAY_PORT: '0',
      ASSAY_INTERNAL_SECRET: internalSecret,
      ASSAY_KEY_ENCRYPTION_KEY: encryptionKeyHex,
      ASSAY_MINING_URL: mining.url,
      ASSAY_IAI_SESSIONS_URL: mining.url,
      ASSAY_PEER_IDLE_SECONDS: '1',
      ASSAY_STOP_PAUSE_SECONDS: '0',
    }),
    logger,
  )
  for (const dialect of clientDialects) {
    const about = { tenantId: await db.tenantId(), dialect, role: 'admin', displayName: 'Test' } as const
    const { clientId: client_id, clientSecret: client_secret } = await createApiClient(db.owner.sql, about)
    const path = dialect.name === 'sailpoint' ? '/oauth/token' : '/auth/v1/token'
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret })
    const answer = (await (await fetch(gateway.url + path, { method: 'POST', body })).json()) as {
      access_token: string
    }
    tokens.set(dialect.name, answer.access_token)
  }
})
afterAll(async () => {
  await gateway?.stop()
  await mining?.close()
  await db?.drop()
})

/** Sends the headers of a POST and the first byte of its body, and returns everything that arrives until the connection is closed. */
async function stuck(path: string, fields: string): Promise<string> {
  const socket = net.connect(Number(new URL(gateway.url).port), '127.0.0.1')
  let text = ''
  socket.on('data', (bytes) => {
    text += bytes
  })
  socket.on('error', () => {})
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n${fields}\r\n\r\n{`)
  await closed
  return text
}

const bearer = (dialect: string) => `Authorization: Bearer ${tokens.get(dialect)}\r\nContent-Type: application/json`

test('a body that does not come is refused in the form of its API, and the connection ends', async () => {
  const [c1, sailpoint, upload, c1Token, sailpointToken, tool] = await Promise.all([
    stuck('/api/v1/role-mining/trigger', bearer('c1')),
    stuck('/beta/role-mining-sessions', bearer('sailpoint')),
    stuck('/directory/v1/imports/1/files/grants.csv', bearer('c1')),
    stuck('/auth/v1/token', 'Content-Type: application/x-www-form-urlencoded'),
    stuck('/oauth/token', 'Content-Type: application/x-www-form-urlencoded'),
    stuck('/mcp', bearer('c1')),
  ])
  const status = /^HTTP\/1.1 408 .*\r\n\r\n.*"code":4,.*(had no data|too slowly).*BODY_TOO_SLOW/s
  expect(c1).toMatch(status)
  expect(upload).toMatch(status)
  expect(sailpoint).toMatch(/^HTTP\/1.1 408 .*"detailCode":"408 Request Timeout".*(had no data|too slowly)/s)
  expect(tool).toMatch(/^HTTP\/1.1 408 .*"jsonrpc":"2.0","id":null,"error":.*(had no data|too slowly)/s)
  for (const token of [c1Token, sailpointToken])
    expect(token).toMatch(
      /^HTTP\/1.1 408 .*"error":"invalid_request","error_description":"The body.*(had no data|too slowly)/s,
    )
  await expect.poll(() => uploads.splice(0)).toEqual(['broken off'])
})

test('a stream of gRPC whose messages do not come ends as DEADLINE_EXCEEDED, also behind the gateway', async () => {
  const transport = createGrpcTransport({
    baseUrl: gateway.url,
    interceptors: [
      (next) => (request) => {
        request.header.set('authorization', `Bearer ${tokens.get('c1')}`)
        return next(request)
      },
    ],
  })
  const { promise: held, resolve: end } = Promise.withResolvers<void>()
  async function* messages() {
    yield { importId: '1', fileName: 'grants.csv' }
    await held
  }
  const error: ConnectError = await createClient(ImportService, transport)
    .uploadImportFile(messages())
    .then(
      () => expect.unreachable('the call should fail'),
      (reason) => reason,
    )
  end()
  expect([error.code, error.rawMessage]).toEqual([
    Code.DeadlineExceeded,
    expect.stringMatching(/had no data|too slowly/),
  ])
  await expect.poll(() => uploads.splice(0)).toEqual(['broken off'])
})
