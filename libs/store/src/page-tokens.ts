import { createCipheriv, createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import { invalidArgument } from '@assay/errors'

/** The sort key of the last row of a page: the next page begins after it. */
type Cursor = readonly (string | number)[]

const macBytes = 16
const longestToken = 8192

/**
 * Opaque page tokens for keyset paging. A token contains its cursor and a MAC over query and cursor. So a forged or changed token, or one
 * for another query (another tenant, filter or order: put them all into `query`), is detected. Nothing is stored, so a token is valid as
 * long as the secret. The cursor is encrypted, because a list may be ordered by a figure that its readers may not see.
 */
export class PageTokens {
  /** Made once: with plain bytes, each MAC would take five times as long (Node 24.21). */
  readonly #secret: KeyObject
  readonly #hiding: KeyObject

  /** @param secret shared by all processes that serve the same lists; at least 16 bytes */
  constructor(secret: Uint8Array) {
    if (secret.length < 16) throw new RangeError('The secret of page tokens has at least 16 bytes')
    this.#secret = createSecretKey(secret)
    this.#hiding = createSecretKey(createHmac('sha256', this.#secret).update('assay page token cursor 1').digest())
  }

  encode(query: unknown, cursor: Cursor): string {
    const body = Buffer.from(JSON.stringify(cursor))
    const mac = this.#mac(query, body)
    return Buffer.concat([mac, this.#turned(mac, body)]).toString('base64url')
  }

  /** The cursor of the page that `token` requests; undefined for the first page (''). */
  decode(query: unknown, token: string): Cursor | undefined {
    if (token === '') return undefined
    const bytes = Buffer.from(token.slice(0, longestToken + 1), 'base64url')
    const mac = bytes.subarray(0, macBytes)
    const body = mac.length < macBytes ? bytes : this.#turned(mac, bytes.subarray(macBytes))
    const isOurs =
      token.length <= longestToken &&
      bytes.length > macBytes &&
      timingSafeEqual(mac, this.#mac(query, body)) &&
      // Decoding ignores characters outside the alphabet, so the text is compared with the issued token's.
      bytes.toString('base64url') === token
    if (!isOurs) {
      throw invalidArgument('page_token', 'was not given out for this list; begin again without a page token')
    }
    return JSON.parse(body.toString()) as Cursor
  }

  /** Encrypts or decrypts a cursor. The MAC is the nonce, so another cursor or query has another nonce. */
  #turned(mac: Uint8Array, body: Uint8Array): Buffer {
    return createCipheriv('aes-256-ctr', this.#hiding, mac).update(body)
  }

  #mac(query: unknown, body: Uint8Array): Buffer {
    const text = JSON.stringify(query, inFixedForm) ?? ''
    const mac = createHmac('sha256', this.#secret).update('assay page token 1\0').update(text).update('\0').update(body)
    return mac.digest().subarray(0, macBytes)
  }
}

/** The same query gives the same text, whatever the order of its properties; a bigint does not equal a text. */
function inFixedForm(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return { bigint: value.toString() }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
