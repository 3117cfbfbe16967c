import { createPrivateKey, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto'
import { type Sql, type TenantSql, withDomainErrors } from '@assay/store'
import { calculateJwkThumbprint, type FlattenedJWE, type JWK } from 'jose'
import { type EncryptionKeys, KeyEncryption } from './key-encryption.ts'

/**
 * The key of the deployment that signs heads of the ledger. It is held as the keys of tokens are, its private half encrypted by a key
 * that is not in the database. It is not rotated by itself: a signature is worth something for as long as its key is known.
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
   * Ed25519 over the text in UTF-8. Makes the key with the first signature.
   * @throws unavailable (KEY_ENCRYPTION_KEY_WRONG) when the key was encrypted by another one
   */
  async sign(text: string): Promise<{ readonly keyId: string; readonly signature: Buffer }> {
    this.#inUse ??= await this.#load()
    const { keyId, privateKey } = this.#inUse
    const key = createPrivateKey({ key: { ...privateKey }, format: 'jwk' })
    return { keyId, signature: sign(null, Buffer.from(text), key) }
  }

  /** A new key signs from now on; what the ones before signed is verified as ever. */
  async replace(): Promise<void> {
    const [row] = await this.#rows()
    await this.#make(row?.keyId ?? null)
    this.#inUse = undefined
  }

  /**
   * Replaces a key that the encryption key does not open, since private keys that were encrypted before are never written again.
   * @returns whether there was one
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

/** Public keys that sign, or have signed, heads of the ledger, by their ids. For the mining service. */
export async function ledgerPublicKeys(sql: Sql | TenantSql): Promise<ReadonlyMap<string, JsonWebKey>> {
  const rows = await withDomainErrors(sql<{ keyId: string; publicKey: JsonWebKey }[]>`
    select key_id as "keyId", public_key as "publicKey" from ledger_public_keys()`)
  return new Map(rows.map(({ keyId, publicKey }) => [keyId, publicKey]))
}
