import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import http2 from 'node:http2'
import net, { type AddressInfo } from 'node:net'
import tls from 'node:tls'
import { Health } from '@assay/contracts/grpc/health/v1/health_pb'
import { createClient } from '@connectrpc/connect'
import { createGrpcTransport } from '@connectrpc/connect-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createOnePort, type NodeHandler, type OnePort } from './one-port.ts'
import { reply } from './reply.ts'
import { makeCertificate } from './testing.ts'

// Suites without forward secrecy need an RSA key.
const certificate = makeCertificate(generateKeyPairSync('rsa', { modulusLength: 2048 }))
const served: NodeHandler = (_, response) => reply(response, 200, {}, 'served')
let port: number
let onePort: OnePort

beforeAll(async () => {
  onePort = createOnePort(served, certificate)
  ;({ port } = await onePort.listen('127.0.0.1', 0))
})
afterAll(() => onePort.destroy())

/** The negotiated protocol and suite, or the error of the handshake. */
async function handshake(options: tls.ConnectionOptions, at = port): Promise<string> {
  const socket = tls.connect({ host: '127.0.0.1', port: at, ca: certificate.cert, ...options })
  try {
    await once(socket, 'secureConnect')
    return `${socket.getProtocol()} ${socket.getCipher().name}`
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code)
  } finally {
    socket.destroy()
  }
}

const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
const tls12 = (ciphers: string) => ({ maxVersion: 'TLSv1.2', ciphers }) as const

test.each<[string, tls.ConnectionOptions, string]>([
  ['a modern client', {}, 'TLSv1.3 TLS_AES_256_GCM_SHA384'],
  ['TLS 1.2', { maxVersion: 'TLSv1.2' }, 'TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256'],
  ['ChaCha20', tls12('ECDHE-RSA-CHACHA20-POLY1305'), 'TLSv1.2 ECDHE-RSA-CHACHA20-POLY1305'],
  ['TLS 1.1', old, 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'],
  ['a suite without forward secrecy', tls12('AES128-GCM-SHA256'), 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE'],
  ['a suite of CBC', tls12('ECDHE-RSA-AES128-SHA256'), 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE'],
])('%s', async (_, options, outcome) => {
  expect(await handshake(options)).toBe(outcome)
  onePort.setCertificate(certificate)
  expect(await handshake(options), 'by a renewed certificate').toBe(outcome)
})

test("the suite without forward secrecy is one that Node's server takes by default", async () => {
  const server = tls.createServer({ cert: certificate.cert, key: certificate.key }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const outcome = await handshake(tls12('AES128-GCM-SHA256'), (server.address() as AddressInfo).port)
  server.close()
  expect(outcome).toBe('TLSv1.2 AES128-GCM-SHA256')
})

test('plain HTTP/1.1 is told to use TLS', async () => {
  const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'x'.repeat(100_000) })
  expect([answer.status, await answer.text()]).toEqual([400, 'This port speaks TLS only: use https\n'])
  expect(answer.headers.get('cache-control')).toBe('no-store')
})

test('plain HTTP/2 is told to use TLS, in words that a client can show', async () => {
  const session = http2.connect(`http://127.0.0.1:${port}`)
  session.on('error', () => {})
  const [code, , words] = (await once(session, 'goaway')) as [number, number, Buffer]
  expect([code, words.toString()]).toEqual([
    http2.constants.NGHTTP2_INADEQUATE_SECURITY,
    'This port speaks TLS only: use https',
  ])
  session.destroy()
  const client = createClient(Health, createGrpcTransport({ baseUrl: `http://127.0.0.1:${port}` }))
  await expect(client.check({})).rejects.toThrow()
})

test('a peer that goes on sending after that is cut off', async () => {
  const socket = net.connect({ host: '127.0.0.1', port, allowHalfOpen: true })
  socket.on('error', () => {})
  socket.resume().write('GET / HTTP/1.1\r\n')
  const dripping = setInterval(() => socket.write('x'), 20)
  await new Promise((closed) => socket.once('close', closed))
  clearInterval(dripping)
})

test('plain HTTP is served beside TLS where that is asked for', async () => {
  const both = createOnePort(served, {
    ...certificate,
    alsoPlain: true,
  })
  const { port: open } = await both.listen('127.0.0.1', 0)
  expect(await (await fetch(`http://127.0.0.1:${open}/`)).text()).toBe('served')
  expect(await handshake({}, open)).toBe('TLSv1.3 TLS_AES_256_GCM_SHA384')
  both.destroy()
})
