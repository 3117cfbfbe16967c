import { type Sql, withDomainErrors } from '@assay/store'
import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  type FlattenedJWE,
  generateKeyPair,
  importJWK,
  type JWK,
} from 'jose'
import { type EncryptionKeys, KeyEncryption } from './key-encryption.ts'

export const signingAlgorithm = 'EdDSA'

/** The key in use is read again after this time, so that a rotation by another process is noticed. */
const useCachedKeyForMs = 60_000
/** Public keys are read again after this time, so that a removed key is no longer trusted. */
const trustCachedKeysForMs = 5 * 60_000

interface SigningKey {
  readonly keyId: string
  readonly key: CryptoKey
}

interface SigningKeysOptions extends EncryptionKeys {
  /** A key older than this is replaced when it is next used. */
  readonly rotateAfterSeconds: number
  /** How long a retired key still verifies: longer than any token is valid. */
  readonly keepRetiredSeconds: number
}

/**
 * The installation's signing keys. All its processes share them through the database, where their private halves are encrypted.
 * The first process that needs a key makes it; if several do so at once, the database accepts one.
 */
export class SigningKeys {
  readonly #sql: Sql
  readonly #options: SigningKeysOptions
  readonly #encryption: KeyEncryption
  #inUse: { readonly until: number; readonly key: Promise<SigningKey> } | undefined
  #trusted: { readonly readAt: number; readonly keys: ReadonlyMap<string, CryptoKey> } | undefined
  #reading: Promise<ReadonlyMap<string, CryptoKey>> | undefined

  constructor(sql: Sql, options: SigningKeysOptions) {
    this.#sql = sql
    this.#options = options
    this.#encryption = new KeyEncryption(options)
  }

  /** The key to sign with now. It is made if there is none, and replaced if it is too old. */
  inUse(): Promise<SigningKey> {
    const now = Date.now()
    if (this.#inUse === undefined || this.#inUse.until < now) {
      const key = this.#load()
      this.#inUse = { until: now + useCachedKeyForMs, key }
      key.catch(() => {
        this.#inUse = undefined
      })
    }
    return this.#inUse.key
  }

  /** Signs with a new key from now on. Tokens of old keys stay valid until they expire. */
  async rotate(): Promise<void> {
    await this.#put(0)
    this.#inUse = undefined
  }

  /**
   * Encrypts the signing key with the encryption key, if it is not encrypted or was encrypted with another key.
   * @returns whether it was changed
   */
  async reencrypt(): Promise<boolean> {
    const row = await this.#current()
    if (row === undefined) return false
    const { privateKey, by } = await this.#encryption.open(row.keyId, row.privateKey)
    if (by === 'encryption key') return false
    await this.#replace(row.keyId, privateKey)
    return true
  }

  /**
   * The public key with this id, undefined if it is not one of ours. An unknown id is read from the database, because it may be
   * a new key.
   */
  async trusted(keyId: string): Promise<CryptoKey | undefined> {
    const known = this.#trusted
    if (known !== undefined && Date.now() - known.readAt < trustCachedKeysForMs) {
      const key = known.keys.get(keyId)
      if (key !== undefined) return key
    }
    const joined = this.#reading
    if (joined !== undefined) {
      const key = (await joined).get(keyId)
      // A read that had already begun may have missed a key that was made since.
      if (key !== undefined) return key
    }
    return (await this.#read()).get(keyId)
  }

  async #load(): Promise<SigningKey> {
    let row = await this.#current()
    if (row === undefined || row.ageSeconds > this.#options.rotateAfterSeconds) {
      await this.#put(this.#options.rotateAfterSeconds)
      row = await this.#current()
    }
    if (row === undefined) throw new Error('The database has no signing key, although one was put there just now')
    const { privateKey, by } = await this.#encryption.open(row.keyId, row.privateKey)
    // A version that did not encrypt keys has written it.
    if (by === 'none') await this.#replace(row.keyId, privateKey)
    return { keyId: row.keyId, key: await imported(privateKey) }
  }

  async #replace(keyId: string, privateKey: JWK): Promise<void> {
    const encrypted = await this.#encryption.encrypt(keyId, privateKey)
    await withDomainErrors(this.#sql`select replace_private_key(${keyId}, ${JSON.stringify(encrypted)}::text::jsonb)`)
  }

  async #current() {
    const [row] = await withDomainErrors(this.#sql<
      { keyId: string; privateKey: JWK | FlattenedJWE; ageSeconds: number }[]
    >`
      select key_id as "keyId", private_key as "privateKey", age_seconds as "ageSeconds" from signing_key_in_use()`)
    return row
  }

  async #put(unlessYoungerThanSeconds: number): Promise<void> {
    const pair = await generateKeyPair(signingAlgorithm, { crv: 'Ed25519', extractable: true })
    const [publicKey, privateKey] = await Promise.all([exportJWK(pair.publicKey), exportJWK(pair.privateKey)])
    const keyId = await calculateJwkThumbprint(publicKey)
    const encrypted = await this.#encryption.encrypt(keyId, privateKey)
    await withDomainErrors(this.#sql`
      select put_signing_key(${keyId}, ${JSON.stringify(publicKey)}::text::jsonb, ${JSON.stringify(encrypted)}::text::jsonb,
        ${unlessYoungerThanSeconds}, ${this.#options.keepRetiredSeconds})`)
  }

  /** One read at a time: strangers who send tokens with invented key ids cannot cause many queries. */
  #read(): Promise<ReadonlyMap<string, CryptoKey>> {
    this.#reading ??= this.#readKeys().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  async #readKeys(): Promise<ReadonlyMap<string, CryptoKey>> {
    const readAt = Date.now()
    const rows = await withDomainErrors(this.#sql<{ keyId: string; publicKey: JWK }[]>`
      select key_id as "keyId", public_key as "publicKey" from verification_keys()`)
    const keys = new Map(
      await Promise.all(rows.map(async (row) => [row.keyId, await imported(row.publicKey)] as const)),
    )
    this.#trusted = { readAt, keys }
    return keys
  }
}

async function imported(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, signingAlgorithm)
  if (key instanceof Uint8Array) throw new Error('A signing key in the database is not an Ed25519 key')
  return key
}
