import { createHash, createPrivateKey, createPublicKey, hkdfSync, type JsonWebKey, type KeyObject } from 'node:crypto'
import { failedPrecondition, unavailable } from '@assay/errors'
import { type Sql, type TenantSql, withDomainErrors } from '@assay/store'
import { FlattenedEncrypt, type FlattenedJWE, flattenedDecrypt } from 'jose'
import type { EncryptionKeys } from '../key-encryption.ts'

/**
 * The processes that can open sealed texts: gateways, with ASSAY_KEY_ENCRYPTION_KEY, or workers, with ASSAY_WEBHOOK_KEY.
 * Neither can open texts that are sealed for the other.
 */
type Keeper = 'gateway' | 'worker'

export type SealedText = FlattenedJWE

/** Purposes for deriving keys, so that the same secret can also serve others. */
const purposes: Readonly<Record<Keeper, string>> = { gateway: 'assay sealed texts', worker: 'assay texts of workers' }

const variables: Readonly<Record<Keeper, string>> = {
  gateway: 'ASSAY_KEY_ENCRYPTION_KEY',
  worker: 'ASSAY_WEBHOOK_KEY',
}

/**
 * Opens texts that were sealed for gateways or for workers. The private key is derived from a secret that only they have. Its
 * public half is in the database, so that a service can seal texts that it cannot read. Each text is bound to a name, so that
 * one cannot replace another. (ECDH-ES over X25519 with AES-256-GCM, as JWE)
 */
export class SealedTexts {
  readonly #sql: Sql
  readonly #keeper: Keeper
  readonly #first: SealingPair
  readonly #second: SealingPair | undefined

  constructor(sql: Sql, { encryptionKey, decryptionKey }: EncryptionKeys, keeper: Keeper = 'gateway') {
    this.#sql = sql
    this.#keeper = keeper
    this.#first = pairOf(encryptionKey, keeper)
    this.#second = decryptionKey && pairOf(decryptionKey, keeper)
  }

  /** Lets services seal from now on. */
  async publish(): Promise<void> {
    const { id, publicKey } = this.#first
    const jwk = JSON.stringify(publicKey.export({ format: 'jwk' }))
    const sql = this.#sql
    await withDomainErrors(
      this.#keeper === 'gateway'
        ? sql`select put_sealing_key(${id}, ${jwk}::text::jsonb)`
        : sql`select put_worker_sealing_key(${id}, ${jwk}::text::jsonb)`,
    )
  }

  seal(name: string, text: string): Promise<FlattenedJWE> {
    return sealBy(this.#first.id, this.#first.publicKey, name, text)
  }

  /**
   * The text sealed with the first key. 'same': it was sealed with it already. 'unreadable': neither key opens it under this
   * name.
   */
  async sealAgain(name: string, sealed: FlattenedJWE): Promise<FlattenedJWE | 'same' | 'unreadable'> {
    const opened = await this.open(name, sealed).catch(() => undefined)
    if (opened === undefined) return 'unreadable'
    return sealed.header?.kid === this.#first.id ? 'same' : await this.seal(name, opened)
  }

  /** @throws unavailable (KEY_ENCRYPTION_KEY_WRONG) for a text that was sealed with another key or under another name */
  async open(name: string, sealed: FlattenedJWE): Promise<string> {
    const pair = sealed.header?.kid === this.#second?.id ? this.#second : this.#first
    try {
      const { plaintext, additionalAuthenticatedData } = await flattenedDecrypt(
        sealed,
        (pair ?? this.#first).privateKey,
        {
          keyManagementAlgorithms: ['ECDH-ES'],
          contentEncryptionAlgorithms: ['A256GCM'],
        },
      )
      if (Buffer.from(additionalAuthenticatedData ?? []).toString() !== name) throw new Error('sealed for another name')
      return Buffer.from(plaintext).toString()
    } catch (cause) {
      throw unavailable(
        `A secret in the database was sealed by another key than ${variables[this.#keeper]}: give the ${this.#keeper} that key, or enter the secret again`,
        { reason: 'KEY_ENCRYPTION_KEY_WRONG', cause },
      )
    }
  }
}

/**
 * Seals a text for gateways. Works as the owner of the database and as a service.
 * @throws failed_precondition before any gateway has started
 */
export async function sealForGateways(sql: Sql | TenantSql, name: string, text: string): Promise<FlattenedJWE> {
  const [key] = await withDomainErrors(sql<{ keyId: string; publicKey: JsonWebKey }[]>`
    select key_id as "keyId", public_key as "publicKey" from sealing_key_in_use()`)
  if (key === undefined)
    throw failedPrecondition(
      'No gateway has started yet, and without its key no secret can be stored: start a gateway first',
    )
  return await sealBy(key.keyId, createPublicKey({ key: key.publicKey, format: 'jwk' }), name, text)
}

/**
 * Seals a text for workers. Works as the mining service.
 * @throws failed_precondition (NO_WEBHOOK_KEY) before any worker with ASSAY_WEBHOOK_KEY has started
 */
export async function sealForWorkers(sql: TenantSql, name: string, text: string): Promise<FlattenedJWE> {
  const [key] = await sql<{ keyId: string; publicKey: JsonWebKey }[]>`
    select key_id as "keyId", public_key as "publicKey" from worker_sealing_key_in_use()`
  if (key === undefined)
    throw failedPrecondition(
      'No mining worker has a key for the secrets of webhooks: give every worker the same ASSAY_WEBHOOK_KEY and start them',
      { reason: 'NO_WEBHOOK_KEY' },
    )
  return await sealBy(key.keyId, createPublicKey({ key: key.publicKey, format: 'jwk' }), name, text)
}

interface SealingPair {
  readonly id: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** The bytes before the 32 bytes of an X25519 key in PKCS #8 (RFC 8410). */
const pkcs8OfX25519 = Buffer.from('302e020100300506032b656e04220420', 'hex')

function pairOf(secret: Uint8Array, keeper: Keeper): SealingPair {
  const bytes = Buffer.from(hkdfSync('sha256', secret, '', purposes[keeper], 32))
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8OfX25519, bytes]), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(privateKey)
  const id = createHash('sha256')
    .update(publicKey.export({ format: 'der', type: 'spki' }))
    .digest('hex')
    .slice(0, 16)
  return { id, privateKey, publicKey }
}

async function sealBy(keyId: string, key: KeyObject, name: string, text: string): Promise<FlattenedJWE> {
  return await new FlattenedEncrypt(Buffer.from(text))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' })
    .setUnprotectedHeader({ kid: keyId })
    .setAdditionalAuthenticatedData(Buffer.from(name))
    .encrypt(key)
}
