import { createAccessTokens, createApiClient, createInternalTokens } from '@assay/auth'
import { encryptionKey, encryptionKeyHex } from '@assay/auth/testing'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { RoleMiningService } from '@assay/contracts/sailpoint/iai/rolemining/v1/role_mining_service_pb'
import { clientDialects, internalAccess, sailpoint } from '@assay/dialects'
import {
  CallPlaces,
  createCallGate,
  createLoadLimits,
  createLogger,
  type RunningServer,
  startServer,
  streamPlaces,
} from '@assay/server'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, afterEach, expect, test } from 'vitest'
import { parseConfig } from './config.ts'
import { startGateway } from './server.ts'

const internalSecret = Buffer.alloc(32, 7).toString('hex')
const lines: string[] = []
const logger = createLogger('test', 'error', { write: (line) => lines.push(line) })
const db = await createTestDatabase()
afterAll(() => db.drop())

const running: { stop(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one.stop()
})

/** A service of both APIs whose list calls wait until the test releases them, behind a gateway with a limit of simultaneous calls. */
async function start(load: ReturnType<typeof createLoadLimits> | undefined, mostCalls: number) {
  const tokens = createInternalTokens(Buffer.from(internalSecret, 'hex'))
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>()
  let begun = 0
  const list = async () => {
    begun++
    await held
    return {}
  }
  const service: RunningServer = await startServer({
    name: 'service',
    host: '127.0.0.1',
    port: 0,
    readiness: {},
    logger,
    gate: createCallGate({
      // One server serves as both services.
      verify: (token) => tokens.verify(token, 'mining').catch(() => tokens.verify(token, 'iai-sessions')),
      accessOf: internalAccess,
      ...(load !== undefined && { load }),
    }),
    routes: (router) =>
      router
        .service(RoleMiningService, { getRoleMiningSessions: list })
        .service(RoleMiningManagementService, { listRuns: list }),
  })
  running.push({ stop: () => service.close() })
  const environment = {
    DATABASE_URL: db.url,
    ASSAY_PORT: '0',
    ASSAY_INTERNAL_SECRET: internalSecret,
    ASSAY_KEY_ENCRYPTION_KEY: encryptionKeyHex,
    ASSAY_MINING_URL: service.url,
    ASSAY_IAI_SESSIONS_URL: service.url,
    ASSAY_SAILPOINT_RATE_LIMIT: '0',
    ASSAY_STOP_PAUSE_SECONDS: '0',
    ASSAY_MOST_CALLS: String(mostCalls),
  }
  const gateway = await startGateway(parseConfig(environment), logger)
  running.push(gateway)
  const get = async (path: string, token: string) => {
    const answer = await fetch(gateway.url + path, { headers: { authorization: `Bearer ${token}` } })
    return { status: answer.status, headers: answer.headers, json: await answer.json() }
  }
  return { get, letGo, begun: () => begun }
}

async function freshToken(): Promise<string> {
  const named = { dialect: sailpoint.clients, role: 'admin', displayName: 'Test' } as const
  const { clientId, clientSecret } = await createApiClient(db.owner.sql, { tenantId: await db.tenantId(), ...named })
  const tokens = createAccessTokens(db.database.sql, { dialects: clientDialects, encryptionKey })
  return (await tokens.issue(clientId, clientSecret)).accessToken
}

const sailpointList = '/beta/role-mining-sessions'
const c1List = '/api/v1/role-mining/runs'
const retryInfo = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: expect.stringMatching(/^1\S*s$/) }

test('a service that is full is told in the form of each API, with the time to wait, and its mark ends at the gateway', async () => {
  const places = new CallPlaces({ noun: 'calls', process: 1, tenant: 1, waiting: 0 })
  const streams = streamPlaces({ mostStreams: 1, mostTenantStreams: 1 })
  const { get, letGo } = await start(createLoadLimits({ placesOf: () => places, streams, marksAnswers: true }), 400)
  const first = get(c1List, await freshToken())
  await expect.poll(() => places.running).toBe(1)
  const other = await freshToken()
  for (const path of [c1List, sailpointList]) {
    const { status, headers } = await get(path, other)
    expect([status, Number(headers.get('retry-after')) >= 1, headers.get('x-assay-busy')], path).toEqual([
      503,
      true,
      null,
    ])
  }
  expect((await get(c1List, other)).json).toMatchObject({ code: 14, details: [{ reason: 'OVERLOADED' }, retryInfo] })
  expect((await get(sailpointList, other)).json).toMatchObject({ detailCode: '503 Service Unavailable' })
  expect(lines.filter((line) => line.includes('a REST call failed'))).toEqual([])
  letGo()
  expect((await first).status).toBe(200)
})

test('what a service does not offer is the fault of its client, and fills no log', async () => {
  const { get } = await start(undefined, 400)
  const { status, json } = await get(`${c1List}/latest`, await freshToken())
  expect([status, json]).toMatchObject([501, { code: 12 }])
  expect(lines.filter((line) => line.includes('a REST call failed'))).toEqual([])
})

test.each([
  [c1List, { code: 8, details: [{ reason: 'TOO_MANY_CALLS' }, retryInfo] }],
  [sailpointList, { message: ' Rate Limit Exceeded ' }],
])('a gateway that has as many calls as it may refuses a tenant over its share by itself: %s', async (path, form) => {
  const { get, letGo, begun } = await start(undefined, 1)
  const token = await freshToken()
  const refusals: Awaited<ReturnType<typeof get>>[] = []
  const send = async () => {
    const outcome = await get(path, token)
    if (outcome.status !== 200) refusals.push(outcome)
  }
  // One call runs, and 100 may wait as long as the duration of calls is unknown.
  const calls = Array.from({ length: 102 }, send)
  await expect.poll(() => refusals.length).toBeGreaterThan(0)
  const { status, headers, json } = refusals[0]!
  expect([status, Number(headers.get('retry-after')) >= 1], path).toEqual([429, true])
  expect(json).toMatchObject(form)
  // The call of the other tenant takes the place of one of these.
  const before = refusals.length
  const other = get(path, await freshToken())
  await expect.poll(() => refusals.length).toBeGreaterThan(before)
  expect(begun()).toBe(1)
  letGo()
  expect((await other).status).toBe(200)
  await Promise.all(calls)
})
