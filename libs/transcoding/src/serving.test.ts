import { once } from 'node:events'
import { request as request1 } from 'node:http'
import { connect } from 'node:http2'
import { createConnection } from 'node:net'
import {
  BookSchema,
  LibraryService,
  type ListBooksResponse,
  ListBooksResponseSchema,
} from '@assay/contracts/assay/transcoding/test/v1/library_service_pb'
import { forwardService } from '@assay/rpc'
import { create, type JsonObject, toBinary, toJson } from '@bufbuild/protobuf'
import {
  Code,
  ConnectError,
  type ConnectRouter,
  createContextKey,
  createContextValues,
  createRouterTransport,
  type Interceptor,
} from '@connectrpc/connect'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { titleOf } from './conformance/socket-cases.ts'
import { type HttpVersion, startTestServer, type TestServer } from './conformance/test-server.ts'
import { fileBytes, type Seen, testedServices, testServices } from './conformance/test-services.ts'
import type { MountOptions } from './mount.ts'

const versions: HttpVersion[] = ['HTTP/1.1', 'h2c']

describe.each(versions)('over %s', (version) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(version)
  })
  afterAll(() => server.close())
  beforeEach(() => {
    server.seen.calls = []
    server.seen.aborted = []
    server.seen.broken = []
    server.told.length = 0
  })

  test(titleOf('TH08.1'), async () => {
    const leave = open(version, server.port, '/o/wait?milliseconds=60000')
    await vi.waitFor(() => expect(server.seen.calls).toHaveLength(1), { timeout: 300_000 })
    leave()
    await vi.waitFor(() => expect(server.seen.aborted).toEqual(['Wait']), { timeout: 300_000 })
    expect(server.told).toEqual([])
  })

  test(titleOf('TH08.2'), async () => {
    const leave = open(version, server.port, '/o/count/1000000000?padding_bytes=1000')
    await vi.waitFor(() => expect(server.seen.calls).toHaveLength(1), { timeout: 300_000 })
    leave()
    await vi.waitFor(() => expect(server.seen.aborted).toEqual(['Count']), { timeout: 300_000 })
    expect(server.told).toEqual([])
  })

  test(titleOf('TH08.3'), async () => {
    const before = process.memoryUsage().rss
    const leave = open(version, server.port, '/o/count/1000000?padding_bytes=100000', true)
    await vi.waitFor(() => expect(server.seen.calls).toHaveLength(1), { timeout: 300_000 })
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000)
    expect(server.seen.aborted).toEqual([])
    leave()
    await vi.waitFor(() => expect(server.seen.aborted).toEqual(['Count']), { timeout: 300_000 })
  })

  test(titleOf('TH08.4'), async () => {
    const leave = upload(version, server.port, '/f/streams/broken', fileBytes(50_000))
    await vi.waitFor(() => expect(server.seen.calls.length).toBeGreaterThan(0), { timeout: 300_000 })
    expect(server.seen.calls[0]!.rpc).toBe('PutStream')
    leave()
    // If the upload counted as complete, the handler would send its summary. Instead, its iteration throws.
    await vi.waitFor(() => expect(server.seen.broken).toEqual(['PutStream']), { timeout: 300_000 })
  })

  test(titleOf('TH05.4'), async () => {
    const answer = await server.send({ path: '/f/streams/a.zip?size_bytes=300&fail_at=2' })
    expect(answer.isBroken).toBe(true)
    expect(answer.status).toBe(200)
    expect(server.told).toEqual([new ConnectError('the disk is gone', Code.DataLoss)])
  })

  test(titleOf('TE03.1'), async () => {
    const answer = await server.send({ path: '/o/fail/100?message=secret' })
    expect(answer.body.toString()).not.toMatch(/secret|10\.0\.0\.7|Error|\.ts/)
    expect(server.told).toEqual([new Error('at 10.0.0.7:5432: secret')])
  })

  test(titleOf('TE03.2'), async () => {
    await server.send({ path: '/o/fail/5' })
    await server.send({ path: '/o/wait?nope=1' })
    expect(server.told).toEqual([])
  })

  test(titleOf('TE03.3'), async () => {
    await server.send({ path: '/o/fail/5?details=unknown' })
    expect(server.told).toMatchObject([{ message: expect.stringContaining('acme.v1.Secret') }])
  })

  test(titleOf('TB07.4'), async () => {
    const answer = await server.send({
      method: 'POST',
      path: '/t/types',
      headers: version === 'h2c' ? {} : { 'transfer-encoding': 'chunked' },
      body: fileBytes(2_000_000),
    })
    expect(answer.status).toBe(413)
  })
})

test(titleOf('TB07.5'), async () => {
  const server = await startTestServer('HTTP/1.1')
  const socket = createConnection(server.port, '127.0.0.1')
  let received = ''
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString()
  })
  const body = 'x'.repeat(150_000)
  socket.write(`POST /t/types HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
  socket.write('GET /o/count/1 HTTP/1.1\r\nhost: x\r\n\r\n')
  await vi.waitFor(() => expect(received).toMatch(/HTTP\/1\.1 413 .*HTTP\/1\.1 200 /s), { timeout: 300_000 })
  socket.destroy()
  await server.close()
})

test(titleOf('TH06.6'), async () => {
  const server = await startTestServer('HTTP/1.1')
  const socket = createConnection(server.port, '127.0.0.1')
  let received = ''
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString()
  })
  const body = fileBytes(300_000)
  socket.write(`POST /f/streams/first HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n`)
  socket.write(body)
  socket.write('GET /o/count/1 HTTP/1.1\r\nhost: x\r\n\r\n')
  await vi.waitFor(() => expect(received).toMatch(/HTTP\/1\.1 200 .*"messages":1.*HTTP\/1\.1 200 .*"number":1/s), {
    timeout: 300_000,
  })
  socket.destroy()
  await server.close()
})

test(titleOf('TM15.1'), async () => {
  // Over HTTP/1.1, Node's parser already refuses such a path.
  const server = await startTestServer('h2c')
  const { status, body } = await server.send({ path: '/m/items/caf\u00e9' })
  expect([status, body.toString()]).toEqual([400, expect.stringMatching(/path: holds characters/)])
  await server.close()
})

describe('a mount', () => {
  test(titleOf('TB06.3'), async () => {
    const server = await startTestServer('HTTP/1.1', (seen) => [
      { handlers: testServices(seen), unknownFields: 'ignore', unknownQuery: 'ignore' },
    ])
    const path = '/t/types?nope=1'
    const ignored = await server.send({ method: 'POST', path, body: { json: { nope: { a: '\0' }, int32Value: 1 } } })
    expect(ignored.status).toBe(200)
    expect(JSON.parse(ignored.body.toString())).toMatchObject({ int32Value: 1 })
    const refused = await server.send({ method: 'POST', path, body: { json: { nope: 1, kind: 'KIND_HUGE' } } })
    expect(refused.status).toBe(400)
    expect(refused.body.toString()).toMatch(/kind: must be one of/)
    await server.close()

    const exact = await startTestServer('HTTP/1.1', (seen) => [
      { handlers: testServices(seen), unknownFields: 'ignore', refusesUnknownOf: () => true },
    ])
    const send = (json: JsonObject) => exact.send({ method: 'POST', path: '/t/types', body: { json } })
    expect((await send({ nope: [null, ''], more: {}, int32Value: 1 })).status).toBe(200)
    const said = await send({ nope: ['x'], int32Value: 1 })
    expect([said.status, said.body.toString()]).toEqual([400, expect.stringMatching(/nope: is not a field here/)])
    await exact.close()
  })

  test(titleOf('TE07.1'), async () => {
    const server = await startTestServer('HTTP/1.1', (seen) => [
      { handlers: testServices(seen) },
      {
        handlers: testServices(seen),
        prefix: '/beta',
        renderError: ({ error, httpStatus }) => ({
          document: { detailCode: `${httpStatus} ${Code[error.code]}` },
          headers: { 'x-tracking': '1' },
        }),
      },
    ])
    const send = async (method: string, path: string) => {
      const { status, headers, body } = await server.send({ method, path })
      return { status, tracking: headers['x-tracking'], ...JSON.parse(body.toString()) }
    }
    expect(await send('GET', '/beta/o/fail/5')).toEqual({ status: 404, tracking: '1', detailCode: '404 NotFound' })
    expect(await send('PUT', '/beta/o/fail/5')).toEqual({ status: 405, tracking: '1', detailCode: '405 Unimplemented' })
    expect(await send('GET', '/beta/o/wait?x=1')).toEqual({
      status: 400,
      tracking: '1',
      detailCode: '400 InvalidArgument',
    })
    expect(await send('GET', '/beta/x')).toEqual({ status: 404, tracking: '1', detailCode: '404 NotFound' })
    expect(await send('GET', '/betax')).toMatchObject({ status: 404, code: 5 })
    const stream = await server.send({ path: '/beta/o/count/2?fail_at=2' })
    expect(stream.body.toString()).toMatch(/\{"error":\{"detailCode":"400 OutOfRange"\}\}\n$/)
    await server.close()
  })

  test(titleOf('TE07.2'), async () => {
    const server = await startTestServer('HTTP/1.1', (seen) => [
      {
        handlers: testServices(seen),
        renderError: () => {
          throw new Error('no template')
        },
      },
    ])
    const { status, body } = await server.send({ path: '/o/fail/5?message=m' })
    expect([status, body.toString()]).toEqual([404, '{"code":5,"message":"m","details":[]}'])
    expect(server.told).toEqual([new Error('no template')])
    await server.close()
  })
})

describe('interceptors and context values', () => {
  const callerKey = createContextKey('nobody')
  const refuseStrangers: Interceptor = (next) => async (request) => {
    if (request.contextValues.get(callerKey) === 'stranger')
      throw new ConnectError('who are you?', Code.Unauthenticated)
    request.header.set('x-internal', `for ${request.contextValues.get(callerKey)}`)
    const response = await next(request)
    response.header.set('x-intercepted', request.url)
    return response
  }
  const contextValues: NonNullable<Parameters<typeof startTestServer>[2]>['contextValues'] = (request) =>
    createContextValues().set(callerKey, String(request.headers['x-caller']))

  test.each([
    [titleOf('TE08.1'), (seen: Seen) => ({ handlers: testServices(seen), interceptors: [refuseStrangers] })],
    [
      titleOf('TE08.2'),
      (seen: Seen) => ({
        handlers: (router: ConnectRouter) => {
          for (const service of testedServices)
            forwardService(router, service, createRouterTransport(testServices(seen)))
        },
        interceptors: [refuseStrangers],
      }),
    ],
  ])('%s', async (_title, mount) => {
    const server = await startTestServer('HTTP/1.1', (seen) => [mount(seen)], { contextValues })
    const path = '/v1/shelves/1/books/2'
    const refused = await server.send({ path, headers: { 'x-caller': 'stranger' } })
    expect([refused.status, refused.body.toString()]).toEqual([
      401,
      '{"code":16,"message":"who are you?","details":[]}',
    ])
    const answered = await server.send({ path, headers: { 'x-caller': 'friend' } })
    expect(answered.status).toBe(200)
    expect(answered.headers['x-intercepted']).toBe(`http://127.0.0.1:${server.port}${path}`)
    const streamed = await server.send({ path: '/o/count/2', headers: { 'x-caller': 'friend' } })
    expect(streamed.headers['x-intercepted']).toMatch(/count/)
    expect(streamed.body.toString().split('\n')).toHaveLength(3)
    await server.close()
  })
})

test.each([
  ['copied when they come again', undefined, 2],
  ['written every time without a cache', 0, 0],
])('items of unread answers are %s', async (_, jsonCacheBytes, copied) => {
  const book = create(BookSchema, { name: 'shelves/1/books/2', title: 'Walden '.repeat(30) })
  const list = create(ListBooksResponseSchema, { books: [book] })
  const unread = { $typeName: list.$typeName, wire: Buffer.from(toBinary(ListBooksResponseSchema, list)) }
  const mount: MountOptions = {
    handlers: (router) => router.service(LibraryService, { listBooks: () => unread as unknown as ListBooksResponse }),
    wireOf: (answer) => (answer as unknown as typeof unread).wire,
  }
  const options = jsonCacheBytes === undefined ? {} : { jsonCacheBytes }
  const server = await startTestServer('HTTP/1.1', () => [mount], options)
  for (let time = 0; time < 4; time++) {
    const { body } = await server.send({ path: '/v1/shelves/1/books' })
    expect(JSON.parse(body.toString())).toEqual(toJson(ListBooksResponseSchema, list, { alwaysEmitImplicit: true }))
  }
  expect(server.transcoder.jsonCache()).toMatchObject({ copied })
  await server.close()
})

test('the signal of an answered call is not aborted', async () => {
  const signals: AbortSignal[] = []
  const mount: MountOptions = {
    handlers: (router) =>
      router.service(LibraryService, {
        listBooks(_, { signal }) {
          signals.push(signal)
          return {}
        },
      }),
  }
  const server = await startTestServer('HTTP/1.1', () => [mount])
  // The first call has ended when the second one is answered.
  for (let time = 0; time < 2; time++) await server.send({ path: '/v1/shelves/1/books' })
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, false])
  await server.close()
})

test('a request of no route is left to the caller, with nothing written', async () => {
  const server = await startTestServer('HTTP/1.1')
  const { transcoder } = server
  const answers: boolean[] = []
  const { createServer } = await import('node:http')
  const own = createServer(async (request, response) => {
    answers.push(await transcoder.handle(request, response))
    if (!response.writableEnded) response.end('mine')
  })
  own.listen(0, '127.0.0.1')
  await once(own, 'listening')
  const address = own.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const bodies = await Promise.all(
    ['/healthz', '/o/count/1'].map(async (path) => (await fetch(`http://127.0.0.1:${port}${path}`)).text()),
  )
  expect(bodies).toEqual(['mine', '{"number":1,"padding":""}\n'])
  expect(answers).toEqual([false, true])
  own.close()
  await server.close()
})

/** Opens a call, and returns a function that disconnects. */
function open(version: HttpVersion, port: number, path: string, isPaused = false): () => void {
  if (version === 'HTTP/1.1') {
    const sent = request1({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      response.on('error', () => {})
      if (!isPaused) response.resume()
    })
    sent.on('error', () => {})
    sent.end()
    return () => sent.destroy()
  }
  const session = connect(`http://127.0.0.1:${port}`)
  session.on('error', () => {})
  const stream = session.request({ ':path': path })
  stream.on('error', () => {})
  if (!isPaused) stream.resume()
  return () => {
    stream.close(8)
    session.close()
  }
}

/** Begins an upload that sends only some of its bytes, and returns a function that disconnects. */
function upload(version: HttpVersion, port: number, path: string, bytes: Uint8Array): () => void {
  if (version === 'HTTP/1.1') {
    const headers = { 'content-length': bytes.length * 2 }
    const sent = request1({ host: '127.0.0.1', port, path, method: 'POST', headers, agent: false })
    sent.on('error', () => {})
    sent.write(bytes)
    return () => sent.destroy()
  }
  const session = connect(`http://127.0.0.1:${port}`)
  session.on('error', () => {})
  const stream = session.request({ ':path': path, ':method': 'POST' }, { endStream: false })
  stream.on('error', () => {})
  stream.write(bytes)
  // Not stream.close: Node's client would end the body properly before it resets the stream.
  return () => session.destroy()
}
