import { once } from 'node:events'
import net from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { createInternalTokens, type Principal } from '@assay/auth'
import { failedPrecondition, notFound } from '@assay/errors'
import {
  createLogger,
  principalKey,
  principalOf,
  type RunningServer,
  type ServerOptions,
  startServer,
  unusedPorts,
} from '@assay/server'
import { Echo, gateOfTokens, openGate } from '@assay/server/testing'
import { Code, type ConnectError, createClient, type ServiceImpl, type Transport } from '@connectrpc/connect'
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { forwardService } from './forward-service.ts'
import { createForwardingTransport } from './forwarding-transport.ts'
import { connectService } from './service-connection.ts'

const secret = new Uint8Array(32).fill(7)
const logger = createLogger('test', 'silent')
const caller: Principal = {
  tenantId: 7,
  tenant: 'local',
  clientId: 'swift-otter-12345@127.0.0.1/spc',
  identityId: 'e-1',
  displayName: 'Swift Otter',
  dialect: 'c1',
  role: 'reviewer',
}

/** Whether both ends use only Connect's own transports and handlers. */
let plainConnect = false
const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function serve(options: Partial<ServerOptions> & Pick<ServerOptions, 'routes' | 'gate'>): Promise<RunningServer> {
  const server = await startServer({
    name: 'test',
    host: '127.0.0.1',
    port: 0,
    readiness: {},
    logger,
    closeTimeoutMs: 1_000,
    plainConnect,
    ...options,
  })
  cleanups.push(() => server.close())
  return server
}

function serveBackend(echo: Partial<ServiceImpl<typeof Echo>>, options: Partial<ServerOptions> = {}) {
  const tokens = createInternalTokens(secret)
  return serve({
    routes: (router) => router.service(Echo, echo),
    gate: gateOfTokens((token) => tokens.verify(token, 'echo')),
    ...options,
  })
}

/** A gateway that serves only Echo, with `caller` as the caller of every call. */
async function serveFront(backendUrl: string, options: { secret?: Uint8Array } = {}) {
  const connection = connectService('echo', backendUrl, { plainConnect })
  cleanups.push(() => connection.close())
  const tokens = createInternalTokens(options.secret ?? secret)
  const transport = createForwardingTransport({
    connectionOf: () => connection,
    ownHeaders: async (values, name) => ({
      authorization: `Bearer ${await tokens.sign(values.get(principalKey), name)}`,
    }),
    onUnavailable: () => {},
  })
  return serve({
    routes: (router) => forwardService(router, Echo, transport),
    gate: { ...openGate, enter: ({ values }) => void values.set(principalKey, caller) },
  })
}

function transports(baseUrl: string): [string, Transport][] {
  return [
    ['Connect over HTTP/1.1', createConnectTransport({ baseUrl, httpVersion: '1.1' })],
    ['Connect over HTTP/2', createConnectTransport({ baseUrl, httpVersion: '2' })],
    ['gRPC', createGrpcTransport({ baseUrl })],
    ['gRPC-Web', createGrpcWebTransport({ baseUrl, httpVersion: '2' })],
  ]
}

/** A relay to a port that can be cut, as when the process behind it is killed. */
async function relayTo(port: number): Promise<{ readonly url: string; cut(): void }> {
  const sockets = new Set<net.Socket>()
  const relay = net.createServer((socket) => {
    const onward = net.connect(port, '127.0.0.1')
    socket.pipe(onward).pipe(socket)
    for (const end of [socket, onward]) {
      sockets.add(end)
      end.on('error', () => socket.destroy()).on('close', () => sockets.delete(end))
    }
  })
  await once(relay.listen(0, '127.0.0.1'), 'listening')
  cleanups.push(() => relay.close())
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return { url: `http://127.0.0.1:${(relay.address() as net.AddressInfo).port}`, cut }
}

async function* each(...values: string[]) {
  for (const value of values) yield { value }
}

async function collected(messages: AsyncIterable<{ value: string }>) {
  return (await Array.fromAsync(messages)).map(({ value }) => value).join('')
}

async function failure(call: Promise<unknown>): Promise<ConnectError> {
  return await call.then(
    () => expect.unreachable('the call should fail'),
    (error: ConnectError) => error,
  )
}

describe.each([
  ['as shipped', false],
  ['by plain Connect', true],
])('%s', (_, isPlain) => {
  beforeAll(() => {
    plainConnect = isPlain
  })

  test('all four kinds of calls pass in every protocol, with headers and trailers of the answer', async () => {
    const backend = await serveBackend({
      unary({ value }, context) {
        context.responseHeader.set('x-total-count', '3')
        context.responseTrailer.set('x-checksum', 'abc')
        return { value }
      },
      async up(requests) {
        return { value: await collected(requests) }
      },
      async *down({ value }) {
        for (const letter of value) yield { value: letter }
      },
      async *both(requests) {
        for await (const { value } of requests) yield { value: value.toUpperCase() }
      },
    })
    const front = await serveFront(backend.url)
    for (const [name, transport] of transports(front.url)) {
      const client = createClient(Echo, transport)
      let [header, trailer] = [new Headers(), new Headers()]
      const answer = await client.unary(
        { value: 'hello' },
        {
          onHeader: (given) => {
            header = given
          },
          onTrailer: (given) => {
            trailer = given
          },
        },
      )
      expect([answer.value, header.get('x-total-count'), trailer.get('x-checksum')], name).toEqual([
        'hello',
        '3',
        'abc',
      ])
      expect((await client.up(each('a', 'b', 'c'))).value, name).toBe('abc')
      expect(await collected(client.down({ value: 'xyz' })), name).toBe('xyz')
      if (name.endsWith('1.1')) continue
      expect(await collected(client.both(each('a', 'b'))), name).toBe('AB')
    }
  })

  test('the caller arrives signed, and no header from outside changes who it is', async () => {
    const seen: string[] = []
    const backend = await serveBackend({
      unary(_, context) {
        seen.push(...[...context.requestHeader.keys()].filter((name) => /tenant|principal|identity|cookie/.test(name)))
        const { tenantId, identityId, role } = principalOf(context)
        return { value: `${tenantId} ${identityId} ${role}` }
      },
    })
    const front = await serveFront(backend.url)
    const stranger = { ...caller, tenantId: 8, role: 'admin' as const }
    const headers = {
      authorization: `Bearer ${await createInternalTokens(secret).sign(stranger, 'echo')}`,
      'x-assay-tenant': '8',
      'x-principal': JSON.stringify(stranger),
      'x-identity-id': 'e-2',
      cookie: 'tenant=8',
    }
    for (const [name, transport] of transports(front.url)) {
      expect((await createClient(Echo, transport).unary({}, { headers })).value, name).toBe('7 e-1 reviewer')
    }
    expect(seen).toEqual([])
  })

  test('the trace of a caller goes on to the backend; what is none, or too long for the way there, does not', async () => {
    const seen: unknown[] = []
    const note = ({ requestHeader }: { readonly requestHeader: Headers }) =>
      seen.push([requestHeader.get('traceparent'), requestHeader.get('tracestate')])
    const backend = await serveBackend({
      unary(_, context) {
        note(context)
        return {}
      },
      async *down(_, context) {
        note(context)
        yield {}
      },
    })
    const front = await serveFront(backend.url)
    const client = createClient(Echo, createConnectTransport({ baseUrl: front.url, httpVersion: '1.1' }))
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const long = `a=${'x'.repeat(100_000)}`
    for (const headers of [
      { traceparent, tracestate: 'a=1' },
      { traceparent, tracestate: long },
      { traceparent: long, tracestate: 'a=1' },
    ]) {
      await client.unary({}, { headers })
      await collected(client.down({}, { headers }))
    }
    const [whole, short, none] = [
      [traceparent, 'a=1'],
      [traceparent, null],
      [null, null],
    ]
    expect(seen).toEqual([whole, whole, short, short, none, none])
  })

  test('a backend answers nobody who does not come by the gateway', async () => {
    const backend = await serveBackend({ unary: () => ({ value: 'reached' }) })
    const client = createClient(Echo, createGrpcTransport({ baseUrl: backend.url }))
    const foreign = await createInternalTokens(new Uint8Array(32).fill(8)).sign(caller, 'echo')
    for (const headers of [{}, { authorization: `Bearer ${foreign}` }, { 'x-assay-tenant': '7' }]) {
      expect((await failure(client.unary({}, { headers }))).code).toBe(Code.Unauthenticated)
    }
  })

  test('a stream goes on when the token that opened it is no longer good, and no other call comes in by that token', async () => {
    const held = Promise.withResolvers<void>()
    let token = ''
    const backend = await serveBackend({
      unary: () => ({ value: 'reached' }),
      async *down(_, context) {
        token = context.requestHeader.get('authorization') ?? ''
        yield { value: 'one' }
        await held.promise
        yield { value: 'two' }
      },
    })
    const front = await serveFront(backend.url)
    const client = createClient(Echo, createGrpcTransport({ baseUrl: front.url }))
    const received: string[] = []
    try {
      for await (const { value } of client.down({})) {
        received.push(value)
        vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 })
        held.resolve()
      }
      expect(received).toEqual(['one', 'two'])
      const late = createClient(Echo, createGrpcTransport({ baseUrl: backend.url }))
      const error = await failure(late.unary({}, { headers: { authorization: token } }))
      expect([error.code, error.rawMessage]).toEqual([
        Code.Unauthenticated,
        expect.stringContaining('not from the last minute'),
      ])
    } finally {
      vi.useRealTimers()
    }
  })

  test('a backend refuses a token that was signed for another service', async () => {
    const backend = await serveBackend({ unary: () => ({ value: 'reached' }) })
    const client = createClient(Echo, createGrpcTransport({ baseUrl: backend.url }))
    const headers = { authorization: `Bearer ${await createInternalTokens(secret).sign(caller, 'mining')}` }
    const error = await failure(client.unary({}, { headers }))
    expect([error.code, error.rawMessage]).toEqual([
      Code.Unauthenticated,
      expect.stringContaining('another service than "echo"'),
    ])
  })

  test('an error of the backend passes with its code, words and details, before and in the middle of a stream', async () => {
    const backend = await serveBackend({
      unary: () => {
        throw notFound('run', '42')
      },
      async *down() {
        yield { value: 'one' }
        throw notFound('page', '2')
      },
    })
    const front = await serveFront(backend.url)
    for (const [name, transport] of transports(front.url)) {
      const client = createClient(Echo, transport)
      const [unary, stream] = [await failure(client.unary({})), await failure(collected(client.down({})))]
      expect([unary.code, unary.rawMessage], name).toEqual([Code.NotFound, 'run "42" does not exist'])
      expect([stream.code, stream.rawMessage], name).toEqual([Code.NotFound, 'page "2" does not exist'])
    }
  })

  test('a backend that is down is UNAVAILABLE by name, without its address, and is found again when it is back', async () => {
    const [port] = await unusedPorts(1)
    const first = await serveBackend({ unary: ({ value }) => ({ value }) }, { port: port ?? 0 })
    const front = await serveFront(first.url)
    const client = createClient(Echo, createGrpcTransport({ baseUrl: front.url }))
    expect((await client.unary({ value: 'up' })).value).toBe('up')
    await first.close()
    const error = await failure(client.unary({ value: 'down' }))
    expect([error.code, error.rawMessage]).toEqual([
      Code.Unavailable,
      'The echo service does not answer at the moment; try again shortly',
    ])
    expect((await failure(collected(client.down({})))).code).toBe(Code.Unavailable)
    await serveBackend({ unary: ({ value }) => ({ value }) }, { port: first.port })
    await expect.poll(() => client.unary({ value: 'back' }).then(({ value }) => value, String)).toBe('back')
  })

  test('a stream whose backend dies is UNAVAILABLE in every protocol, before its first message and after', async () => {
    for (const firstMessage of [true, false]) {
      const entered: PromiseWithResolvers<void>[] = []
      const backend = await serveBackend({
        async *down(_, { signal }) {
          if (firstMessage) yield { value: 'one' }
          entered.at(-1)?.resolve()
          await once(signal, 'abort')
        },
      })
      const wire = await relayTo(backend.port)
      const front = await serveFront(wire.url)
      for (const [name, transport] of transports(front.url)) {
        entered.push(Promise.withResolvers())
        const call = failure(collected(createClient(Echo, transport).down({})))
        await entered.at(-1)?.promise
        wire.cut()
        const error = await call
        expect([Code[error.code], error.rawMessage], name).toEqual([
          'Unavailable',
          'The echo service does not answer at the moment; try again shortly',
        ])
      }
    }
  })

  test('a backend with another internal secret is a fault of ours, not of the caller', async () => {
    const backend = await serveBackend({ unary: () => ({}) })
    const front = await serveFront(backend.url, { secret: new Uint8Array(32).fill(9) })
    const error = await failure(createClient(Echo, createGrpcTransport({ baseUrl: front.url })).unary({}))
    expect(error.code).toBe(Code.Internal)
    expect(error.rawMessage).not.toContain('SECRET')
  })

  test('the deadline goes on to the backend, and its end is DEADLINE_EXCEEDED', async () => {
    const remaining: (number | undefined)[] = []
    const backend = await serveBackend({
      async unary(_, context) {
        remaining.push(context.timeoutMs())
        await once(context.signal, 'abort')
        throw context.signal.reason
      },
    })
    const front = await serveFront(backend.url)
    const headers = { 'content-type': 'application/json', 'connect-timeout-ms': '300' }
    const response = await fetch(`${front.url}/assay.testing.Echo/Unary`, { method: 'POST', headers, body: '""' })
    expect([response.status, await response.json()]).toMatchObject([504, { code: 'deadline_exceeded' }])
    expect(remaining[0]).toBeGreaterThan(0)
    expect(remaining[0]).toBeLessThanOrEqual(300)
  })

  test('when a caller hangs up, the handler in the backend is aborted', async () => {
    const [entered, aborted] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const wait = async (signal: AbortSignal) => {
      entered.resolve()
      await once(signal, 'abort')
      aborted.resolve()
    }
    const backend = await serveBackend({
      async unary(_, context) {
        await wait(context.signal)
        return {}
      },
    })
    const front = await serveFront(backend.url)
    const hangUp = new AbortController()
    const client = createClient(Echo, createGrpcTransport({ baseUrl: front.url }))
    const call = failure(client.unary({}, { signal: hangUp.signal }))
    await entered.promise
    hangUp.abort()
    await aborted.promise
    expect((await call).code).toBe(Code.Canceled)
  })

  test('when a caller gives up a stream, the stream of the backend ends', async () => {
    const ended = Promise.withResolvers<void>()
    const backend = await serveBackend({
      async *down() {
        try {
          for (;;) {
            yield { value: 'again' }
            await delay(5)
          }
        } finally {
          ended.resolve()
        }
      },
    })
    const front = await serveFront(backend.url)
    const hangUp = new AbortController()
    const client = createClient(Echo, createGrpcTransport({ baseUrl: front.url }))
    for await (const message of client.down({}, { signal: hangUp.signal })) {
      expect(message.value).toBe('again')
      break
    }
    hangUp.abort()
    await ended.promise
  })

  test('a backend that does not read holds up the caller instead of filling the gateway', async () => {
    const release = Promise.withResolvers<void>()
    const backend = await serveBackend({
      async up(requests) {
        await release.promise
        let size = 0
        for await (const { value } of requests) size += value.length
        return { value: String(size) }
      },
    })
    const front = await serveFront(backend.url)
    const piece = 'x'.repeat(256 * 1024)
    let sent = 0
    async function* upload() {
      for (; sent < 400; sent++) yield { value: piece }
    }
    const call = createClient(Echo, createGrpcTransport({ baseUrl: front.url })).up(upload())
    let before = -1
    while (before !== sent) {
      before = sent
      await delay(300)
    }
    // Two windows of 1 MB and the buffers between, of 100 MB in total.
    expect(sent * piece.length).toBeLessThan(16 * 1024 * 1024)
    release.resolve()
    expect((await call).value).toBe(String(400 * piece.length))
  })

  test('an upload that the backend refuses at once ends with its reason, and the connection goes on', async () => {
    const backend = await serveBackend({
      up() {
        throw failedPrecondition('The import is not open')
      },
      unary: ({ value }) => ({ value }),
    })
    const front = await serveFront(backend.url)
    const piece = 'x'.repeat(256 * 1024)
    for (const [name, transport] of transports(front.url)) {
      async function* upload() {
        for (let i = 0; i < 200; i++) yield { value: piece }
      }
      const client = createClient(Echo, transport)
      const error = await failure(client.up(upload()))
      expect([error.code, error.rawMessage], name).toEqual([Code.FailedPrecondition, 'The import is not open'])
      expect((await client.unary({ value: 'still here' })).value, name).toBe('still here')
    }
  })

  test('a message above the limit in the middle of a stream is the fault of its sender', async () => {
    const backend = await serveBackend({
      async up(requests) {
        return { value: await collected(requests) }
      },
    })
    const front = await serveFront(backend.url)
    for (const [name, transport] of transports(front.url)) {
      const error = await failure(createClient(Echo, transport).up(each('small', 'x'.repeat(5 * 1024 * 1024))))
      expect(error.code, name).toBe(Code.ResourceExhausted)
    }
  })

  test('connections to a backend are kept for later calls, and all streams share one', async () => {
    const backend = await serveBackend({
      unary: ({ value }) => ({ value }),
      async *down({ value }) {
        yield { value }
      },
    })
    let connections = 0
    const wire = net.createServer((socket) => {
      connections++
      const onward = net.connect(backend.port, '127.0.0.1')
      socket.pipe(onward).pipe(socket)
      for (const end of [socket, onward]) end.on('error', () => socket.destroy())
    })
    await once(wire.listen(0, '127.0.0.1'), 'listening')
    cleanups.push(() => wire.close())
    const { port } = wire.address() as net.AddressInfo
    const front = await serveFront(`http://127.0.0.1:${port}`)
    const clients = transports(front.url).map(([, transport]) => createClient(Echo, transport))
    const calls = (unary: boolean) =>
      Promise.all(
        Array.from({ length: 40 }, async (_, i) => {
          const client = clients[i % clients.length]!
          if (unary) return client.unary({ value: String(i) })
          return Array.fromAsync(client.down({ value: String(i) }))
        }),
      )
    // As many connections as there were simultaneous calls, for any number of calls.
    for (let round = 0; round < 4; round++) await calls(true)
    const forCalls = connections
    expect(forCalls).toBeLessThanOrEqual(isPlain ? 1 : 40)
    await calls(false)
    expect(connections).toBe(isPlain ? 1 : forCalls + 1)
  })
})
