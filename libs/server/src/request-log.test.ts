import { unauthenticated } from '@assay/errors'
import { createClient } from '@connectrpc/connect'
import { createConnectTransport, createGrpcTransport } from '@connectrpc/connect-node'
import { expect, test } from 'vitest'
import { createLogger } from './logger.ts'
import { inRequestScope } from './request-scope.ts'
import { startServer } from './start-server.ts'
import { Echo, gateOfTokens, openGate } from './testing.ts'

test('each request leaves one line with its id, its call, its caller, and its code also where the status is 200', async () => {
  const lines: Record<string, unknown>[] = []
  const server = await startServer({
    name: 'test',
    host: '127.0.0.1',
    port: 0,
    readiness: {},
    logger: createLogger('test', 'info', { write: (line) => void lines.push(JSON.parse(line)) }),
    gate: gateOfTokens(async (token) => {
      if (token !== 'good') throw unauthenticated('no')
      return {
        tenantId: 7,
        tenant: 'local',
        clientId: 'client',
        identityId: 'e-1',
        displayName: 'E',
        dialect: 'c1',
        role: 'admin',
      }
    }),
    routes: (router) =>
      router.service(Echo, {
        unary() {
          throw new Error('password=hunter2')
        },
        async *down() {
          yield { value: 'x' }
        },
      }),
  })
  const requests = () => lines.filter(({ msg }) => msg === 'request')
  const grpc = createClient(Echo, createGrpcTransport({ baseUrl: server.url }))
  const web = createClient(Echo, createConnectTransport({ baseUrl: server.url, httpVersion: '1.1' }))
  const headers = { authorization: 'Bearer good', 'x-request-id': 'trace-1' }
  await Array.fromAsync(grpc.down({}, { headers }))
  await grpc.unary({}, { headers }).catch(() => {})
  await web.unary({}, { headers: { 'x-request-id': 'trace-2' } }).catch(() => {})
  await expect.poll(() => requests().length).toBe(3)
  await server.close()
  expect(requests()).toMatchObject([
    { requestId: 'trace-1', rpc: 'assay.testing.Echo/Down', code: 'ok', status: 200, tenantId: 7, clientId: 'client' },
    { requestId: 'trace-1', rpc: 'assay.testing.Echo/Unary', code: 'internal', status: 200, httpVersion: '2.0' },
    { requestId: 'trace-2', path: '/assay.testing.Echo/Unary', code: 'unauthenticated', status: 401 },
  ])
  // The log has the internal error, under the id that its caller got.
  const [fault] = lines.filter(({ msg }) => msg === 'a call failed by an internal error')
  expect(fault).toMatchObject({ requestId: 'trace-1', err: { message: 'password=hunter2' } })
  expect(JSON.stringify(lines)).not.toContain('Bearer')
})

test('neither queries, headers nor bodies of requests are logged, and credentials in a logged object are blotted out', async () => {
  const lines: string[] = []
  const logger = createLogger('test', 'trace', { write: (line) => void lines.push(line) })
  const gate = gateOfTokens(async () => {
    throw unauthenticated('no')
  })
  const server = await startServer({
    name: 'test',
    host: '127.0.0.1',
    port: 0,
    readiness: {},
    logger,
    gate,
    routes() {},
  })
  await fetch(`${server.url}/oauth/token?client_secret=hunter2`, {
    method: 'POST',
    headers: { authorization: 'Bearer hunter2' },
    body: new URLSearchParams({ client_secret: 'hunter2' }),
  })
  logger.info(
    { clientSecret: 'hunter2', headers: { authorization: 'hunter2' }, token: { accessToken: 'hunter2' } },
    'x',
  )
  await server.close()
  expect(lines.map((line) => JSON.parse(line).path)).toContain('/oauth/token')
  expect(lines.join()).not.toContain('hunter2')
})

test('of the calls that go well some have a line where the operator wants that, and a fault of ours always has', async () => {
  const lines: Record<string, unknown>[] = []
  const server = await startServer({
    name: 'test',
    host: '127.0.0.1',
    port: 0,
    readiness: {},
    logger: createLogger('test', 'info', { write: (line) => void lines.push(JSON.parse(line)) }),
    logCallsPercent: 30,
    gate: openGate,
    routes: (router) =>
      router.service(Echo, {
        unary({ value }) {
          if (value === 'fault') throw new Error('no')
          return { value }
        },
      }),
  })
  const echo = createClient(Echo, createGrpcTransport({ baseUrl: server.url }))
  const ids = Array.from({ length: 40 }, (_, i) => `call-${i}`)
  for (const id of ids) await echo.unary({ value: 'x' }, { headers: { 'x-request-id': id } })
  await echo.unary({ value: 'fault' }, { headers: { 'x-request-id': 'fault' } }).catch(() => {})
  await server.close()
  const told = lines.filter(({ msg }) => msg === 'request').map(({ requestId }) => requestId)
  expect(told.at(-1)).toBe('fault')
  // The same calls every time, in every process.
  expect(told.slice(0, -1)).toEqual(ids.filter((id) => told.includes(id)))
  expect(told.length - 1).toBeGreaterThan(4)
  expect(told.length - 1).toBeLessThan(25)
})

test('a stack stands in lines of errors alone, and the trace that a caller names in every line', () => {
  const lines: Record<string, unknown>[] = []
  const logger = createLogger('test', 'info', { write: (line) => void lines.push(JSON.parse(line)) })
  const err = new Error('a client did this', { cause: new TypeError('because') })
  inRequestScope({ id: 'call-1', traceId: 'abc' }, () => {
    logger.warn({ err, about: 1 }, 'told')
    logger.error({ err }, 'told')
  })
  const cause = { type: 'TypeError', message: 'because' }
  const where = { requestId: 'call-1', trace_id: 'abc' }
  expect(lines[0]).toMatchObject({ ...where, about: 1, err: { type: 'Error', message: 'a client did this', cause } })
  expect(JSON.stringify(lines[0])).not.toContain('stack')
  expect(lines[1]).toMatchObject({ ...where, err: { stack: expect.stringContaining('request-log.test.ts') } })
})
