import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type JsonWebKey,
  randomBytes,
  randomInt,
  randomUUID,
  timingSafeEqual,
} from 'node:crypto'
import type { Dialect } from './principal.ts'

export interface Credentials {
  readonly clientId: string
  /** Shown once, to whoever makes the client. */
  readonly clientSecret: string
  /** What is stored instead of the secret. */
  readonly secretHash: Uint8Array
  /** The public half of a secret that is a key. */
  readonly publicKey: JsonWebKey | undefined
}

/** Fresh credentials in the form that the SDKs of the dialect accept. `host` is where C1's Go client will look for us. */
export function makeCredentials(dialect: Dialect, host: string): Credentials {
  return dialect === 'c1' ? c1Credentials(host) : sailpointCredentials()
}

/**
 * The secret is an Ed25519 private key as a JWK, behind a prefix that secret scanners know; its clients send it whole or
 * sign assertions with it.
 */
function c1Credentials(host: string): Credentials {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const key = Buffer.from(JSON.stringify(privateKey.export({ format: 'jwk' }))).toString('base64url')
  const clientSecret = `${secretPrefix}${key}`
  return {
    clientId: makeClientId(host, 'spc'),
    clientSecret,
    secretHash: hashSecret(clientSecret),
    publicKey: publicKey.export({ format: 'jwk' }),
  }
}

/** A client id in C1's form. `use`: `spc` has a secret of its own, `wfe` shows tokens of an issuer that it trusts. */
export function makeClientId(host: string, use: 'spc' | 'wfe'): string {
  return `${pick(adjectives)}-${pick(animals)}-${randomInt(10_000, 100_000)}@${host}/${use}`
}

const secretPrefix = 'secret-token:conductorone.com:v1:'

/**
 * What is wrong with the form of a C1 secret, in words for whoever copied it; undefined when nothing is. It looks at the text
 * alone, so it tells nothing about clients.
 */
export function faultOfC1Secret(secret: string): string | undefined {
  if (!secret.startsWith(secretPrefix)) return `it does not begin with ${secretPrefix}`
  const encoded = secret.slice(secretPrefix.length)
  if (!/^[\w-]+$/.test(encoded)) return 'what follows the prefix is not base64url'
  try {
    const jwk = JSON.parse(Buffer.from(encoded, 'base64url').toString()) as JsonWebKey
    const { asymmetricKeyType } = createPrivateKey({ key: jwk, format: 'jwk' })
    return asymmetricKeyType === 'ed25519' ? undefined : 'its JWK is not an Ed25519 key'
  } catch {
    // Whatever the parser or OpenSSL says about it, a whole private key it is not.
    return 'what follows the prefix is not a private key as a JWK'
  }
}

function sailpointCredentials(): Credentials {
  const clientSecret = randomBytes(32).toString('hex')
  const clientId = randomUUID().replaceAll('-', '')
  return { clientId, clientSecret, secretHash: hashSecret(clientSecret), publicKey: undefined }
}

/**
 * Plain SHA-256 is right for secrets that we draw ourselves from 2^256: there is no dictionary to slow down, and a slow
 * hash would give strangers a way to keep the token endpoint busy.
 */
export function hashSecret(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest()
}

/** In constant time, so that the answer's delay tells nothing of how much was right. */
export function isSecret(presented: string, secretHash: Uint8Array): boolean {
  return timingSafeEqual(hashSecret(presented), secretHash)
}

function pick(words: readonly string[]): string {
  return words[randomInt(words.length)]
}

const adjectives =
  'amber bold brisk calm clever deft eager fair fond gentle glad keen lively lucid merry mild neat nimble noble patient plucky proud quick quiet rapid sage sharp spry steady sunny swift tidy warm wise witty zesty'.split(
    ' ',
  )
const animals =
  'badger beaver bison crane curlew dipper dormouse egret falcon ferret finch gecko gannet heron ibex ibis jackdaw kestrel lapwing lemur lynx marten merlin newt osprey otter petrel plover puffin robin shrew siskin stoat swallow tapir wren'.split(
    ' ',
  )
