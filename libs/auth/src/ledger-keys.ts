import { createPrivateKey, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto'
import { type Sql, type TenantSql, withDomainErrors } from '@assay/store'
import { calculateJwkThumbprint, type FlattenedJWE, type JWK } from 'jose'
import { type EncryptionKeys, KeyEncryption } from './key-encryption.ts'

/**
 * The key of the deployment that signs heads of the ledger. It is stored like the keys of tokens: its private half is encrypted
 * with a key that is not in the database. It is not rotated automatically, because a signature can only be verified as long as
 * its key is known.
 */
export class LedgerKeys {
  readonly #sql: Sql
  readonly #encryption: KeyEncryption
  #inUse: { readonly keyId: string; readonly privateKey: JWK } | undefined

  constructor(sql: Sql, keys: EncryptionKeys) {
    this.#sql = sql
    this.#encryption = new KeyEncryption(keys)
  }

  /**
   * Signs the UTF-8 of the text with Ed25519. The first signature makes the key.
   * @throws unavailable (KEY_ENCRYPTION_KEY_WRONG) if the key was encrypted with another one
   */
  async sign(text: string): Promise<{ readonly keyId: string; readonly signature: Buffer }> {
    this.#inUse ??= await this.#load()
    const { keyId, privateKey } = this.#inUse
    const key = createPrivateKey({ key: { ...privateKey }, format: 'jwk' })
    return { keyId, signature: sign(null, Buffer.from(text), key) }
  }

  /** Signs with a new key from now on. Signatures of earlier keys can still be verified. */
  async replace(): Promise<void> {
    const [row] = await this.#rows()
    await this.#make(row?.keyId ?? null)
    this.#inUse = undefined
  }

  /**
   * Replaces the key if the encryption key does not decrypt it, because stored private keys are never encrypted again.
   * @returns whether it was replaced
   */
  async replaceUnreadable(): Promise<boolean> {
    const [row] = await this.#rows()
    if (row === undefined) return false
    const opened = await this.#encryption.open(row.keyId, row.privateKey).catch(() => undefined)
    if (opened?.by === 'encryption key') return false
    await this.replace()
    return true
  }

  async #load(): Promise<{ readonly keyId: string; readonly privateKey: JWK }> {
    let [row] = await this.#rows()
    if (row === undefined) {
      await this.#make(null)
      ;[row] = await this.#rows()
    }
    if (row === undefined)
      throw new Error('The database has no key for the ledger, although one was put there just now')
    const { privateKey } = await this.#encryption.open(row.keyId, row.privateKey)
    return { keyId: row.keyId, privateKey }
  }

  #rows() {
    return withDomainErrors(this.#sql<{ keyId: string; privateKey: FlattenedJWE }[]>`
      select key_id as "keyId", private_key as "privateKey" from ledger_key_in_use()`)
  }

  async #make(replaces: string | null): Promise<void> {
    const pair = generateKeyPairSync('ed25519')
    const publicKey = pair.publicKey.export({ format: 'jwk' }) as JWK
    const privateKey = pair.privateKey.export({ format: 'jwk' }) as JWK
    const keyId = await calculateJwkThumbprint(publicKey)
    const encrypted = await this.#encryption.encrypt(keyId, privateKey)
    await withDomainErrors(this.#sql`
      select put_ledger_key(${keyId}, ${JSON.stringify(publicKey)}::text::jsonb, ${JSON.stringify(encrypted)}::text::jsonb,
        ${replaces})`)
  }
}

/** The public keys that sign or have signed heads of the ledger, by their ids. For the mining service. */
export async function ledgerPublicKeys(sql: Sql | TenantSql): Promise<ReadonlyMap<string, JsonWebKey>> {
  const rows = await withDomainErrors(sql<{ keyId: string; publicKey: JsonWebKey }[]>`
    select key_id as "keyId", public_key as "publicKey" from ledger_public_keys()`)
  return new Map(rows.map(({ keyId, publicKey }) => [keyId, publicKey]))
}
