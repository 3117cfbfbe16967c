import { createConnection } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { titleOf } from './socket-cases.ts'
import { startTestServer, type TestServer } from './test-server.ts'

const runs = 150
/** Texts of our internals that a response must never contain. */
const innards = /\bat .*\.ts:|node:internal|TypeError|RangeError|SyntaxError/

let server: TestServer
beforeAll(async () => {
  server = await startTestServer('HTTP/1.1')
})
afterAll(() => server.close())

const starts = [
  '/t/types',
  '/t/path/',
  '/v1/shelves/',
  '/m/items/',
  '/m/multi/x/',
  '/f/files/',
  '/f/streams/a',
  '/o/count/',
  '/',
]
const fragments = [
  '%',
  '%2F',
  '%ff',
  '%00',
  '..',
  '//',
  ':cancel',
  '?',
  '&',
  '=',
  '.',
  'nested',
  'kind',
  '__proto__',
  '[0]',
  '+',
  ';',
]
const target = fc
  .tuple(
    fc.constantFrom(...starts),
    fc.array(fc.oneof(fc.constantFrom(...fragments), fc.string({ maxLength: 8 })), { maxLength: 12 }),
  )
  .map(([start, parts]) => start + parts.join('').replace(/[^!-~]/g, '~'))
const headers = fc.dictionary(
  fc.constantFrom(
    'content-type',
    'content-encoding',
    'connect-timeout-ms',
    'x-server-timeout',
    'accept-encoding',
    'x-any',
  ),
  fc.oneof(
    fc.constantFrom('application/json', 'gzip', '5', 'identity'),
    fc.string({ maxLength: 20 }).map((text) => text.replace(/[^!-~]/g, '~')),
  ),
)
const body = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text)),
  fc
    .dictionary(
      fc.constantFrom('int32Value', 'nested', 'kind', 'strings', 'labels', 'struct', 'at', 'nope'),
      fc.jsonValue({ maxDepth: 3 }),
    )
    .map((json) => Buffer.from(JSON.stringify(json))),
)

test(titleOf('TE09.1'), async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD'),
      target,
      headers,
      body,
      async (method, path, fields, bytes) => {
        const answer = await server.send({ method, path, headers: fields, body: bytes })
        expect(answer.status).toBeGreaterThanOrEqual(200)
        expect([500, 502, 503], `${answer.status} ${answer.body}`).not.toContain(answer.status)
        if (answer.status >= 400) expect(answer.body.toString()).not.toMatch(innards)
      },
    ),
    { numRuns: runs, seed: 20240501 },
  )
  expect(server.told).toEqual([])
})

const bytes = (maxLength: number) =>
  fc.uint8Array({ maxLength }).map((raw) => Buffer.from(raw.filter((byte) => byte !== 10 && byte !== 13)))
const rawRequest = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'),
  start: fc.constantFrom(...starts),
  path: bytes(20),
  query: fc.option(bytes(40)),
  field: fc.constantFrom('content-type', 'content-encoding', 'accept-encoding', 'x-server-timeout', 'x-any', 'expect'),
  value: bytes(30),
  body: fc.uint8Array({ maxLength: 200 }),
})

test(titleOf('TE09.2'), async () => {
  await fc.assert(
    fc.asyncProperty(rawRequest, async ({ method, start, path, query, field, value, body: content }) => {
      const target = Buffer.concat([Buffer.from(start), path, ...(query === null ? [] : [Buffer.from('?'), query])])
      const answer = await sendRaw([
        Buffer.from(`${method} `),
        target,
        Buffer.from(` HTTP/1.1\r\nhost: a\r\nconnection: close\r\n${field}: `),
        value,
        Buffer.from(`\r\ncontent-length: ${content.length}\r\n\r\n`),
        content,
      ])
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])
      expect(status, answer.slice(0, 300)).toBeGreaterThanOrEqual(200)
      expect([500, 502, 503], answer.slice(0, 300)).not.toContain(status)
      if (status >= 400) expect(answer).not.toMatch(innards)
    }),
    { numRuns: 2 * runs, seed: 20240502 },
  )
  expect(server.told).toEqual([])
})

/** The whole response, up to the end of the connection. Fails after five minutes without an end. */
function sendRaw(parts: readonly Uint8Array[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(server.port, '127.0.0.1')
    const chunks: Buffer[] = []
    socket.setTimeout(300_000, () => socket.destroy(new Error('the server hangs')))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')))
    socket.write(Buffer.concat(parts))
  })
}

test('random bytes instead of a request leave the server alive', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
      const socket = createConnection(server.port, '127.0.0.1')
      socket.on('error', () => {}) // the server may reset a connection with invalid input
      await new Promise((resolve) => socket.end(bytes, () => resolve(undefined)))
      socket.destroy()
    }),
    { numRuns: 50, seed: 20240501 },
  )
  expect((await server.send({ path: '/o/count/1' })).status).toBe(200)
})
