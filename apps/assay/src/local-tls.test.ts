import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureLocalTls } from './local-tls.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-tls-'))
})
afterAll(() => rm(folder, { recursive: true }))

const made = (publicHosts?: string) =>
  ensureLocalTls(
    { dataDirectory: folder, databaseUrl: undefined, host: '127.0.0.1', port: 0 },
    { ...(publicHosts !== undefined && { ASSAY_PUBLIC_HOSTS: publicHosts }) },
  )

/** The result of a TLS connection by a client that trusts only the authority. */
async function handshake(servername: string): Promise<string> {
  const files = await made('assay.example:8443, 10.1.2.3, [2001:db8::7]:1')
  const [cert, key, ca] = await Promise.all([files.cert, files.key, files.authority].map((file) => readFile(file)))
  const server = tls.createServer({ cert, key }, (socket) => socket.end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const check = (_: string, peer: tls.PeerCertificate) => tls.checkServerIdentity(servername, peer)
  const socket = tls.connect({ host: '127.0.0.1', port, ca, checkServerIdentity: check })
  const outcome = await Promise.race([
    once(socket, 'secureConnect').then(() => 'trusted'),
    once(socket, 'error').then(([error]) => (error as NodeJS.ErrnoException).code ?? ''),
  ]).catch((error: NodeJS.ErrnoException) => error.code ?? '')
  socket.destroy()
  server.close()
  return outcome
}

test.each(['localhost', '127.0.0.1', '::1', 'assay.example', '10.1.2.3', '2001:db8::7'])(
  'a client that trusts the authority accepts the server as %s',
  async (host) => expect(await handshake(host)).toBe('trusted'),
)

test('no client accepts the server under another name', async () => {
  expect(await handshake('other.example')).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
})

test('authority and certificate stay, until a host is missing: then the same authority signs another one', async () => {
  const files = await made()
  const texts = () => Promise.all([readFile(files.authority, 'utf8'), readFile(files.cert, 'utf8')])
  const before = await texts()
  await made()
  expect(await texts()).toEqual(before)
  await made('later.example')
  const [authority, cert] = await texts()
  expect(authority).toBe(before[0])
  expect(new X509Certificate(cert).checkHost('later.example')).toBe('later.example')
  expect((await stat(files.key)).mode & 0o077).toBe(0)
})

test('a certificate that was cut off is made again', async () => {
  const { cert } = await made()
  await writeFile(cert, '-----BEGIN CERTIFICATE-----\nMII')
  await made()
  expect(new X509Certificate(await readFile(cert)).checkHost('localhost')).toBe('localhost')
})
