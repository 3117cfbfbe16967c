import {
  createHash,
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
  const clientSecret = `secret-token:conductorone.com:v1:${key}`
  return {
    clientId: `${pick(adjectives)}-${pick(animals)}-${randomInt(10_000, 100_000)}@${host}/spc`,
    clientSecret,
    secretHash: hashSecret(clientSecret),
    publicKey: publicKey.export({ format: 'jwk' }),
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
