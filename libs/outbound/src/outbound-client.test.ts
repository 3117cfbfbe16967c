import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { makeCertificate } from '@assay/server/testing'
import { afterEach, expect, test } from 'vitest'
import { AddressGuard, parseNetworks, type Resolve } from './address-guard.ts'
import { OutboundClient, type OutboundLimits } from './outbound-client.ts'
import { Secret } from './secret.ts'
import { startServer } from './testing-server.ts'

const loopback = parseNetworks('127.0.0.1')
const toLoopback: Resolve = (_, __, done) => done(null, [{ address: '127.0.0.1', family: 4 }])
const secret = new Secret('idp', 'Bearer hush')
const opened: { close(): unknown }[] = []

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
})

async function serving(...parameters: Parameters<typeof startServer>) {
  const server = await startServer(...parameters)
  opened.push(server)
  return server
}

function clientOf(
  limits: Partial<OutboundLimits> = {},
  guard = new AddressGuard(loopback, toLoopback),
  trust?: string[],
) {
  const client = new OutboundClient(guard, limits, trust)
  opened.push(client)
  return client
}

const asking = { accept: 'application/json', secret }

test('an answer comes whole, whatever its status is, over one connection that is kept', async () => {
  const server = await serving((request, response) => {
    response
      .writeHead(request.url === '/no' ? 404 : 200, { 'content-type': 'application/json' })
      .end(`"${request.headers.accept}"`)
  })
  const client = clientOf()
  const ports = new Set<number | undefined>()
  for (const path of ['/', '/no']) {
    const answer = await client.get(new URL(path, server.url), asking)
    expect([answer.status, String(answer.body)]).toEqual([path === '/' ? 200 : 404, '"application/json"'])
    ports.add(Number(server.url.port))
  }
  expect(server.requests.map(({ authorization }) => authorization)).toEqual(['Bearer hush', 'Bearer hush'])
})

test('a name that resolves to another address a moment later is connected to at the address that was judged', async () => {
  const server = await serving((_, response) => response.end('inside'))
  let asked = 0
  // The first answer is allowed and is judged; all later ones are the server's address and must not be used.
  const rebinding: Resolve = (_, __, done) =>
    done(null, [{ address: asked++ === 0 ? '127.0.0.2' : '127.0.0.1', family: 4 }])
  const guard = new AddressGuard(parseNetworks('127.0.0.2'), rebinding)
  const url = new URL(`http://idp.example.com:${server.url.port}/`)
  await expect(clientOf({}, guard).get(url, asking)).rejects.toMatchObject({ reason: 'NO_ANSWER' })
  await expect(clientOf({}, guard).get(url, asking)).rejects.toMatchObject({ reason: 'ADDRESS_REFUSED' })
  expect(server.requests).toEqual([])
})

test('private addresses are refused before a byte is sent, named or resolved', async () => {
  const server = await serving((_, response) => response.end())
  const strict = () => clientOf({}, new AddressGuard([], toLoopback))
  for (const host of ['127.0.0.1', 'idp.example.com']) {
    const get = async () => strict().get(new URL(`http://${host}:${server.url.port}/`), asking)
    await expect(get()).rejects.toMatchObject({ reason: 'ADDRESS_REFUSED', mayPass: false })
  }
  expect(server.requests).toEqual([])
})

test.each([301, 302, 303, 307, 308])(
  'a redirect by %d is not followed, so that no secret goes along',
  async (status) => {
    const other = await serving((_, response) => response.end())
    const server = await serving((_, response) => response.writeHead(status, { location: other.url.href }).end())
    await expect(clientOf().get(server.url, asking)).rejects.toMatchObject({
      reason: 'REDIRECTED',
      message: expect.stringContaining(`redirects to "${other.url.href}"`),
    })
    expect(other.requests).toEqual([])
  },
)

test('an answer of 5 GB is refused by its length, and without a length at the limit', async () => {
  const told = await serving((_, response) => response.writeHead(200, { 'content-length': 5e9 }).write('{'))
  await expect(clientOf().get(told.url, asking)).rejects.toMatchObject({ reason: 'TOO_LARGE' })
  let sent = 0
  const endless = await serving((_, response) => {
    const piece = Buffer.alloc(1 << 16, 'x')
    const more = () => {
      if (response.destroyed) return
      sent += piece.length
      if (response.write(piece)) setImmediate(more)
      else response.once('drain', more)
    }
    more()
  })
  await expect(clientOf({ answerBytes: 1 << 20 }).get(endless.url, asking)).rejects.toMatchObject({
    reason: 'TOO_LARGE',
    message: expect.stringMatching(/answers with more than 1 MiB$/),
  })
  expect(sent).toBeLessThan(64 << 20)
})

test('a drip ends at the time for an answer, and silence at that for a byte', async () => {
  const drip = await serving((_, response) => {
    const timer = setInterval(() => response.write('{'), 20)
    response.on('close', () => clearInterval(timer))
  })
  await expect(clientOf({ answerMs: 300, idleMs: 10_000 }).get(drip.url, asking)).rejects.toMatchObject({
    reason: 'TOO_SLOW',
    message: expect.stringContaining('did not end its answer within 0.3 s'),
    mayPass: true,
  })
  const silent = await serving(() => {})
  await expect(clientOf({ idleMs: 200 }).get(silent.url, asking)).rejects.toMatchObject({
    message: expect.stringContaining('sent nothing within 0.2 s'),
  })
})

test('a server that takes the connection and never speaks TLS is given up', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  opened.push(silent)
  const url = new URL(`https://127.0.0.1:${(silent.address() as AddressInfo).port}`)
  await expect(clientOf({ connectMs: 200 }).get(url, asking)).rejects.toMatchObject({
    message: expect.stringContaining('could not be connected to within 0.2 s'),
  })
})

test('faults of TLS are told as such and never tried again; an authority that is trusted answers', async () => {
  const { cert, key, authority } = makeCertificateWithAuthority()
  const server = await serving((_, response) => response.end('{}'), { cert, key })
  await expect(clientOf().get(server.url, asking)).rejects.toMatchObject({
    reason: 'UNTRUSTED',
    mayPass: false,
    message: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
  })
  const named = new URL(`https://idp.example.com:${server.url.port}`)
  const trusting = () => clientOf({}, undefined, [authority])
  await expect(trusting().get(named, asking)).rejects.toMatchObject({ reason: 'UNTRUSTED' })
  expect(server.requests).toEqual([])
  const good = new URL(`https://localhost:${server.url.port}`)
  expect((await trusting().get(good, asking)).status).toBe(200)
  const plain = await serving((_, response) => response.end())
  await expect(clientOf().get(new URL(`https://127.0.0.1:${plain.url.port}`), asking)).rejects.toMatchObject({
    reason: 'UNTRUSTED',
  })
})

test('broken HTTP, packed answers, a cut answer, a closed port and an unknown name are told apart', async () => {
  const raw = async (bytes: string) => {
    const server = createServer((socket) => socket.on('error', () => {}).end(bytes)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    opened.push(server)
    return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  }
  const get = async (url: URL) => clientOf().get(url, asking)
  await expect(get(await raw('SSH-2.0-OpenSSH\r\n'))).rejects.toMatchObject({ reason: 'DAMAGED' })
  await expect(get(await raw(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`))).rejects.toMatchObject({
    reason: 'DAMAGED',
  })
  await expect(
    get(await raw('HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 1\r\n\r\nx')),
  ).rejects.toMatchObject({ reason: 'DAMAGED', message: expect.stringContaining('packs its answer as "gzip"') })
  await expect(get(await raw('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{'))).rejects.toMatchObject({
    reason: 'NO_ANSWER',
    mayPass: true,
  })
  await expect(
    get(await raw('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n')),
  ).rejects.toMatchObject({ reason: 'DAMAGED', message: expect.stringContaining('another protocol') })
  const closed = await serving(() => {})
  await closed.close()
  opened.splice(opened.indexOf(closed), 1)
  await expect(get(closed.url)).rejects.toMatchObject({ message: expect.stringContaining('takes no connection') })
  const unknown: Resolve = (name, _, done) => done(Object.assign(new Error(name), { code: 'ENOTFOUND' }), [])
  await expect(
    clientOf({}, new AddressGuard([], unknown)).get(new URL('https://none.example.com'), asking),
  ).rejects.toMatchObject({ message: 'No address is known of "none.example.com"' })
})

test('a caller that gives up ends the request with its own reason', async () => {
  const server = await serving(() => {})
  const giving = new AbortController()
  const asked = clientOf().get(server.url, { ...asking, signal: giving.signal })
  giving.abort(new Error('enough'))
  await expect(asked).rejects.toThrow('enough')
})

function makeCertificateWithAuthority() {
  const { cert, key } = makeCertificate()
  const certificates = cert.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []
  return { cert, key, authority: certificates.at(-1) ?? '' }
}
