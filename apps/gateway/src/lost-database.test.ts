import { createAccessTokens, createApiClient, createInternalTokens } from '@assay/auth'
import { encryptionKey, encryptionKeyHex } from '@assay/auth/testing'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { RoleMiningService } from '@assay/contracts/sailpoint/iai/rolemining/v1/role_mining_service_pb'
import { clientDialects, internalAccess, sailpoint } from '@assay/dialects'
import { createCallGate, createLogger, startServer } from '@assay/server'
import { inTenant, openDatabase } from '@assay/store'
import { createTestDatabase, relayTo } from '@assay/store/testing'
import { type ConnectError, createClient } from '@connectrpc/connect'
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { parseConfig } from './config.ts'
import { startGateway } from './server.ts'

const internalSecret = Buffer.alloc(32, 7).toString('hex')
const logger = createLogger('test', 'fatal', { write: () => {} })
const db = await createTestDatabase()
afterAll(() => db.drop())

const running: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of running.splice(0).reverse()) await stop()
})

/** A gateway and a service of both APIs behind it. Each has a relay to the database, which the test can close. */
async function start() {
  const ways = { gateway: await relayTo(db.url), service: await relayTo(db.url) }
  const database = openDatabase({ url: ways.service.url, applicationName: 'assay-test', maxConnections: 2 })
  running.push(...Object.values(ways).map((way) => () => way.close().catch(() => {})), database.close)
  const tenantId = await db.tenantId()
  const tokens = createInternalTokens(Buffer.from(internalSecret, 'hex'))
  const list = async () => {
    await inTenant(database.sql, tenantId, (sql) => sql`select 1`)
    return {}
  }
  const service = await startServer({
    name: 'service',
    host: '127.0.0.1',
    port: 0,
    readiness: {},
    logger,
    gate: createCallGate({
      // One server serves as both services.
      verify: (token) => tokens.verify(token, 'mining').catch(() => tokens.verify(token, 'iai-sessions')),
      accessOf: internalAccess,
    }),
    routes: (router) =>
      router
        .service(RoleMiningService, { getRoleMiningSessions: list })
        .service(RoleMiningManagementService, { listRuns: list }),
  })
  running.push(() => service.close())
  const environment = {
    DATABASE_URL: ways.gateway.url,
    ASSAY_PORT: '0',
    ASSAY_INTERNAL_SECRET: internalSecret,
    ASSAY_KEY_ENCRYPTION_KEY: encryptionKeyHex,
    ASSAY_MINING_URL: service.url,
    ASSAY_IAI_SESSIONS_URL: service.url,
    ASSAY_STOP_PAUSE_SECONDS: '0',
  }
  const gateway = await startGateway(parseConfig(environment), logger)
  running.push(() => gateway.stop())
  const named = { dialect: sailpoint.clients, role: 'admin', displayName: 'Test' } as const
  const client = await createApiClient(db.owner.sql, { tenantId, ...named })
  const access = createAccessTokens(db.database.sql, { dialects: clientDialects, encryptionKey })
  const { accessToken } = await access.issue(client.clientId, client.clientSecret)
  return { ways, url: gateway.url, client, authorization: `Bearer ${accessToken}` }
}

const transports = { Connect: createConnectTransport, gRPC: createGrpcTransport, 'gRPC-Web': createGrpcWebTransport }
const paths = ['/api/v1/role-mining/runs', '/beta/role-mining-sessions', '/v2025/role-mining-sessions']

/** The answers to a call in each form: code or status, and the time to wait. */
async function told(url: string, authorization: string): Promise<readonly unknown[][]> {
  const ofRest = paths.map(async (path) => {
    const headers = { authorization, 'x-sailpoint-experimental': 'true' }
    const answer = await fetch(url + path, { headers })
    await answer.arrayBuffer()
    return [path, answer.status, answer.headers.get('retry-after')]
  })
  const ofRpc = Object.entries(transports).map(async ([name, create]) => {
    const options = { baseUrl: url, httpVersion: '2' } as const
    const mining = createClient(RoleMiningManagementService, create(options))
    const outcome = await mining.listRuns({}, { headers: { authorization } }).then(
      () => [200, null],
      (error: ConnectError) => [error.code, error.metadata.get('retry-after')],
    )
    return [name, ...outcome]
  })
  return await Promise.all([...ofRest, ...ofRpc])
}

const rpcs = Object.keys(transports)
const well = [...paths, ...rpcs].map((form) => [form, 200, null])
const away = [...paths.map((path) => [path, 503, '5']), ...rpcs.map((name) => [name, 14, '5'])]

describe('while the database is away, a call in every form is told when to come back', () => {
  test('by a service that has lost it', async () => {
    const { ways, url, authorization } = await start()
    expect(await told(url, authorization)).toEqual(well)
    await ways.service.close()
    await expect.poll(() => told(url, authorization)).toEqual(away)
  })

  test('by a gateway that has lost it, also when it is asked for a token', async () => {
    const { ways, url, client, authorization } = await start()
    await ways.gateway.close()
    await expect.poll(() => told(url, authorization)).toEqual(away)
    for (const path of ['/auth/v1/token', '/oauth/token']) {
      const answer = await fetch(url + path, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: client.clientId,
          client_secret: client.clientSecret,
        }),
      })
      expect([path, answer.status, answer.headers.get('retry-after')]).toEqual([path, 503, '5'])
      expect(await answer.json()).toMatchObject({ error: 'temporarily_unavailable' })
    }
  })
})
