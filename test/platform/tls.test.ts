import { createPrivateKey, X509Certificate } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import https from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encryptionKeyHex } from '@assay/auth/testing'
import { makeAuthority, signCertificate, unusedPorts } from '@assay/server'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AssayCommand } from './assay-command.ts'

const db = await createTestDatabase()
let folder: string
const commands: AssayCommand[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-tls-platform-'))
  await chmod(folder, 0o755)
})
afterAll(async () => {
  for (const command of commands) command.killAll()
  await db.drop()
  await rm(folder, { recursive: true, force: true })
})

async function assayWith(name: string, more: Record<string, string> = {}) {
  const [port] = await unusedPorts(1)
  const environment = {
    ASSAY_DATA_DIRECTORY: join(folder, name),
    ASSAY_PORT: String(port!),
    DATABASE_URL: db.ownerUrl,
    // The same key for every data folder, because all use one database.
    ASSAY_KEY_ENCRYPTION_KEY: encryptionKeyHex,
  }
  const assay = new AssayCommand({ ...environment, ...more })
  const elsewhere = new AssayCommand(environment)
  commands.push(assay)
  return { assay, elsewhere, port }
}

function statusBy(ca: string, port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    https
      .get(`https://localhost:${port}/readyz`, { ca }, (answer) => resolve(answer.resume().statusCode))
      .on('error', reject)
  })
}

test('the platform and the command line work with a certificate for a DNS name that an authority signed', async () => {
  const authority = makeAuthority('Company', 10)
  const { publicKey } = new X509Certificate(authority.cert)
  const signer = { name: 'Company', cert: authority.cert, key: createPrivateKey(authority.key), publicKey }
  const { cert, key } = signCertificate(signer, ['assay.example.com'], 5)
  const files = { ASSAY_TLS_CERT: join(folder, 'leaf.pem'), ASSAY_TLS_KEY: join(folder, 'leaf-key.pem') }
  // The file does not contain the authority, as with many issuers.
  await writeFile(files.ASSAY_TLS_CERT, cert.slice(0, cert.length - authority.cert.length))
  await writeFile(files.ASSAY_TLS_KEY, key)
  const { assay, elsewhere } = await assayWith('company', files)
  const started = await assay.start()
  expect(await assay.run('suggestions')).toMatchObject({ status: 0, stderr: '' })
  // Another shell, without the variables of the start.
  expect(await elsewhere.run('token')).toMatchObject({ status: 0, stderr: '' })
  expect((await started.stop('SIGTERM')).status).toBe(0)
})

test('start --tls makes a certificate authority, prints how to trust it, and serves https with its certificate', async () => {
  const { assay, port } = await assayWith('local', { ASSAY_PUBLIC_HOSTS: 'localhost' })
  const started = await assay.start('--tls')
  const file = join(folder, 'local/tls/ca.pem')
  expect(await statusBy(await readFile(file, 'utf8'), port!)).toBe(200)
  expect(await assay.run('token')).toMatchObject({ status: 0, stderr: '' })
  const { stdout } = await started.stop('SIGTERM')
  expect(stdout).toContain(`Assay is ready at https://127.0.0.1:${port}`)
  expect(stdout).toContain(`SSL_CERT_FILE=${file}`)
})
