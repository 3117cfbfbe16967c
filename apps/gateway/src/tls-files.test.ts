import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError, createLogger, makeAuthority, signCertificate, type TlsFiles } from '@assay/server'
import { afterAll, expect, test } from 'vitest'
import { readTlsFiles, reloadCertificate } from './tls-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-gateway-tls-'))
afterAll(() => rmSync(folder, { recursive: true }))
const config = { tlsCertFile: join(folder, 'cert.pem'), tlsKeyFile: join(folder, 'key.pem'), tlsOnly: undefined }

const authority = makeAuthority('Test', 10)
const signer = {
  name: 'Test',
  cert: authority.cert,
  key: createPrivateKey(authority.key),
  publicKey: new X509Certificate(authority.cert).publicKey,
}
const [first, second] = ['one.example', 'two.example'].map((host) => signCertificate(signer, [host], 5))

function put({ cert, key }: { cert: string; key: string }) {
  writeFileSync(config.tlsCertFile, cert)
  writeFileSync(config.tlsKeyFile, key)
}

test('a certificate and a key that do not belong together, or are none, are told with both files', () => {
  put({ cert: first!.cert, key: second!.key })
  expect(() => readTlsFiles(config)).toThrow(ConfigError)
  expect(() => readTlsFiles(config)).toThrow(/cert\.pem and the key in .*key\.pem cannot be used/)
  put({ cert: 'no certificate', key: second!.key })
  expect(() => readTlsFiles(config)).toThrow('cannot be used')
})

test('a renewed certificate is taken up, and while only half of it is there the one before stays', async () => {
  put(first!)
  const used: TlsFiles[] = []
  const files = readTlsFiles(config)
  if (files === undefined) return expect.unreachable()
  const reload = reloadCertificate(config, files, (some) => used.push(some), createLogger('test', 'silent'), 10)
  try {
    writeFileSync(config.tlsCertFile, second!.cert)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(used).toEqual([])
    put(second!)
    await expect.poll(() => used).toEqual([{ ...second, alsoPlain: false }])
  } finally {
    reload.stop()
  }
})

test('plain HTTP is served beside TLS only where it is asked for, and TLS alone needs a certificate', () => {
  put(first!)
  expect(readTlsFiles(config)?.alsoPlain).toBe(false)
  expect(readTlsFiles({ ...config, tlsOnly: false })?.alsoPlain).toBe(true)
  const none = { tlsCertFile: undefined, tlsKeyFile: undefined }
  expect(readTlsFiles({ ...none, tlsOnly: undefined })).toBeUndefined()
  expect(() => readTlsFiles({ ...none, tlsOnly: true })).toThrow('TLS needs both ASSAY_TLS_CERT and ASSAY_TLS_KEY')
})
