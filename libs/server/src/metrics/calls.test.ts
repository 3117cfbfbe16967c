import { once } from 'node:events'
import { connect as connectTo, constants } from 'node:http2'
import { permissionDenied, resourceExhausted, unauthenticated } from '@assay/errors'
import { connectService } from '@assay/rpc'
import { createClient } from '@connectrpc/connect'
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createCallGate } from '../call-gate.ts'
import { createLogger } from '../logger.ts'
import { reply } from '../reply.ts'
import { type RunningServer, startServer } from '../start-server.ts'
import { Echo } from '../testing.ts'
import { noteEndpoint } from './calls.ts'
import { registry } from './registry.ts'

const principal = {
  tenantId: 7,
  tenant: 'local',
  clientId: 'client',
  identityId: 'client',
  displayName: 'Client',
  dialect: 'any',
  role: 'auditor',
} as const

let server: RunningServer

beforeEach(async () => {
  registry.resetMetrics()
  server = await startServer({
    name: 'test',
    host: '127.0.0.1',
    port: 0,
    readiness: {},
    logger: createLogger('test', 'silent'),
    maxMessageBytes: 1000,
    closeTimeoutMs: 50,
    dialectOf: ({ typeName }) => (typeName === Echo.typeName ? 'toy' : undefined),
    gate: createCallGate({
      verify: async (token) => {
        if (token !== 'good') throw unauthenticated('no')
        return principal
      },
      accessOf: ({ parent, name }) =>
        parent.typeName !== Echo.typeName ? 'everyone' : name === 'Up' ? { right: 'decide' } : { right: 'read' },
    }),
    routes: (router) =>
      router.service(Echo, {
        async unary({ value }, { signal }) {
          if (value === 'wait')
            await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
          if (value === 'fail') throw permissionDenied('not this one')
          if (value === 'enough') throw resourceExhausted('two wait already', { retryAfterMs: 1000 })
          return { value }
        },
        up: async () => ({ value: '' }),
        async *down() {
          yield { value: '' }
        },
      }),
    fallback(request, response) {
      if (request.url === '/token') noteEndpoint('/token')
      reply(response, request.url === '/token' ? 400 : 404, {}, 'x')
    },
  })
})
afterEach(() => server.close())

const headers = { authorization: 'Bearer good' }

/** The values of a metric, by its labels. */
async function values(name: string) {
  const metric = await registry.getSingleMetric(name)?.get()
  return Object.fromEntries(
    (metric?.values ?? [])
      .filter(({ value, ...rest }) => value > 0 && (!('metricName' in rest) || /_count$/.test(String(rest.metricName))))
      .map(({ labels, value }) => [Object.values(labels).join(' '), value]),
  )
}

const transports = (baseUrl: string) =>
  [
    ['Connect', createConnectTransport({ baseUrl, httpVersion: '1.1' })],
    ['gRPC', createGrpcTransport({ baseUrl })],
    ['gRPC-Web', createGrpcWebTransport({ baseUrl, httpVersion: '1.1' })],
  ] as const

test('calls are counted by method, API and code, and refusals by their reason, whatever the protocol', async () => {
  for (const [protocol, transport] of transports(server.url)) {
    registry.resetMetrics()
    const client = createClient(Echo, transport)
    await client.unary({ value: 'a' }, { headers })
    await client.unary({ value: 'fail' }, { headers }).catch(() => {})
    await client.unary({ value: 'a'.repeat(2000) }, { headers }).catch(() => {})
    await client.unary({ value: 'enough' }, { headers }).catch(() => {})
    // Only the server ends the call by its clock: a client that ended it at the same moment would have cancelled it.
    const timeout = { 'grpc-timeout': '50m', 'connect-timeout-ms': '50' }
    await client.unary({ value: 'wait' }, { headers: { ...headers, ...timeout } }).catch(() => {})
    await client.unary({ value: 'a' }).catch(() => {})
    await client.up((async function* () {})(), { headers }).catch(() => {})
    await Array.fromAsync(client.down({}, { headers }))
    const method = 'assay.testing.Echo/'
    await expect
      .poll(() => values('assay_calls_total'), { message: protocol })
      .toEqual({
        [`${method}Unary toy ok`]: 1,
        [`${method}Unary toy permission_denied`]: 1,
        [`${method}Unary toy resource_exhausted`]: 2,
        [`${method}Unary toy deadline_exceeded`]: 1,
        [`${method}Unary toy unauthenticated`]: 1,
        [`${method}Up toy permission_denied`]: 1,
        [`${method}Down toy ok`]: 1,
      })
    expect(await values('assay_refused_total'), protocol).toEqual({
      body_size: 1,
      tenant_bound: 1,
      token: 1,
      rights: 1,
    })
    // Streams are not included, since their duration depends on their reader.
    expect(await values('assay_call_duration_seconds'), protocol).toEqual({ [`${method}Unary toy`]: 6 })
    expect(await values('assay_calls_in_flight')).toEqual({})
  }
})

test('checks of health between processes count as answered', async () => {
  const connection = connectService('test', server.url)
  await connection.check()
  connection.close()
  await expect.poll(() => values('assay_calls_total')).toEqual({ 'grpc.health.v1.Health/Check platform ok': 1 })
})

test('a request that its caller resets at once counts as cancelled', async () => {
  const session = connectTo(server.url)
  const stream = session.request({ ':method': 'POST', ':path': '/token' })
  stream.close(constants.NGHTTP2_CANCEL)
  await once(stream, 'close')
  const codes = async () => Object.keys(await values('assay_calls_total')).map((labels) => labels.split(' ').at(-1))
  await expect.poll(codes).toEqual(['canceled'])
  session.destroy()
})

test('what clients send adds no series', async () => {
  await createClient(Echo, createGrpcTransport({ baseUrl: server.url })).unary({ value: 'a' }, { headers })
  for (const path of ['/a', '/b?c', '/assay.testing.Echo/Nothing', '/%00', '/token', '/healthz', '/readyz']) {
    await (await fetch(`${server.url}${path}`, { method: 'GET', headers: { 'x-request-id': path } })).text()
  }
  await expect
    .poll(() => values('assay_calls_total'))
    .toEqual({
      'assay.testing.Echo/Unary toy ok': 1,
      'other platform not_found': 4,
      '/token platform invalid_argument': 1,
    })
})

test('a call in flight is shown, and counted as refused when the process ends it to stop', async () => {
  const client = createClient(Echo, createGrpcTransport({ baseUrl: server.url }))
  const call = client.unary({ value: 'wait' }, { headers }).catch(({ code }) => code)
  await expect
    .poll(async () => (await registry.getSingleMetric('assay_calls_in_flight')?.get())?.values)
    .toMatchObject([{ value: 1 }])
  await server.close()
  await call
  await expect.poll(() => values('assay_refused_total')).toEqual({ draining: 1 })
})
