import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Principal } from '@assay/auth'
import { ErrorInfoSchema, RetryInfoSchema } from '@assay/contracts/google/rpc/error_details_pb'
import { busyHeader } from '@assay/rpc'
import { Code, type ConnectError, createClient } from '@connectrpc/connect'
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node'
import { afterEach, expect, test } from 'vitest'
import { principalOf } from './authentication.ts'
import { longestUnaryMs } from './call-deadline.ts'
import { createCallGate } from './call-gate.ts'
import { CallPlaces } from './call-places.ts'
import { createLoadLimits, streamPlaces } from './load-limits.ts'
import { createLogger } from './logger.ts'
import { type RunningServer, startServer } from './start-server.ts'
import { Echo } from './testing.ts'

const running: RunningServer[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()))
})

const caller = { tenant: 'local', clientId: 'client', identityId: 'client', displayName: 'Client', dialect: 'any' }

/** A server whose tokens are tenant ids. Calls with the value `hold` end when the test says so, even if their client has disconnected. */
async function start({
  longestSilenceMs,
  ...limits
}: {
  process: number
  tenant?: number
  waiting?: number
  longestSilenceMs?: number
}) {
  const places = new CallPlaces({ noun: 'calls', waiting: 0, ...limits })
  const streams = streamPlaces({ mostStreams: 2, mostTenantStreams: 1 })
  const { promise: told, resolve: end } = Promise.withResolvers<void>()
  const begun: number[] = []
  const lines: Record<string, unknown>[] = []
  const server = await startServer({
    name: 'test',
    host: '127.0.0.1',
    port: 0,
    logger: createLogger('test', 'debug', { write: (line) => void lines.push(JSON.parse(line)) }),
    readiness: {},
    closeTimeoutMs: 1_000,
    ...(longestSilenceMs !== undefined && { longestSilenceMs }),
    gate: createCallGate({
      verify: async (token): Promise<Principal> => ({ ...caller, tenantId: Number(token), role: 'admin' }),
      accessOf: ({ parent }) => (parent.typeName.startsWith('grpc.') ? 'everyone' : { right: 'read' }),
      load: createLoadLimits({ placesOf: () => places, streams, marksAnswers: true }),
    }),
    routes: (router) =>
      router.service(Echo, {
        async unary({ value }, context) {
          begun.push(principalOf(context).tenantId)
          if (value === 'hold') await told
          return { value: String(context.timeoutMs()) }
        },
        async *down() {
          yield { value: 'begun' }
          await told
        },
      }),
  })
  running.push(server)
  return { server, places, streams, begun, end, lines }
}

const as = (tenantId: number) => ({ headers: { authorization: `Bearer ${tenantId}` } })
const ways = (baseUrl: string) =>
  Object.entries({
    'Connect over HTTP/1.1': createConnectTransport({ baseUrl, httpVersion: '1.1' }),
    'Connect over HTTP/2': createConnectTransport({ baseUrl, httpVersion: '2' }),
    gRPC: createGrpcTransport({ baseUrl }),
    'gRPC-Web': createGrpcWebTransport({ baseUrl, httpVersion: '1.1' }),
    'gRPC-Web without compression': createGrpcWebTransport({ baseUrl, httpVersion: '1.1', acceptCompression: [] }),
  }).map(([name, transport]) => [name!, createClient(Echo, transport!)] as const)

async function until(condition: () => boolean) {
  while (!condition()) await nextTurn()
}

test('every protocol is told which bound was met and when to try again, and nothing was done', async () => {
  const { server, begun, places, end } = await start({ process: 2, tenant: 1 })
  const [, client] = ways(server.url)[1]!
  const held = [client.unary({ value: 'hold' }, as(1)), client.unary({ value: 'hold' }, as(2))]
  await until(() => places.running === 2)
  for (const [tenantId, code, reason] of [
    [1, Code.ResourceExhausted, 'TOO_MANY_CALLS'],
    [3, Code.Unavailable, 'OVERLOADED'],
  ] as const) {
    for (const [name, one] of ways(server.url)) {
      const refusal = await one.unary({}, as(tenantId)).catch((error: ConnectError) => error as ConnectError)
      expect(refusal, name).toMatchObject({ code })
      const error = refusal as ConnectError
      expect(error.findDetails(ErrorInfoSchema), name).toMatchObject([{ reason, domain: 'assay' }])
      const [delay] = error.findDetails(RetryInfoSchema)
      const seconds = Number(delay!.retryDelay?.seconds) + (delay!.retryDelay?.nanos ?? 0) / 1e9
      expect(Number(error.metadata.get('retry-after')), name).toBe(Math.ceil(seconds))
      expect(seconds, name).toBeGreaterThanOrEqual(1)
      expect(error.metadata.get(busyHeader), name).toBe('1')
    }
  }
  expect(begun).toEqual([1, 2])
  end()
  await Promise.all(held)
  expect(await client.unary({ value: '' }, as(3))).toBeDefined()
})

test('over HTTP a refusal is 429 or 503 with Retry-After, sent before the body is read, and its log line is for debugging', async () => {
  const { server, places, end, lines } = await start({ process: 1, tenant: 1 })
  const [, client] = ways(server.url)[0]!
  const held = client.unary({ value: 'hold' }, as(1))
  await until(() => places.running === 1)
  const { headers } = as(2)
  const init = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: '{broken' }
  const answer = await fetch(`${server.url}/assay.testing.Echo/Unary`, init)
  expect([answer.status, Number(answer.headers.get('retry-after'))]).toEqual([503, expect.toSatisfy((s) => s >= 1)])
  end()
  await held
  const levels = () => lines.filter(({ msg }) => msg === 'request').map(({ status, level }) => `${status} ${level}`)
  await expect.poll(levels).toEqual(['503 20', '200 30'])
})

test('a place is held until the work has ended, though the client is gone; a stream has a place of its own', async () => {
  for (const way of [0, 1, 2, 3, 4]) {
    const { server, places, streams, end } = await start({ process: 1, tenant: 1 })
    const [name, client] = ways(server.url)[way]!
    const leaver = new AbortController()
    const left = client.unary({ value: 'hold' }, { ...as(1), signal: leaver.signal })
    await until(() => places.running === 1)
    leaver.abort()
    await expect(left, name).rejects.toThrow()
    const reader = new AbortController()
    const messages = client.down({}, { ...as(1), signal: reader.signal })[Symbol.asyncIterator]()
    await messages.next()
    expect([places.running, streams.running], name).toEqual([1, 1])
    const second = await Array.fromAsync(client.down({}, as(1))).catch(({ code }: ConnectError) => code)
    expect(second, name).toBe(Code.ResourceExhausted)
    reader.abort()
    await until(() => streams.running === 0)
    end()
    await until(() => places.running === 0)
  }
})

test('a call that waited marks its answer, one that did not does not', async () => {
  const { server, places, end } = await start({ process: 1, tenant: 1, waiting: 5 })
  const client = ways(server.url)[4]![1]
  const headersOf = (value: string) => {
    const { promise, resolve } = Promise.withResolvers<Headers>()
    return [client.unary({ value }, { ...as(1), onHeader: resolve }), promise] as const
  }
  const [first, firstHeaders] = headersOf('hold')
  await until(() => places.running === 1)
  const [second, secondHeaders] = headersOf('')
  await until(() => places.waiting === 1)
  await new Promise((resolve) => setTimeout(resolve, 20))
  end()
  await Promise.all([first, second])
  expect([(await firstHeaders).get(busyHeader), (await secondHeaders).get(busyHeader)]).toEqual([null, '1'])
})

test('a unary call has a minute, whatever its client gives it, and less where the client says so', async () => {
  const { server } = await start({ process: 1 })
  for (const [name, client] of ways(server.url)) {
    for (const [timeoutMs, most] of [
      [undefined, longestUnaryMs],
      [90_000_000, longestUnaryMs],
      [30_000, 30_000],
    ]) {
      const options = { ...as(1), ...(timeoutMs !== undefined && { timeoutMs }) }
      const left = Number((await client.unary({}, options)).value)
      expect(left, name).toBeGreaterThan(most! - 20_000)
      expect(left, name).toBeLessThanOrEqual(most!)
    }
  }
})

test('a stream whose handler sends nothing is ended with a reason and gives its place back', async () => {
  const { server, streams } = await start({ process: 1, longestSilenceMs: 50 })
  for (const [name, client] of ways(server.url)) {
    const values: string[] = []
    const failure = await (async () => {
      for await (const { value } of client.down({}, as(1))) values.push(value)
    })().catch((error: ConnectError) => error)
    expect([values, failure], name).toMatchObject([['begun'], { code: Code.Unavailable }])
    await until(() => streams.running === 0)
  }
})

test('of many calls at once each is answered or refused, none is reset, over HTTP/1.1 as over one connection of HTTP/2', async () => {
  // Over HTTP/2, more than the 1,000 simultaneous streams of one connection.
  for (const [way, most] of [
    [0, 300],
    [2, 1200],
  ]) {
    const { server, end } = await start({ process: 4, tenant: 4, waiting: 20 })
    const [name, client] = ways(server.url)[way!]!
    const counts: Record<string, number> = {}
    const count = (outcome: string) => {
      counts[outcome] = (counts[outcome] ?? 0) + 1
      // The other calls have places or wait for one.
      if (counts.ResourceExhausted === most! - 24) end()
    }
    await Promise.all(
      Array.from({ length: most! }, () =>
        client.unary({ value: 'hold' }, as(1)).then(
          () => count('ok'),
          ({ code }: ConnectError) => count(Code[code]),
        ),
      ),
    )
    expect(counts, name).toEqual({ ResourceExhausted: most! - 24, ok: 24 })
  }
})
