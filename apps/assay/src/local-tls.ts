import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import net from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { hostOf, publicHosts } from '@assay/auth'
import { makeAuthority, signCertificate } from '@assay/server'
import type { Settings } from './settings.ts'

const authorityDays = 3650
/** Apple's systems refuse server certificates with a longer validity. */
const serverDays = 397
const renewBeforeMs = 30 * 24 * 60 * 60 * 1000

/** Paths of PEM files. */
interface LocalTls {
  readonly authority: string
  readonly cert: string
  readonly key: string
}

/**
 * A certificate for this machine, signed by an authority of this installation; both are made once, in the data folder. The server's
 * certificate is renewed when it expires within 30 days or lacks a host; clients keep trusting it, since the authority is the same.
 */
export async function ensureLocalTls(
  settings: Settings,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<LocalTls> {
  const folder = join(settings.dataDirectory, 'tls')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const files = { authority: join(folder, 'ca.pem'), cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  const authorityKey = join(folder, 'ca-key.pem')
  const known = await readPair(files.authority, authorityKey)
  const name = `Assay local authority of ${hostname()}`.slice(0, 64)
  const authority = known ?? makeAuthority(name, authorityDays)
  if (known === undefined) {
    await write(authorityKey, authority.key)
    await write(files.authority, authority.cert)
  }
  const hosts = hostsOf(settings, environment)
  const server = await readPair(files.cert, files.key)
  if (server !== undefined && isGood(server.cert, authority.cert, hosts)) return files
  const { publicKey, subject } = new X509Certificate(authority.cert)
  const signer = {
    name: subject.replace(/^CN=/, ''),
    cert: authority.cert,
    key: createPrivateKey(authority.key),
    publicKey,
  }
  const made = signCertificate(signer, hosts, serverDays)
  await write(files.key, made.key)
  await write(files.cert, made.cert)
  return files
}

/** Instructions for the operator, in lines: clients refuse the certificate until they trust the authority. */
export function trustInstructions({ authority }: LocalTls): string[] {
  return [
    `TLS by a local authority. Clients must trust ${authority}:`,
    `  Go, curl, OpenSSL   export SSL_CERT_FILE=${authority}   (curl also takes --cacert)`,
    `  Node                export NODE_EXTRA_CA_CERTS=${authority}`,
    `  Python requests     export REQUESTS_CA_BUNDLE=${authority}`,
    `  Debian, Ubuntu      sudo cp ${authority} /usr/local/share/ca-certificates/assay.crt && sudo update-ca-certificates`,
    `  Fedora, RHEL        sudo trust anchor ${authority}`,
    `  macOS               sudo security add-trusted-cert -d -k /Library/Keychains/System.keychain ${authority}`,
    `  Windows             certutil -addstore -f Root ${authority}`,
  ]
}

function hostsOf({ host }: Settings, environment: NodeJS.ProcessEnv): string[] {
  const named = publicHosts(environment.ASSAY_PUBLIC_HOSTS, host).map(hostOf)
  return [...new Set(['localhost', '127.0.0.1', '::1', hostname().toLowerCase(), ...named])].filter(
    (name) => name !== '',
  )
}

function isGood(cert: string, authority: string, hosts: readonly string[]): boolean {
  const certificate = new X509Certificate(cert)
  const covers = (host: string) =>
    (net.isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined
  return (
    certificate.verify(new X509Certificate(authority).publicKey) &&
    Date.parse(certificate.validTo) - renewBeforeMs > Date.now() &&
    hosts.every(covers)
  )
}

async function readPair(certFile: string, keyFile: string) {
  try {
    const [cert, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')])
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)) ? { cert, key } : undefined
  } catch {
    return undefined // missing, or cut off: made again
  }
}

async function write(file: string, text: string): Promise<void> {
  await writeFile(`${file}.part`, text, { mode: 0o600 })
  await rename(`${file}.part`, file)
}
