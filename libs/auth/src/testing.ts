import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Sql } from '@assay/store'
import { calculateJwkThumbprint, type FlattenedJWE, importJWK, type JWK, type JWTPayload, SignJWT } from 'jose'
import { KeyEncryption } from './key-encryption.ts'

/** The key that encrypts signing keys in tests; as hex for the environment of a gateway. */
export const encryptionKey = new Uint8Array(32).fill(5)
export const encryptionKeyHex = Buffer.from(encryptionKey).toString('hex')

/** The private key that signs now, read from the database. */
export async function signingKeyInUse(ownerSql: Sql): Promise<JWK> {
  const [row] = await ownerSql<{ keyId: string; stored: FlattenedJWE }[]>`
    select key_id as "keyId", private_key as stored from signing_keys where retired_at is null`
  if (row === undefined) throw new Error('no key signs')
  return (await new KeyEncryption({ encryptionKey }).open(row.keyId, row.stored)).privateKey
}

/** Changes of a valid token by a test; undefined leaves a member out. */
export interface Changes {
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
}

const nowSeconds = () => Math.floor(Date.now() / 1000)

/** The Ed25519 key that a C1 client secret is. */
export async function keyOfSecret(clientSecret: string) {
  const jwk = JSON.parse(Buffer.from(clientSecret.split(':')[3] ?? '', 'base64url').toString()) as JWK
  return await importJWK(jwk, 'EdDSA')
}

/**
 * A client assertion with the members that C1's SDKs send: `nonce` as a header, `aud` as a list with only the host, `nbf` two
 * minutes ago, `exp` in two minutes.
 */
export async function signAssertion(
  client: { readonly clientId: string; readonly clientSecret: string },
  host: string,
  { header = {}, claims = {} }: Changes = {},
  key?: Awaited<ReturnType<typeof keyOfSecret>> | KeyObject,
): Promise<string> {
  const now = nowSeconds()
  const payload = {
    iss: client.clientId,
    sub: client.clientId,
    aud: [host],
    exp: now + 120,
    iat: now,
    nbf: now - 120,
    ...claims,
  }
  return await new SignJWT(defined(payload))
    .setProtectedHeader({ alg: 'EdDSA', ...defined({ nonce: randomBytes(16).toString('hex'), ...header }) })
    .sign(key ?? (await keyOfSecret(client.clientSecret)))
}

function defined(members: Readonly<Record<string, unknown>>): JWTPayload {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}

/** An issuer of workload tokens: a web server that publishes its configuration and its keys. */
export interface TestIssuer {
  /** `iss` of its tokens. */
  readonly issuer: string
  readonly jwksUrl: string
  /** How often its keys were read. */
  readonly reads: number
  /** While true, it answers 500. */
  broken: boolean
  /** A token as CI systems issue them, for `aud` and with `sub` `repo:acme/infra:ref:refs/heads/main`. */
  token(aud: unknown, changes?: Changes): Promise<string>
  /** Signs with a new key from now on; the old one is no longer published. */
  rotate(): void
  stop(): Promise<void>
}

export async function startIssuer(alg: 'ES256' | 'RS256' = 'ES256'): Promise<TestIssuer> {
  const makeKey = () => {
    const { privateKey, publicKey } =
      alg === 'ES256'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('rsa', { modulusLength: 2048 })
    return { privateKey, publicJwk: publicKey.export({ format: 'jwk' }) as JWK }
  }
  let key = makeKey()
  let reads = 0
  const server = createServer(async (request, response) => {
    if (request.url === '/.well-known/openid-configuration' && !self.broken) {
      response.end(JSON.stringify({ issuer: self.issuer, jwks_uri: self.jwksUrl }))
    } else if (request.url === '/keys' && !self.broken) {
      reads++
      const kid = await calculateJwkThumbprint(key.publicJwk)
      response.end(JSON.stringify({ keys: [{ ...key.publicJwk, kid, alg, use: 'sig' }] }))
    } else {
      response.writeHead(self.broken ? 500 : 404).end()
    }
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const self = {
    issuer,
    jwksUrl: `${issuer}/keys`,
    get reads() {
      return reads
    },
    broken: false,
    async token(aud: unknown, { header = {}, claims = {} }: Changes = {}) {
      const now = nowSeconds()
      const payload = {
        iss: issuer,
        aud,
        sub: 'repo:acme/infra:ref:refs/heads/main',
        repository_owner: 'acme',
        jti: randomBytes(16).toString('hex'),
        iat: now,
        nbf: now,
        exp: now + 300,
        ...claims,
      }
      const kid = await calculateJwkThumbprint(key.publicJwk)
      return await new SignJWT(defined(payload))
        .setProtectedHeader({ alg, kid, typ: 'JWT', ...defined(header) })
        .sign(key.privateKey)
    },
    rotate() {
      key = makeKey()
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
  return self
}
