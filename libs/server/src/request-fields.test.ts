import { once } from 'node:events'
import http2 from 'node:http2'
import net from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { clampedConnectTimeout, clampedGrpcTimeout } from './bounded-fields.ts'
import { createLogger } from './logger.ts'
import { startServer } from './start-server.ts'
import { Echo, openGate } from './testing.ts'

const server = await startServer({
  name: 'test',
  host: '127.0.0.1',
  port: 0,
  routes: (router) =>
    router.service(Echo, {
      unary: ({ value }, context) => ({ value: `${value} ${context.timeoutMs() !== undefined}` }),
    }),
  gate: openGate,
  readiness: {},
  logger: createLogger('test', 'silent'),
  fallback: ({ url, headers }, response) => {
    response.end(JSON.stringify({ url, host: headers.host, count: Object.keys(headers).length }))
  },
})
afterAll(() => server.close())

async function send(text: string): Promise<{ status: number; body: string }> {
  const socket = net.connect(server.port, '127.0.0.1').setEncoding('utf8')
  socket.write(text.replaceAll('\n', '\r\n'))
  let answer = ''
  for await (const piece of socket) answer += piece
  return { status: Number(answer.split(' ')[1]), body: answer.slice(answer.indexOf('\r\n\r\n') + 4) }
}

const call = 'Content-Type: application/json\nContent-Length: 3\nConnection: close\n\n"a"'

test.each([
  ['a probe', 'GET /healthz HTTP/1.1\nHost: a\nHost: b\n\n'],
  ['a probe, twice the same', 'GET /healthz HTTP/1.1\nHost: a\nhost: a\n\n'],
  ['a call', `POST /assay.testing.Echo/Unary HTTP/1.1\nHost: a\nHost: b\n${call}`],
  ['any other path', 'GET /x HTTP/1.1\nHOST: a\nX: y\nHost: b\n\n'],
  ['an absolute target', 'GET http://a/x HTTP/1.1\nHost: a\nHost: b\n\n'],
  ['no host at all', 'GET /x HTTP/1.1\n\n'],
  ['a host with a blank', 'GET /x HTTP/1.1\nHost: a b\n\n'],
  ['a host with a path', 'GET /x HTTP/1.1\nHost: a/b\n\n'],
])('two Host headers, and one that is no host, are refused for every path: %s', async (_, text) => {
  const { status } = await send(text.replace('HTTP/1.1\n', 'HTTP/1.1\nConnection: close\n'))
  expect(status).toBe(400)
})

test.each(['localhost', 'localhost:8080', '[::1]:80', 'a-b.example.com.', '127.0.0.1:1', 'a_b'])(
  'the Host header %s is a host',
  async (host) => {
    const { status } = await send(`GET /healthz HTTP/1.1\nHost: ${host}\nConnection: close\n\n`)
    expect(status).toBe(200)
  },
)

test('each request is judged by its own host, whatever hosts came before', async () => {
  const statuses: number[] = []
  for (const host of ['a', 'a', 'a b', 'a b', 'a', 'b']) {
    statuses.push((await send(`GET /x HTTP/1.1\nHost: ${host}\nConnection: close\n\n`)).status)
  }
  expect(statuses).toEqual([200, 200, 400, 400, 200, 200])
})

test('a target in absolute form is answered like its path, for probes, calls and all others, and names the host', async () => {
  const probe = await send('GET http://other:81/healthz HTTP/1.1\nHost: x\nConnection: close\n\n')
  expect(probe.status).toBe(200)
  const rpc = await send(`POST HTTP://other:81//assay.testing.Echo/Unary HTTP/1.1\nHost: x\n${call}`)
  expect([rpc.status, rpc.body]).toEqual([200, '"a true"'])
  const other = await send('GET https://other:81/x?y=http://z HTTP/1.1\nHost: x\nConnection: close\n\n')
  expect(JSON.parse(other.body)).toMatchObject({ url: '/x?y=http://z', host: 'other:81' })
})

test.each([
  ['connect-timeout-ms', '9999999999'],
  ['connect-timeout-ms', '2147483648'],
])('a call that may last longer than a timer is served and has a deadline: %s %s', async (name, value) => {
  const headers = { 'content-type': 'application/json', [name]: value }
  const answer = await fetch(`${server.url}/assay.testing.Echo/Unary`, { method: 'POST', headers, body: '"a"' })
  expect([answer.status, await answer.json()]).toEqual([200, 'a true'])
})

test.each([
  ['2147484S', '99999999m'],
  ['35792M', '99999999m'],
  ['28H', '99999999m'],
  ['99999999H', '99999999m'],
  ['27H', '27H'],
  ['99999S', '99999S'],
  ['99999999m', '99999999m'],
  ['99999999u', '99999999u'],
  // An invalid deadline is refused later.
  ['999999999H', '999999999H'],
  ['-1S', '-1S'],
  ['soon', 'soon'],
])('the deadline %s of gRPC is read as %s', (sent, read) => {
  expect(clampedGrpcTimeout(sent)).toBe(read)
})

test.each([
  ['9999999999', '99999999'],
  ['100000000', '99999999'],
  ['99999999', '99999999'],
  ['0', '0'],
  ['99999999999', '99999999999'],
  ['1e9', '1e9'],
])('the deadline %s of Connect is read as %s', (sent, read) => {
  expect(clampedConnectTimeout(sent)).toBe(read)
})

test('a client of HTTP/2 may send all that the server says it takes: one long field, or many short ones', async () => {
  const session = http2.connect(server.url, { maxSendHeaderBlockLength: 1 << 20 } as http2.ClientSessionOptions)
  const [{ maxHeaderListSize = 0 }] = (await once(session, 'remoteSettings')) as [http2.Settings]
  expect(maxHeaderListSize).toBeGreaterThanOrEqual(64 * 1024)
  const status = async (fields: Record<string, string>) => {
    const stream = session.request({ ':path': '/x', ...fields })
    const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders]
    stream.resume()
    return headers[':status']
  }
  // The four fields at the beginning of a request, each with 32 bytes in addition to its text (RFC 9113, section 6.5.2).
  const taken = 4 * 32 + ':path/x:methodGET:schemehttp:authority127.0.0.1:00000'.length
  const left = maxHeaderListSize - taken
  // No character takes more bytes in HPACK than "~".
  expect(await status({ x: '~'.repeat(left - 33) })).toBe(200)
  expect(await status({ ':path': `/x?${'~'.repeat(left - 1)}` })).toBe(200)
  const short = Array.from({ length: Math.floor(left / (32 + 6)) }, (_, index) => [`x${index.toString(36)}`, 'yy'])
  expect(await status(Object.fromEntries(short))).toBe(200)
  session.close()
})

test('a client of HTTP/1.1 that sends more headers than the server takes is told so, and none is dropped', async () => {
  const headers = (count: number) => Array.from({ length: count }, (_, index) => `x${index}: y\n`).join('')
  const most = await send(`GET /x HTTP/1.1\nHost: x\nConnection: close\n${headers(2000)}\n`)
  expect(JSON.parse(most.body)).toMatchObject({ count: 2002 })
  expect((await send(`GET /x HTTP/1.1\nHost: x\nConnection: close\n${headers(3000)}\n`)).status).toBe(431)
})
