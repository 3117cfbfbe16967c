import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import net from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import tls from 'node:tls'
import { gzipSync } from 'node:zlib'
import type { Principal } from '@assay/auth'
import { Health, HealthCheckResponse_ServingStatus as Status } from '@assay/contracts/grpc/health/v1/health_pb'
import { ServerReflection } from '@assay/contracts/grpc/reflection/v1/reflection_pb'
import { ServerReflection as OlderServerReflection } from '@assay/contracts/grpc/reflection/v1alpha/reflection_pb'
import { DomainError, invalidArgument, notFound, unauthenticated } from '@assay/errors'
import { fromBinary } from '@bufbuild/protobuf'
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt'
import { Code, ConnectError, createClient, type ServiceImpl, type Transport } from '@connectrpc/connect'
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node'
import { credentials, Client as GrpcClient, type Metadata } from '@grpc/grpc-js'
import { afterEach, describe, expect, test } from 'vitest'
import { principalOf } from './authentication.ts'
import { internalErrorText, toConnectError } from './errors.ts'
import { createLogger } from './logger.ts'
import { type RunningServer, type ServerOptions, startServer } from './start-server.ts'
import { Echo, gateOfTokens, makeCertificate, openGate } from './testing.ts'

const running: RunningServer[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()))
})

const echo: Partial<ServiceImpl<typeof Echo>> = {
  unary: ({ value }) => ({ value }),
  async up(requests) {
    let value = ''
    for await (const request of requests) value += request.value
    return { value }
  },
  async *down({ value }) {
    for (const letter of value) yield { value: letter }
  },
  async *both(requests) {
    for await (const request of requests) yield { value: request.value.toUpperCase() }
  },
}

async function start(options: Partial<ServerOptions> & { echo?: Partial<ServiceImpl<typeof Echo>> } = {}) {
  const server = await startServer({
    name: 'test',
    host: '127.0.0.1',
    port: 0,
    routes: (router) => router.service(Echo, options.echo ?? echo),
    gate: openGate,
    readiness: {},
    logger: createLogger('test', 'silent'),
    closeTimeoutMs: 2_000,
    ...options,
  })
  running.push(server)
  return server
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

function transports(baseUrl: string, nodeOptions: { ca?: string } = {}): [string, Transport][] {
  return [
    ['Connect over HTTP/1.1', createConnectTransport({ baseUrl, httpVersion: '1.1', nodeOptions })],
    ['Connect over HTTP/2', createConnectTransport({ baseUrl, httpVersion: '2', nodeOptions })],
    ['gRPC', createGrpcTransport({ baseUrl, nodeOptions })],
    ['gRPC-Web over HTTP/1.1', createGrpcWebTransport({ baseUrl, httpVersion: '1.1', nodeOptions })],
    ['gRPC-Web over HTTP/2', createGrpcWebTransport({ baseUrl, httpVersion: '2', nodeOptions })],
  ]
}

test.each([false, true])('one port carries every protocol and every kind of call, encrypted: %s', async (encrypted) => {
  const tls = encrypted ? makeCertificate() : undefined
  const { url } = await start({ tls })
  for (const [name, transport] of transports(url, tls ? { ca: tls.cert } : {})) {
    const client = createClient(Echo, transport)
    expect((await client.unary({ value: 'hello' })).value, name).toBe('hello')
    expect((await client.up(each('a', 'b', 'c'))).value, name).toBe('abc')
    expect(await collected(client.down({ value: 'xyz' })), name).toBe('xyz')
    if (name.endsWith('1.1')) continue
    expect(await collected(client.both(each('a', 'b'))), name).toBe('AB')
  }
})

test('TLS without ALPN, as old HTTP clients do it, is HTTP/1.1', async () => {
  const certificate = makeCertificate()
  const { port } = await start({ tls: certificate })
  const socket = tls.connect({ host: '127.0.0.1', port, ca: certificate.cert })
  socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
  const [answer] = (await once(socket, 'data')) as [Buffer]
  expect(answer.toString()).toMatch(/^HTTP\/1.1 200 /)
  socket.destroy()
})

test('first bytes that arrive one by one are told apart all the same', async () => {
  const { port } = await start()
  const socket = net.connect(port, '127.0.0.1')
  socket.setNoDelay(true)
  for (const byte of 'PROPFIND /healthz HTTP/1.1\r\nHost: x\r\n\r\n') {
    socket.write(byte)
    await delay(1)
  }
  const [answer] = (await once(socket, 'data')) as [Buffer]
  expect(answer.toString()).toMatch(/^HTTP\/1.1 405 /)
  socket.destroy()
})

test('a URL of 64,000 characters reaches the handler over HTTP/1.1 and HTTP/2', async () => {
  const paths: (string | undefined)[] = []
  const { url } = await start({
    fallback(request, response) {
      paths.push(request.url)
      response.statusCode = 204
      response.end()
    },
  })
  const path = `/${'a/'.repeat(32_000)}`
  expect((await fetch(url + path)).status).toBe(204)
  const session = http2.connect(url)
  const [headers] = (await once(session.request({ ':path': path }), 'response')) as [http2.IncomingHttpHeaders]
  expect(headers[':status']).toBe(204)
  session.close()
  expect(paths).toEqual([path, path])
})

test.each([
  'GET /assay.testing.Echo/Unary HTTP/1.0\r\n\r\n',
  'POST /assay.testing.Echo/Unary HTTP/1.1\r\nHost: a b\r\n\r\n',
])('a call without a usable Host is refused and the process lives on: %j', async (bytes) => {
  const { port, url } = await start()
  const socket = net.connect(port, '127.0.0.1').end(bytes)
  const [answer] = (await once(socket, 'data')) as [Buffer]
  expect(answer.toString()).toMatch(/^HTTP\/1.1 400 /)
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
})

test.each([
  ['application/proto', Buffer.from([0xff, 0xff]), /^parse binary: /],
  ['application/proto', Buffer.from([0x0a, 0x05, 0x61]), /^parse binary: /],
  ['application/json', Buffer.from([0x22, 0xff, 0x22]), /utf-8/i],
  ['application/json', Buffer.from([0x22, 0xc3, 0x28, 0x22]), /utf-8/i],
  ['application/json', Buffer.from('"a', 'utf8'), /JSON/],
])('a message of Connect that cannot be read (%s, %j) is INVALID_ARGUMENT', async (type, body, words) => {
  const { url } = await start()
  const ask = (headers: Record<string, string>, sent: Buffer) =>
    fetch(`${url}/assay.testing.Echo/Unary`, {
      method: 'POST',
      headers: { 'content-type': type, ...headers },
      body: sent,
    })
  for (const answer of [await ask({}, body), await ask({ 'content-encoding': 'gzip' }, gzipSync(body))]) {
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { code: 'invalid_argument', message: expect.stringMatching(words) },
    ])
  }
})

test('a message of Connect that says gzip and is none is INVALID_ARGUMENT', async () => {
  const { url } = await start()
  const headers = { 'content-type': 'application/proto', 'content-encoding': 'gzip' }
  for (const body of [Buffer.from('no gzip'), gzipSync(Buffer.alloc(100)).subarray(0, 15)]) {
    const answer = await fetch(`${url}/assay.testing.Echo/Unary`, { method: 'POST', headers, body })
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'invalid_argument' }])
  }
})

test('a message that cannot be read is INVALID_ARGUMENT over gRPC too, alone and in a stream, with and without compression', async () => {
  const { url } = await start()
  const plain = new GrpcClient(url.slice('http://'.length), credentials.createInsecure())
  const broken = () => Buffer.from([0xff, 0xff])
  const unary = new Promise((resolve) => {
    plain.makeUnaryRequest(
      '/assay.testing.Echo/Unary',
      broken,
      (bytes) => bytes,
      {},
      (error) => resolve(error?.code),
    )
  })
  const stream = new Promise((resolve) => {
    plain
      .makeServerStreamRequest('/assay.testing.Echo/Down', broken, (bytes) => bytes, {})
      .on('error', (error) => {
        resolve('code' in error && error.code)
      })
      .resume()
  })
  expect([await unary, await stream]).toEqual([Code.InvalidArgument, Code.InvalidArgument])
  plain.close()
})

test('a status stays below what clients take: a huge input, many faults and signs beyond ASCII', async () => {
  const faults: (() => unknown)[] = [
    () => notFound('run', 'x'.repeat(10_000)),
    () => notFound('run', '名'.repeat(10_000)),
    () => invalidArgument('attribute', `unknown; known are ${'an attribute, '.repeat(600)}`),
    () =>
      invalidArgument('字'.repeat(5_000), '字 '.repeat(5_000), { reason: 'X', metadata: { a: '字'.repeat(5_000) } }),
    () =>
      new DomainError('invalid_argument', 'many', {
        violations: Array.from({ length: 600 }, (_, index) => ({
          field: `f[${index}]`,
          description: '字'.repeat(300),
        })),
      }),
    () =>
      new DomainError('invalid_argument', '\u0001'.repeat(9_000), {
        violations: Array.from({ length: 20 }, () => ({
          field: '\u0001'.repeat(200),
          description: '\u0001'.repeat(900),
        })),
      }),
    () => new ConnectError('own words, '.repeat(5_000), Code.NotFound),
    () => notFound('run', '\ud800'),
  ]
  let fault = faults[0]!
  const { url } = await start({
    echo: {
      unary: () => {
        throw fault()
      },
    },
  })
  const plain = new GrpcClient(url.slice('http://'.length), credentials.createInsecure())
  for (fault of faults) {
    const expected = toConnectError(fault())
    for (const [name, transport] of transports(url)) {
      const error = await failure(createClient(Echo, transport).unary({}))
      expect([error.code, error.rawMessage, error.details.length], name).toEqual([
        expected.code,
        expected.rawMessage,
        expected.details.length,
      ])
    }
    const trailer = await new Promise<Metadata | undefined>((resolve) => {
      const same = (bytes: Buffer) => bytes
      plain.makeUnaryRequest('/assay.testing.Echo/Unary', same, same, Buffer.alloc(0), (error) =>
        resolve(error?.metadata),
      )
    })
    const ofConnect = await fetch(`${url}/assay.testing.Echo/Unary`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '""',
    })
    expect((await ofConnect.bytes()).length).toBeLessThan(8 * 1024)
    let size = 32 + 'grpc-message'.length + encodeURIComponent(expected.rawMessage).length
    for (const [name, value] of Object.entries(trailer?.getMap() ?? {})) {
      size += 32 + name.length + (typeof value === 'string' ? value : value.toString('base64')).length
    }
    expect(size).toBeLessThan(8 * 1024)
  }
  plain.close()
})

test('what the protocols repeat of a request is short', async () => {
  const { url } = await start()
  const long = 'x'.repeat(60_000)
  const session = http2.connect(url)
  for (const fields of [{ 'grpc-timeout': long }, { 'grpc-encoding': long }]) {
    const stream = session.request({
      ':method': 'POST',
      ':path': '/assay.testing.Echo/Unary',
      'content-type': 'application/grpc',
      ...fields,
    })
    stream.end(Buffer.alloc(5))
    let status: http2.IncomingHttpHeaders = {}
    stream.on('response', (headers) => {
      status = { ...status, ...headers }
    })
    stream.on('trailers', (headers) => {
      status = { ...status, ...headers }
    })
    stream.resume()
    await once(stream, 'close')
    expect(status['grpc-status']).toMatch(/^(3|12)$/)
    expect(String(status['grpc-message']).length).toBeLessThan(1000)
  }
  session.close()
  const body = JSON.stringify({ [long]: 1 })
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${url}/grpc.health.v1.Health/Check`, { method: 'POST', headers, body })
  expect([answer.status, (await answer.text()).length < 1000]).toEqual([400, true])
})

test('a domain error reaches every protocol with its code and details, any other with a fixed text', async () => {
  const { url } = await start({
    echo: {
      unary: () => {
        throw notFound('run', '42')
      },
      async *down() {
        yield { value: 'one' }
        throw new Error('password=hunter2')
      },
    },
  })
  for (const [name, transport] of transports(url)) {
    const client = createClient(Echo, transport)
    const refused = await failure(client.unary({}))
    expect([refused.code, refused.rawMessage], name).toEqual([Code.NotFound, 'run "42" does not exist'])
    const broken = await failure(collected(client.down({})))
    expect([broken.code, broken.rawMessage], name).toEqual([Code.Internal, internalErrorText])
  }
})

test('a message of exactly the limit is taken, and one above it is RESOURCE_EXHAUSTED', async () => {
  const { url } = await start({ maxMessageBytes: 1000 })
  // The text has a tag and two bytes of length before it.
  const exactly = 'x'.repeat(1000 - 3)
  for (const [name, transport] of transports(url)) {
    expect((await createClient(Echo, transport).unary({ value: exactly })).value, name).toBe(exactly)
    const above = await failure(createClient(Echo, transport).unary({ value: `${exactly}x` }))
    expect(above.code, name).toBe(Code.ResourceExhausted)
    const error = await failure(createClient(Echo, transport).unary({ value: 'x'.repeat(2000) }))
    expect(error.code, name).toBe(Code.ResourceExhausted)
  }
})

const someone: Principal = {
  tenantId: 7,
  tenant: 'local',
  clientId: 'client',
  identityId: 'client',
  displayName: 'Client',
  dialect: 'c1',
  role: 'auditor',
}

test('a refused request that goes on being sent is read to its end, so that its connection is free again', async () => {
  const { url, port } = await start({ maxMessageBytes: 10_000 })
  const bytes = 8 * 1024 * 1024

  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  const call = (body: string | Buffer) => {
    const headers = { 'content-type': 'application/json' }
    const request = http.request({ port, path: '/assay.testing.Echo/Unary', method: 'POST', agent, headers })
    request.end(body)
    return once(request, 'response') as Promise<[http.IncomingMessage]>
  }
  const [refusal] = await call(Buffer.alloc(bytes, ' '))
  expect(JSON.parse((await refusal.setEncoding('utf8').toArray()).join(''))).toMatchObject({
    code: 'resource_exhausted',
  })
  const [answer] = await call('"next"')
  expect((await answer.setEncoding('utf8').toArray()).join('')).toBe('"next"')
  agent.destroy()

  const session = http2.connect(url)
  const stream = session.request({
    ':method': 'POST',
    ':path': '/assay.testing.Echo/Unary',
    'content-type': 'application/grpc',
  })
  const frame = Buffer.alloc(5 + bytes)
  frame.writeUInt32BE(bytes, 1)
  stream.end(frame)
  const [trailers] = (await once(stream.resume(), 'trailers')) as [http2.IncomingHttpHeaders]
  expect(trailers['grpc-status']).toBe(String(Code.ResourceExhausted))
  await once(stream, 'close')
  session.close()
})

test.each([0, 100_000])(
  'a stream of messages that its caller breaks off never looks like a whole one, %i bytes after the last that was read',
  async (bytesBehind) => {
    const outcome = Promise.withResolvers<unknown>()
    const begun = Promise.withResolvers<void>()
    const { url } = await start({
      echo: {
        async up(requests) {
          try {
            for await (const _ of requests) begun.resolve()
            outcome.resolve('whole')
          } catch (error) {
            outcome.resolve(error)
          }
          return {}
        },
      },
    })
    const session = http2.connect(url)
    const stream = session.request({
      ':method': 'POST',
      ':path': '/assay.testing.Echo/Up',
      'content-type': 'application/grpc',
    })
    stream.on('error', () => {})
    const emptyMessage = Buffer.alloc(5)
    stream.write(emptyMessage)
    await begun.promise
    if (bytesBehind > 0) stream.write(Buffer.alloc(bytesBehind))
    stream.close(http2.constants.NGHTTP2_CANCEL)
    expect(await outcome.promise).toMatchObject({ code: Code.Canceled })
    session.close()
  },
)

test('the gate refuses a call without a good token in every protocol and never reads its body', async () => {
  const { url } = await start({
    gate: gateOfTokens(async (token) => {
      if (token !== 'good') throw unauthenticated('The token is not one of ours')
      return someone
    }),
    echo: { unary: (_, context) => ({ value: principalOf(context).tenant }) },
  })
  for (const [name, transport] of transports(url)) {
    const client = createClient(Echo, transport)
    const refused = await failure(client.unary({ value: 'x' }, { headers: { authorization: 'Bearer bad' } }))
    expect([refused.code, refused.rawMessage], name).toEqual([Code.Unauthenticated, 'The token is not one of ours'])
    expect((await failure(client.unary({}))).code, name).toBe(Code.Unauthenticated)
    expect((await client.unary({}, { headers: { authorization: 'Bearer good' } })).value, name).toBe('local')
    expect((await createClient(Health, transport).check({})).status, name).toBe(Status.SERVING)
  }
  const malformed = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{broken' }
  const response = await fetch(`${url}/assay.testing.Echo/Unary`, malformed)
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toBe('Bearer realm="assay"')
})

test('a handler that was left without authentication fails closed when it asks for the caller', async () => {
  const { url } = await start({ echo: { unary: (_, context) => ({ value: principalOf(context).tenant }) } })
  const error = await failure(createClient(Echo, createGrpcTransport({ baseUrl: url })).unary({}))
  expect(error.code).toBe(Code.Unauthenticated)
})

test('the probes tell the state of each dependency by name, and never the reason', async () => {
  let healthy = false
  const readiness = {
    database: async () => {},
    mining: async () => {
      if (!healthy) throw new Error('connect ECONNREFUSED 10.0.0.7:8081')
    },
  }
  const { url } = await start({ readiness })
  const health = createClient(Health, createGrpcTransport({ baseUrl: url }))
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  const response = await fetch(`${url}/readyz`)
  expect([response.status, await response.json()]).toEqual([
    503,
    { status: 'unavailable', dependencies: { database: 'ok', mining: 'unavailable' } },
  ])
  expect((await health.check({ service: 'assay.testing.Echo' })).status).toBe(Status.NOT_SERVING)
  healthy = true
  await expect.poll(async () => (await fetch(`${url}/readyz`)).status).toBe(200)
  expect((await health.check({})).status).toBe(Status.SERVING)
  expect((await failure(health.check({ service: 'no.Such' }))).code).toBe(Code.NotFound)
})

test('a gRPC client that is not ours (grpc-js) reads the health', async () => {
  const { port } = await start()
  const client = new GrpcClient(`127.0.0.1:${port}`, credentials.createInsecure())
  const answer = await new Promise<Buffer>((resolve, reject) => {
    const same = (bytes: Buffer) => bytes
    client.makeUnaryRequest('/grpc.health.v1.Health/Check', same, same, Buffer.alloc(0), (error, reply) =>
      error ? reject(error) : resolve(reply!),
    )
  })
  client.close()
  // Field 1, varint, SERVING.
  expect([...answer]).toEqual([8, 1])
})

test('reflection lists the served services and gives their files', async () => {
  const { url } = await start()
  const client = createClient(ServerReflection, createGrpcTransport({ baseUrl: url }))
  const ask = async function* () {
    yield { messageRequest: { case: 'listServices', value: '' } as const }
    yield { messageRequest: { case: 'fileContainingSymbol', value: 'assay.testing.Echo.Unary' } as const }
    yield { messageRequest: { case: 'fileByFilename', value: 'google/protobuf/wrappers.proto' } as const }
    yield { messageRequest: { case: 'fileContainingSymbol', value: 'no.Such' } as const }
  }
  const [list, echoFile, wrappers, unknown] = await Array.fromAsync(client.serverReflectionInfo(ask()))
  expect(list?.messageResponse.value).toMatchObject({
    service: [
      { name: 'assay.testing.Echo' },
      { name: 'grpc.health.v1.Health' },
      { name: ServerReflection.typeName },
      { name: OlderServerReflection.typeName },
    ],
  })
  for (const [answer, name] of [
    [echoFile, 'assay/testing/echo.proto'],
    [wrappers, 'google/protobuf/wrappers.proto'],
  ] as const) {
    if (answer?.messageResponse.case !== 'fileDescriptorResponse')
      return expect.unreachable(answer?.messageResponse.case)
    const [file] = answer.messageResponse.value.fileDescriptorProto
    expect(fromBinary(FileDescriptorProtoSchema, file!).name).toBe(name)
  }
  const older = createClient(OlderServerReflection, createGrpcTransport({ baseUrl: url }))
  const [sameList] = await Array.fromAsync(older.serverReflectionInfo(ask()))
  expect(sameList?.messageResponse.case).toBe('listServicesResponse')
  expect(unknown?.messageResponse).toMatchObject({ case: 'errorResponse', value: { errorCode: 5 } })
})

test('cancellation and deadlines reach the handler', async () => {
  const entered = Promise.withResolvers<void>()
  const reasons: Code[] = []
  let entries = 0
  const { url } = await start({
    echo: {
      async unary(_, { signal }) {
        entries++
        entered.resolve()
        if (!signal.aborted) await once(signal, 'abort')
        reasons.push((signal.reason as ConnectError).code)
        throw signal.reason
      },
    },
  })
  const hangUp = new AbortController()
  const cancelled = failure(
    createClient(Echo, createGrpcTransport({ baseUrl: url })).unary({}, { signal: hangUp.signal }),
  )
  await entered.promise
  hangUp.abort()
  expect((await cancelled).code).toBe(Code.Canceled)
  await expect.poll(() => reasons).toEqual([Code.Canceled])
  // A machine under load may take longer than a short deadline to reach the handler.
  for (let deadlineMs = 50; entries < 2; deadlineMs *= 2) {
    // The client has no deadline of its own, so the server must end the call.
    const headers = { 'content-type': 'application/json', 'connect-timeout-ms': String(deadlineMs) }
    const response = await fetch(`${url}/assay.testing.Echo/Unary`, { method: 'POST', headers, body: '""' })
    expect([response.status, await response.json()]).toMatchObject([504, { code: 'deadline_exceeded' }])
  }
  await expect.poll(() => reasons).toEqual([Code.Canceled, Code.DeadlineExceeded])
})

test.each(['Connect over HTTP/1.1', 'Connect over HTTP/2', 'gRPC'])(
  'a close lets a running call finish, and takes no further connections: %s',
  async (protocol) => {
    const release = Promise.withResolvers<void>()
    const entered = Promise.withResolvers<void>()
    const server = await start({
      echo: {
        async unary({ value }) {
          entered.resolve()
          await release.promise
          return { value }
        },
      },
    })
    const [, transport] = transports(server.url).find(([name]) => name === protocol)!
    const call = createClient(Echo, transport).unary({ value: 'in flight' })
    await entered.promise
    const closing = server.close()
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow()
    release.resolve()
    expect((await call).value).toBe('in flight')
    await closing
  },
)

test('a call that outlasts the close is aborted as UNAVAILABLE, and the close ends', async () => {
  const entered = Promise.withResolvers<void>()
  const server = await start({
    closeTimeoutMs: 100,
    echo: {
      async unary(_, context) {
        entered.resolve()
        await once(context.signal, 'abort')
        throw context.signal.reason
      },
    },
  })
  const call = failure(createClient(Echo, createGrpcTransport({ baseUrl: server.url })).unary({}))
  await entered.promise
  await server.close()
  expect((await call).code).toBe(Code.Unavailable)
})

test('a close ends idle keep-alive connections and health watches at once', async () => {
  // If the close waited for its limit, this test would time out.
  const server = await start({ closeTimeoutMs: 600_000 })
  const agent = new http.Agent({ keepAlive: true })
  const request = http.get(`${server.url}/healthz`, { agent })
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  await once(response.resume(), 'end')
  const watch = createClient(Health, createGrpcTransport({ baseUrl: server.url }))
    .watch({})
    [Symbol.asyncIterator]()
  expect((await watch.next()).value?.status).toBe(Status.SERVING)
  const closing = server.close()
  expect((await watch.next()).value?.status).toBe(Status.NOT_SERVING)
  expect((await watch.next()).done).toBe(true)
  await closing
  agent.destroy()
})

describe.each([0, 300])('a close with a pause of %d ms', (drainPauseMs) => {
  test('resets none of the kept HTTP/1.1 connections that send call after call', async () => {
    const server = await start({ drainPauseMs })
    const faults: string[] = []
    const connected = new Set<number>()
    const call = (agent: http.Agent) =>
      new Promise<http.IncomingMessage>((resolve, reject) => {
        http.get(`${server.url}/healthz`, { agent }, resolve).on('error', reject)
      })
    const client = async (number: number) => {
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
      for (;;) {
        try {
          const response = await call(agent)
          await once(response.resume(), 'end')
          connected.add(number)
          if (response.headers.connection === 'close') return // told in time
          // Some connections send the next call at once, some a little later.
          await delay(number)
        } catch (error) {
          faults.push((error as NodeJS.ErrnoException).code ?? '')
          return
        }
      }
    }
    const clients = Array.from({ length: 48 }, (_, number) => client(number))
    await expect.poll(() => connected.size).toBe(48)
    await server.close()
    await Promise.all(clients)
    expect(faults).toEqual([])
  })

  test('loses none of the calls that come over one HTTP/2 connection', async () => {
    const server = await start({ drainPauseMs, echo: { unary: async ({ value }) => ({ value }) } })
    const session = http2.connect(server.url)
    const outcomes = new Set<string>()
    const call = async () => {
      const headers = { ':method': 'POST', ':path': '/assay.testing.Echo/Unary', 'content-type': 'application/json' }
      const stream = session.request(headers)
      stream.end('"x"')
      const [head] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders]
      outcomes.add(String(head[':status']))
      await once(stream.resume(), 'close')
    }
    const callers = Array.from({ length: 8 }, async () => {
      while (!session.closed && !session.destroyed) await call().catch((error) => outcomes.add(error.message))
    })
    await expect.poll(() => outcomes.size).toBe(1)
    await server.close()
    await Promise.all(callers)
    // The client's error for a session that accepts no more streams: the call was not sent.
    const unsent = /^New streams cannot be created after receiving a GOAWAY$|NGHTTP2_REFUSED_STREAM/
    expect([...outcomes].filter((outcome) => !unsent.test(outcome))).toEqual(['200'])
  })
})

test('a connection that was taken right before the port closed is answered', async () => {
  const answerOfRound = async () => {
    const server = await start({ drainPauseMs: 300 })
    const closing = server.close()
    const socket = net.connect(server.port, '127.0.0.1')
    await once(socket, 'connect')
    const isOpen = () =>
      new Promise<boolean>((resolve) => {
        const probe = net.connect(server.port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
        probe.on('connect', () => probe.destroy())
      })
    while (await isOpen()) await delay(5)
    socket.on('error', () => {}).end('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
    const answer = (await socket.toArray().catch(() => [])).join('')
    await closing
    return answer
  }
  // On a machine under load, the peer may come too late.
  let answer = ''
  for (let round = 0; round < 5 && !answer.includes(' 200 '); round++) answer = await answerOfRound()
  expect(answer).toMatch(/^HTTP\/1.1 200 [\s\S]*Connection: close/)
})

test('in the pause of a close new connections are served, and the probe says that the process is going', async () => {
  const answersOfRound = async (drainPauseMs: number) => {
    const server = await start({ drainPauseMs })
    const closing = server.close()
    const ask = async () => {
      const ready = await fetch(`${server.url}/readyz`, { headers: { connection: 'close' } })
      const alive = await fetch(`${server.url}/healthz`)
      return [ready.status, await ready.json(), alive.status, alive.headers.get('connection')]
    }
    const answers = await ask().catch(() => undefined)
    await closing
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow()
    return answers
  }
  // On a machine that does not run during the whole pause, the peer comes too late.
  let answers: unknown[] | undefined
  for (let pauseMs = 500; pauseMs <= 8_000 && answers === undefined; pauseMs *= 2)
    answers = await answersOfRound(pauseMs)
  expect(answers).toMatchObject([503, { status: 'draining' }, 200, 'close'])
})

test('a close does not wait for a connection that sends nothing', async () => {
  // Longer than this test may take.
  const server = await start({ closeTimeoutMs: 600_000 })
  const socket = net.connect(server.port, '127.0.0.1')
  await once(socket, 'connect')
  await server.close()
  socket.destroy()
})

test('a port that is taken is told with the remedy', async () => {
  const { port } = await start()
  await expect(start({ port })).rejects.toThrow(
    `Port ${port} of 127.0.0.1 is taken by another process: stop that one or set ASSAY_PORT`,
  )
})

test('every answer carries a request id: the caller keeps his own if it is usable', async () => {
  const { url } = await start()
  const idOf = async (headers: Record<string, string>) =>
    (await fetch(`${url}/healthz`, { headers })).headers.get('x-request-id')
  expect(await idOf({ 'x-request-id': 'trace-1' })).toBe('trace-1')
  expect(await idOf({ 'x-request-id': 'bad id {}' })).toMatch(/^[0-9a-f-]{36}$/)
  expect(await idOf({})).toMatch(/^[0-9a-f-]{36}$/)
})

test('reflection knows what the details of errors are, though no call mentions them', async () => {
  const { url } = await start()
  const client = createClient(ServerReflection, createGrpcTransport({ baseUrl: url }))
  const names = [
    'google.rpc.Status',
    'google.rpc.BadRequest',
    'google.rpc.BadRequest.FieldViolation',
    'google.rpc.ErrorInfo',
  ]
  const ask = async function* () {
    for (const value of names) yield { messageRequest: { case: 'fileContainingSymbol', value } as const }
    yield { messageRequest: { case: 'fileByFilename', value: 'google/rpc/error_details.proto' } as const }
  }
  const answers = await Array.fromAsync(client.serverReflectionInfo(ask()))
  const files = answers.map(({ messageResponse }) =>
    messageResponse.case === 'fileDescriptorResponse'
      ? fromBinary(FileDescriptorProtoSchema, messageResponse.value.fileDescriptorProto[0]!).name
      : messageResponse.case,
  )
  const details = 'google/rpc/error_details.proto'
  expect(files).toEqual(['google/rpc/status.proto', details, details, details, details])
})
