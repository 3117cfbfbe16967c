import { notFound, unavailable } from '@assay/errors'
import { connectService, createForwardingTransport, forwardService } from '@assay/rpc'
import { startTestCollector, type TestCollector } from '@assay/tracing/testing'
import { createClient } from '@connectrpc/connect'
import { createConnectTransport, createGrpcTransport } from '@connectrpc/connect-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { createLogger } from './logger.ts'
import { requestInProgress } from './request-scope.ts'
import { startServer } from './start-server.ts'
import { withTelemetry } from './telemetry.ts'
import { Echo, openGate } from './testing.ts'
import { collectorUrl, tracingSettings } from './tracing-settings.ts'

// A gateway and a service in one process: their spans are distinguished by their parents.

let collector: TestCollector
let url: string
let stop: () => Promise<void>
const lines: Record<string, unknown>[] = []
const logger = createLogger('trial', 'info', { write: (line) => void lines.push(JSON.parse(line)) })

beforeAll(async () => {
  collector = await startTestCollector()
  const environment = {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0',
    OTEL_BSP_SCHEDULE_DELAY: '20',
  }
  const config = { ...readConfig(environment, tracingSettings), metricsHost: '127.0.0.1', metricsPort: undefined }
  const common = { host: '127.0.0.1', port: 0, readiness: {}, logger, gate: openGate, name: 'trial' }
  const started = await withTelemetry(config, logger, async () => {
    const service = await startServer({
      ...common,
      routes: (router) =>
        router.service(Echo, {
          async unary({ value }) {
            if (value === 'fault') throw new Error('Ana Ruiz is no number')
            if (value === 'away') throw unavailable('try again')
            if (value === 'missing') throw notFound('thing', value)
            return { value }
          },
          async *down() {
            yield { value: 'x' }
          },
        }),
    })
    const connection = connectService('trial', service.url)
    const transport = createForwardingTransport({
      connectionOf: () => connection,
      ownHeaders: async () => ({ 'x-request-id': requestInProgress()?.id }),
      onUnavailable: () => {},
    })
    const gateway = await startServer({
      ...common,
      routes: (router) => forwardService(router, Echo, transport),
    })
    return {
      url: gateway.url,
      async stop() {
        await gateway.close()
        connection.close()
        await service.close()
      },
    }
  })
  url = started.url
  stop = started.stop
})
afterAll(async () => {
  await stop()
  await collector.close()
})

let traces = 0
async function traced(count: number, call: (headers: Record<string, string>) => Promise<unknown>) {
  const traceId = `4bf92f3577b34da6a3ce929d0e0e${(++traces).toString(16).padStart(4, '0')}`
  await call({ traceparent: `00-${traceId}-00f067aa0ba902b7-01`, 'x-request-id': traceId.slice(-8) }).catch(() => {})
  const those = () => collector.spans.filter((span) => span.traceId === traceId)
  await expect.poll(() => those().length).toBe(count)
  // From the top downwards.
  const byParent = new Map(those().map((span) => [span.parentId, span]))
  const path = []
  for (let at = byParent.get('00f067aa0ba902b7'); at !== undefined; at = byParent.get(at.spanId)) path.push(at)
  return { path, traceId }
}

const echo = () => createClient(Echo, createGrpcTransport({ baseUrl: url }))

test('a call is a server span, the client span of the call behind it, and the server span of the service', async () => {
  const { path, traceId } = await traced(3, (headers) => echo().unary({ value: 'x' }, { headers }))
  const name = 'assay.testing.Echo/Unary'
  const common = { 'rpc.system.name': 'grpc', 'rpc.method': name, 'rpc.response.status_code': 'OK' }
  const server = { ...common, 'http.request.method': 'POST', 'url.scheme': 'http', 'url.path': `/${name}` }
  expect(path).toMatchObject([
    {
      service: 'assay-trial',
      name,
      kind: 'server',
      isError: false,
      attributes: { ...server, 'network.protocol.version': '2' },
    },
    { name, kind: 'client', isError: false, attributes: { ...common, 'server.address': '127.0.0.1' } },
    { name, kind: 'server', isError: false, attributes: { ...server, 'network.protocol.version': '1.1' } },
  ])
  const [front, back] = lines.filter((line) => line.trace_id === traceId && line.msg === 'request').reverse()
  expect([front?.requestId, back?.requestId]).toEqual([traceId.slice(-8), traceId.slice(-8)])
  expect([front?.span_id, back?.span_id]).toEqual([path[0]?.spanId, path[2]?.spanId])
})

test('a stream is one as well, to its last message', async () => {
  const { path } = await traced(3, (headers) => Array.fromAsync(echo().down({}, { headers })))
  expect(path.map(({ kind, name, isError }) => [kind, name, isError])).toEqual([
    ['server', 'assay.testing.Echo/Down', false],
    ['client', 'assay.testing.Echo/Down', false],
    ['server', 'assay.testing.Echo/Down', false],
  ])
})

test('a fault of ours is an error by its code, and its message, which may name people, is in the log alone', async () => {
  const { path, traceId } = await traced(3, (headers) => echo().unary({ value: 'fault' }, { headers }))
  const failed = { isError: true, statusMessage: '', attributes: { 'error.type': 'INTERNAL' } }
  expect(path).toMatchObject([failed, failed, failed])
  expect(collector.bytes.toString('latin1')).not.toContain('Ana')
  // Logged once, with its stack: the gateway only passes the error on.
  const faults = lines.filter((line) => line.trace_id === traceId && line.level === 50)
  expect(faults).toMatchObject([{ err: { message: 'Ana Ruiz is no number', stack: expect.stringContaining('.ts:') } }])
})

test('a call fails for the server as far as the server is the cause, and for who makes it whatever the cause is', async () => {
  const web = createClient(Echo, createConnectTransport({ baseUrl: url, httpVersion: '1.1' }))
  const errors = async (value: string) => {
    const { path } = await traced(3, (headers) => web.unary({ value }, { headers }))
    expect(path[0]?.attributes['rpc.system.name']).toBe('connectrpc')
    expect(path.map(({ isError }) => isError)).toEqual(path.map(({ attributes }) => 'error.type' in attributes))
    return path.map(({ attributes }) => attributes['error.type'])
  }
  expect(await errors('away')).toEqual(['unavailable', 'UNAVAILABLE', 'UNAVAILABLE'])
  expect(await errors('missing')).toEqual([undefined, 'NOT_FOUND', undefined])
  expect(lines.filter(({ err }) => err !== undefined && !JSON.stringify(err).includes('Ana'))).toEqual([])
})

test('what the sampler does not keep is not sent, and its lines have the trace all the same', async () => {
  const before = collector.spans.length
  await echo().unary({ value: 'x' }, { headers: { 'x-request-id': 'not-kept' } })
  await expect.poll(() => lines.some((line) => line.requestId === 'not-kept')).toBe(true)
  const mine = lines.filter((line) => line.requestId === 'not-kept')
  expect(mine[0]?.trace_id).toMatch(/^[0-9a-f]{32}$/)
  expect(collector.spans.length).toBe(before)
})

test.each([
  [{}, undefined],
  [{ OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, undefined],
  [{ OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, undefined],
  [{ OTEL_TRACES_EXPORTER: 'otlp' }, 'http://localhost:4318/v1/traces'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/' }, 'http://c:4318/v1/traces'],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://c/here' }, 'https://c/here'],
])('%j sends spans to %s', (environment, expected) => {
  expect(collectorUrl(readConfig(environment, tracingSettings))).toBe(expected)
})

test('variables that ask for more than there is are refused in words, and headers are read but not repeated', () => {
  const wrong = {
    OTEL_TRACES_SAMPLER: 'jaeger_remote',
    OTEL_TRACES_SAMPLER_ARG: '2',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_EXPORTER_OTLP_HEADERS: 'hunter2',
  }
  expect(() => readConfig(wrong, tracingSettings)).toThrow(
    [
      'OTEL_EXPORTER_OTLP_PROTOCOL is "grpc": give http/protobuf',
      'OTEL_EXPORTER_OTLP_HEADERS is not usable: give pairs such as name=value,other=value',
      'OTEL_TRACES_SAMPLER is "jaeger_remote": give always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off, parentbased_traceidratio',
      'OTEL_TRACES_SAMPLER_ARG is "2": give a number from 0 to 1, such as 0.01',
    ].join('\n  '),
  )
  const headers = { OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20x, a=b' }
  expect(readConfig(headers, tracingSettings).otlpHeaders).toEqual({ authorization: 'Bearer x', a: 'b' })
})
