import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import net from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import tls from 'node:tls'
import { Code, ConnectError, createClient, type ServiceImpl } from '@connectrpc/connect'
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node'
import { afterEach, describe, expect, test } from 'vitest'
import { createLogger } from './logger.ts'
import type { PeerLimits } from './peer-limits.ts'
import { type RunningServer, startServer } from './start-server.ts'
import { Echo, makeCertificate, openGate } from './testing.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

const echo: Partial<ServiceImpl<typeof Echo>> = {
  unary: ({ value }) => ({ value }),
  async up(requests) {
    let length = 0
    for await (const { value } of requests) length += value.length
    return { value: String(length) }
  },
}

async function start(
  peerLimits: Partial<PeerLimits>,
  options: Partial<Parameters<typeof startServer>[0]> & { echo?: Partial<ServiceImpl<typeof Echo>> } = {},
): Promise<RunningServer> {
  const server = await startServer({
    name: 'test',
    host: '127.0.0.1',
    port: 0,
    routes: (router) => router.service(Echo, options.echo ?? echo),
    gate: openGate,
    readiness: {},
    logger: createLogger('test', 'silent'),
    closeTimeoutMs: 100,
    peerLimits,
    ...options,
  })
  ends.push(() => server.close())
  return server
}

/** A raw connection, and the text that it reads until it is closed. */
function rawConnection({ port }: { readonly port: number }, first: string | Buffer = '') {
  const socket = net.connect(port, '127.0.0.1')
  ends.push(() => socket.destroy())
  socket.on('error', () => {})
  socket.setNoDelay(true)
  let text = ''
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1')
  })
  // Not `once`, which rejects when the connection ends by a reset.
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(text)))
  socket.write(first)
  return { socket, closed, read: () => text }
}

function http2Session(server: { readonly port: number }): http2.ClientHttp2Session {
  const session = http2.connect(`http://127.0.0.1:${server.port}`)
  session.on('error', () => {})
  ends.push(() => session.destroy())
  return session
}

async function http2Answer(stream: http2.ClientHttp2Stream) {
  stream.on('error', () => {})
  let body = ''
  let trailers: http2.IncomingHttpHeaders = {}
  stream.on('trailers', (sent) => {
    trailers = sent
  })
  stream.setEncoding('utf8').on('data', (piece) => {
    body += piece
  })
  const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders]
  await Promise.race([once(stream, 'end'), once(stream, 'close')])
  return { headers, body, trailers }
}

/** Sends one byte at a time until that fails. */
function drip(write: (byte: string) => unknown, everyMs = 20): void {
  const timer = setInterval(() => write('x'), everyMs)
  ends.push(() => clearInterval(timer))
}

/** Short limits, so that the tests need not wait. */
const shortly = { bodyIdleMs: 250, leastBytesPerSecond: 4000, restMs: 250 }
const unaryPath = `/${Echo.typeName}/Unary`
const upPath = `/${Echo.typeName}/Up`
const half = (type: string) =>
  `POST ${unaryPath} HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: 100\r\n\r\n{`

describe('a body that does not come', () => {
  test.each([
    ['Connect', 'application/json', /^HTTP\/1.1 408 .*"code":"deadline_exceeded".*"BODY_TOO_SLOW"/s],
    ['gRPC-Web', 'application/grpc-web+proto', /^HTTP\/1.1 200 .*grpc-status: 4\r\n/s],
  ])('is refused over HTTP/1.1, and the connection ends: %s', async (_, type, answer) => {
    expect(await rawConnection(await start(shortly), half(type)).closed).toMatch(answer)
  })

  test('is refused in the form of a plain handler, over a connection that lives until it is read', async () => {
    const server = await start(shortly, {
      fallback(request, response) {
        request.on('error', (error) => {
          response.statusCode = 408
          response.end(error.message)
        })
      },
    })
    const { closed } = rawConnection(server, 'POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n')
    expect(await closed).toMatch(/^HTTP\/1.1 408 .*had no data for 0.25 s/s)
  })

  test.each([
    ['a unary call', unaryPath],
    ['a stream of messages', upPath],
  ])('is refused over HTTP/2, and other calls of the connection go on: %s', async (_, path) => {
    const session = http2Session(await start(shortly))
    const headers = { ':method': 'POST', ':path': path, 'content-type': 'application/grpc+proto' }
    const stream = session.request(headers)
    stream.write('\0')
    const { trailers, headers: head } = await http2Answer(stream)
    expect({ ...head, ...trailers }).toMatchObject({ ':status': 200, 'grpc-status': '4' })
    const probe = await http2Answer(session.request({ ':path': '/healthz' }))
    expect(probe.headers[':status']).toBe(200)
  })

  test('and one that drips is refused too', async () => {
    const server = await start(shortly)
    const { socket, closed } = rawConnection(server, half('application/json'))
    drip((byte) => socket.write(byte))
    expect(await closed).toMatch(/^HTTP\/1.1 408 .*the minimum is 4000 bytes a second/s)
    const stream = http2Session(server).request({
      ':method': 'POST',
      ':path': upPath,
      'content-type': 'application/grpc',
    })
    // Empty messages.
    drip(() => stream.write('\0'))
    expect((await http2Answer(stream)).trailers).toMatchObject({ 'grpc-status': '4' })
  })
})

test('a body that comes steadily may take many times as long as one may pause, by every protocol', async () => {
  const { url: baseUrl } = await start(shortly)
  const makers = [
    () => createGrpcTransport({ baseUrl }),
    () => createConnectTransport({ baseUrl, httpVersion: '1.1' }),
    () => createGrpcWebTransport({ baseUrl, httpVersion: '2' }),
  ]
  for (const transport of makers) {
    // A try counts only if this machine sent the body steadily.
    for (;;) {
      let wasLate = false
      async function* letters() {
        const late = setTimeout(() => {
          wasLate = true
        }, shortly.bodyIdleMs / 2)
        for (let count = 0; count < 40; count++) {
          await delay(25)
          // After a pause of the machine, both timers are due, and `late` must be able to fire before it is reset.
          await new Promise((resolve) => setImmediate(resolve))
          late.refresh()
          yield { value: 'x'.repeat(1000) }
        }
        clearTimeout(late)
      }
      const outcome = await Promise.allSettled([createClient(Echo, transport()).up(letters())])
      if (wasLate) continue
      expect(outcome).toMatchObject([{ status: 'fulfilled', value: { value: '40000' } }])
      break
    }
  }
})

test('a body waits for a handler that does not take it, for as long as it does not', async () => {
  const { promise: held, resolve: goOn } = Promise.withResolvers<void>()
  // When the handler goes on, a pause of the machine counts as one of the body; so it may be a long one.
  const patient = { ...shortly, bodyIdleMs: 2_000 }
  const { url } = await start(patient, {
    echo: {
      async up(requests) {
        let length = 0
        for await (const { value } of requests) {
          if (length === 0) await held
          length += value.length
        }
        return { value: String(length) }
      },
    },
  })
  async function* letters() {
    for (let count = 0; count < 8; count++) yield { value: 'x'.repeat(1_000_000) }
  }
  const call = createClient(Echo, createGrpcTransport({ baseUrl: url })).up(letters())
  await delay(2 * patient.bodyIdleMs)
  goOn()
  expect((await call).value).toBe('8000000')
})

describe('a peer that goes on sending after the answer', () => {
  test('is cut off over HTTP/1.1', async () => {
    const { socket, closed, read } = rawConnection(
      await start(shortly),
      'POST /nothing HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n',
    )
    drip(() => socket.write(`1000\r\n${'x'.repeat(4096)}\r\n`), 5)
    expect(await closed).toMatch(/^HTTP\/1.1 404 /)
    expect(read()).toContain('There is nothing here')
  })

  test('keeps its connection when the rest comes soon', async () => {
    const { socket, read } = rawConnection(
      await start({ ...shortly, restMs: 20_000 }),
      'POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n',
    )
    await expect.poll(read).toContain('There is nothing here')
    socket.write('12345GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
    await expect.poll(read).toContain('{"status":"ok"}')
  })

  test('loses its stream over HTTP/2, and the connection goes on', async () => {
    const session = http2Session(await start(shortly))
    const stream = session.request({ ':method': 'POST', ':path': '/nothing' })
    drip((byte) => !stream.destroyed && stream.write(byte.repeat(4096)), 5)
    const closed = once(stream, 'close')
    expect((await http2Answer(stream)).headers[':status']).toBe(404)
    await closed
    expect((await http2Answer(session.request({ ':path': '/healthz' }))).headers[':status']).toBe(200)
  })
})

describe('a connection that never begins is closed', () => {
  const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
  test.each([
    ['not a byte', ''],
    ['half of a request line', 'GET /hea'],
    ['half of the headers', 'GET /healthz HTTP/1.1\r\nHost: x\r\n'],
    ['half of the preface of HTTP/2', preface.slice(0, 18)],
    ['the preface without settings', preface],
  ])('%s', async (_, bytes) => {
    const { closed } = rawConnection(await start({ openingMs: 200 }), bytes)
    await closed
  })

  test.each(['at once', 'byte by byte'])('half of a TLS handshake, which came %s', async (how) => {
    const server = await start({ openingMs: 300 }, { tls: makeCertificate() })
    const { socket, closed } = rawConnection(server)
    const hello = Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, ...Buffer.alloc(300, 7)])
    let sent = how === 'at once' ? hello.length : 1
    socket.write(hello.subarray(0, sent))
    drip(() => socket.write(hello.subarray(sent, ++sent)))
    await closed
  })

  test('a TLS handshake after which nothing comes', async () => {
    const { port } = await start({ openingMs: 300 }, { tls: makeCertificate() })
    // A try counts only if this machine ended the handshake in time.
    for (let isSecure = false; !isSecure; ) {
      const socket = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
      ends.push(() => socket.destroy())
      socket.on('error', () => {})
      socket.on('secureConnect', () => {
        isSecure = true
      })
      await new Promise((closed) => socket.on('close', closed))
    }
  })
})

describe('a connection that lies idle is closed', () => {
  test('over HTTP/1.1, between two requests', async () => {
    const server = await start({ idleMs: 100 })
    const { closed } = rawConnection(server, 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
    expect(await closed).toContain('{"status":"ok"}')
  })

  test('over HTTP/2, when it has no streams; one with a stream stays, however quiet it is', async () => {
    const { promise: held, resolve: end } = Promise.withResolvers<void>()
    const server = await start(
      { idleSessionMs: 100 },
      {
        echo: {
          async *down() {
            yield { value: 'begun' }
            await held
            yield { value: 'ended' }
          },
        },
      },
    )
    const idle = http2Session(server)
    // The session may be closed before the call below begins.
    const closed = once(idle, 'close')
    await http2Answer(idle.request({ ':path': '/healthz' }))
    const quiet = createClient(Echo, createGrpcTransport({ baseUrl: server.url })).down({ value: '' })
    const messages = quiet[Symbol.asyncIterator]()
    await messages.next()
    await closed
    await delay(300)
    end()
    expect((await messages.next()).value).toMatchObject({ value: 'ended' })
  })

  test('over HTTP/2, also when its peer does not close it', async () => {
    const server = await start({ idleSessionMs: 100 })
    const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])
    const { closed } = rawConnection(server, Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), settings]))
    await closed
  })
})

describe('a reader that does not read', () => {
  /** Sends without an end as fast as the peer reads, and counts the messages. */
  const pouring = () => {
    let count = 0
    let isEnded = false
    const value = 'x'.repeat(64 * 1024)
    const service: Partial<ServiceImpl<typeof Echo>> = {
      async *down(_, { signal }) {
        try {
          while (!signal.aborted) {
            count++
            yield { value }
          }
        } finally {
          isEnded = true
        }
      },
    }
    return { service, sent: () => count, isEnded: () => isEnded }
  }
  const request = Buffer.from([0, 0, 0, 0, 0])
  const headers = { ':method': 'POST', ':path': `/${Echo.typeName}/Down`, 'content-type': 'application/grpc+proto' }

  test('is ended over HTTP/1.1 and holds bounded memory; the connection closes', async () => {
    const { service, sent, isEnded } = pouring()
    const server = await start({ readerIdleMs: 300 }, { echo: service })
    const { socket } = rawConnection(server)
    socket.write(
      `POST /${Echo.typeName}/Down HTTP/1.1\r\nHost: x\r\nContent-Type: application/grpc-web+proto\r\nContent-Length: 5\r\n\r\n`,
    )
    socket.pause()
    socket.write(request)
    await expect.poll(isEnded).toBe(true)
    expect(sent() * 64 * 1024).toBeLessThan(64 * 1024 * 1024)
  })

  test('is ended over HTTP/2, while another stream of the connection goes on', async () => {
    const { service, sent, isEnded } = pouring()
    const session = http2Session(await start({ readerIdleMs: 300 }, { echo: service }))
    const stream = session.request(headers)
    stream.on('error', () => {})
    stream.pause()
    stream.end(request)
    await expect.poll(isEnded).toBe(true)
    expect(sent() * 64 * 1024).toBeLessThan(64 * 1024 * 1024)
    expect((await http2Answer(session.request({ ':path': '/healthz' }))).headers[':status']).toBe(200)
  })

  test('is not one that reads slowly', async () => {
    const readerIdleMs = 4_000
    // A try counts only if this machine read in time. The server may see what one round read only in the next one, so a round may
    // take much less than the limit.
    for (;;) {
      const { service, isEnded } = pouring()
      const server = await start({ readerIdleMs }, { echo: service })
      const session = http2Session(server)
      const stream = session.request(headers)
      stream.on('error', () => {})
      stream.end(request)
      const plain = http.request({
        port: server.port,
        method: 'POST',
        path: `/${Echo.typeName}/Down`,
        headers: { 'content-type': 'application/grpc-web+proto' },
      })
      ends.push(() => plain.destroy())
      plain.on('error', () => {})
      plain.end(request)
      const [answer] = (await once(plain, 'response')) as [http.IncomingMessage]
      answer.on('error', () => {})
      let wasLate = false
      const late = setTimeout(() => {
        wasLate = true
      }, readerIdleMs / 4)
      for (let count = 0; count < 60; count++) {
        answer.read()
        stream.read()
        late.refresh()
        await delay(100)
        // After a pause of the machine, both timers are due: the one above would reset the one that reports it.
        await new Promise((resolve) => setImmediate(resolve))
      }
      clearTimeout(late)
      const outcome = [isEnded(), stream.destroyed, answer.destroyed]
      if (wasLate) continue
      expect(outcome).toEqual([false, false, false])
      return
    }
  })
})

test('the error of a call that was refused for its slow body is one that a client can read', async () => {
  const { url } = await start(shortly)
  async function* stuck() {
    yield { value: 'x' }
    await new Promise(() => {})
  }
  for (const transport of [
    createGrpcTransport({ baseUrl: url }),
    createConnectTransport({ baseUrl: url, httpVersion: '2' }),
  ]) {
    const error = await createClient(Echo, transport).up(stuck()).catch(ConnectError.from)
    expect([(error as ConnectError).code, (error as ConnectError).rawMessage]).toEqual([
      Code.DeadlineExceeded,
      'The body of the request had no data for 0.25 s; send it without pauses',
    ])
  }
})
