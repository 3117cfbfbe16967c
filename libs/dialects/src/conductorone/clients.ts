import { createPrivateKey, generateKeyPairSync, type JsonWebKey, randomInt } from 'node:crypto'
import type { ClientDialect, NewCredentials } from '@assay/auth'
import { itemAt } from '@assay/errors'

/** Clients and tokens in the forms that ConductorOne's SDKs require. */
export const clients = {
  name: 'c1',
  /** The TypeScript SDK uses a token for an hour, whatever `expires_in` says. */
  tokenLifetimeSeconds: 3_600,
  makeCredentials,
  makeFederatedId: (host) => makeClientId(host, federated),
  faultOfSecret: (secret) => (secret.startsWith('secret-token:') ? faultOf(secret) : undefined),
} satisfies ClientDialect

/** The end of the id of a client that presents tokens of an issuer instead of a secret. */
export const federated = 'wfe'

/**
 * The secret is an Ed25519 private key as a JWK, after a prefix that secret scanners know. Clients send the whole secret or
 * sign assertions with it.
 */
function makeCredentials(host: string): NewCredentials {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const key = Buffer.from(JSON.stringify(privateKey.export({ format: 'jwk' }))).toString('base64url')
  return {
    clientId: makeClientId(host, 'spc'),
    clientSecret: `${secretPrefix}${key}`,
    publicKey: publicKey.export({ format: 'jwk' }),
  }
}

/** The Go client takes our host from the id. `spc`: a client with a secret. */
function makeClientId(host: string, use: 'spc' | typeof federated): string {
  return `${pick(adjectives)}-${pick(animals)}-${randomInt(10_000, 100_000)}@${host}/${use}`
}

const secretPrefix = 'secret-token:conductorone.com:v1:'

/**
 * The fault as a text for the person who copied the secret. It depends only on the secret's text, so it reveals nothing about
 * clients.
 */
function faultOf(secret: string): string | undefined {
  if (!secret.startsWith(secretPrefix)) return `it does not begin with ${secretPrefix}`
  const encoded = secret.slice(secretPrefix.length)
  if (!/^[\w-]+$/.test(encoded)) return 'what follows the prefix is not base64url'
  try {
    const jwk = JSON.parse(Buffer.from(encoded, 'base64url').toString()) as JsonWebKey
    const { asymmetricKeyType } = createPrivateKey({ key: jwk, format: 'jwk' })
    return asymmetricKeyType === 'ed25519' ? undefined : 'its JWK is not an Ed25519 key'
  } catch {
    // Any error of the parser or of OpenSSL means that it is not a complete private key.
    return 'what follows the prefix is not a private key as a JWK'
  }
}

function pick(words: readonly string[]): string {
  return itemAt(words, randomInt(words.length))
}

const adjectives =
  'amber bold brisk calm clever deft eager fair fond gentle glad keen lively lucid merry mild neat nimble noble patient plucky proud quick quiet rapid sage sharp spry steady sunny swift tidy warm wise witty zesty'.split(
    ' ',
  )
const animals =
  'badger beaver bison crane curlew dipper dormouse egret falcon ferret finch gecko gannet heron ibex ibis jackdaw kestrel lapwing lemur lynx marten merlin newt osprey otter petrel plover puffin robin shrew siskin stoat swallow tapir wren'.split(
    ' ',
  )
