import { createHash, hkdfSync } from 'node:crypto'
import { unavailable } from '@assay/errors'
import { FlattenedEncrypt, type FlattenedJWE, flattenedDecrypt, type JWK } from 'jose'

export interface EncryptionKeys {
  /** Encrypts and decrypts; at least 32 random bytes. */
  readonly encryptionKey: Uint8Array
  /** Also decrypts: the old key while a new one replaces it, or the other way round. */
  readonly decryptionKey?: Uint8Array | undefined
}

/** The key that decrypted a private key. `none`: it was not encrypted. */
type OpenedBy = 'encryption key' | 'decryption key' | 'none'

interface NamedKey {
  readonly id: string
  readonly key: Uint8Array
}

/**
 * Encrypts private keys with a key that is not in the database (AES-256-GCM, JWE). Each is bound to its id, so that one cannot
 * replace another. The id of the encrypting key is stored with it, to distinguish a wrong key from a damaged text.
 */
export class KeyEncryption {
  readonly #first: NamedKey
  readonly #second: NamedKey | undefined

  constructor({ encryptionKey, decryptionKey }: EncryptionKeys) {
    this.#first = named(encryptionKey)
    this.#second = decryptionKey && named(decryptionKey)
  }

  async encrypt(keyId: string, privateKey: JWK): Promise<FlattenedJWE> {
    return await new FlattenedEncrypt(Buffer.from(JSON.stringify(privateKey)))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setUnprotectedHeader({ kid: this.#first.id })
      .setAdditionalAuthenticatedData(Buffer.from(keyId))
      .encrypt(this.#first.key)
  }

  /** @throws unavailable (KEY_ENCRYPTION_KEY_WRONG), with a text for the operator, if neither key decrypts it */
  async open(keyId: string, stored: JWK | FlattenedJWE): Promise<{ readonly privateKey: JWK; readonly by: OpenedBy }> {
    if (!isEncrypted(stored)) return { privateKey: stored, by: 'none' }
    const by = stored.header?.kid === this.#second?.id ? 'decryption key' : 'encryption key'
    const key = by === 'decryption key' ? this.#second?.key : this.#first.key
    try {
      const { plaintext, additionalAuthenticatedData } = await flattenedDecrypt(stored, key ?? this.#first.key, {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      })
      if (Buffer.from(additionalAuthenticatedData ?? []).toString() !== keyId) throw new Error('the key of another id')
      return { privateKey: JSON.parse(Buffer.from(plaintext).toString()) as JWK, by }
    } catch (cause) {
      throw unavailable(
        'The signing key in the database was encrypted by another key than ASSAY_KEY_ENCRYPTION_KEY: give the gateway that key, ' +
          'or, where it is lost, run `npm run assay -- keys rotate` with the new one (clients that have a token keep it)',
        { reason: 'KEY_ENCRYPTION_KEY_WRONG', cause },
      )
    }
  }
}

function isEncrypted(stored: JWK | FlattenedJWE): stored is FlattenedJWE {
  return 'ciphertext' in stored
}

/** Derives a key for this purpose, so that the same secret can also serve others. The id reveals nothing about the key. */
function named(secret: Uint8Array): NamedKey {
  if (secret.length < 32)
    throw new RangeError(`The key encryption key has ${secret.length} bytes; it needs at least 32`)
  const key = new Uint8Array(hkdfSync('sha256', secret, '', 'assay signing keys', 32))
  return { key, id: createHash('sha256').update(key).digest('hex').slice(0, 16) }
}
