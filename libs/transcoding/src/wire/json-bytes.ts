import { isUtf8 } from 'node:buffer'
import { unusual } from '../proto-json.ts'

const firstSize = 64 * 1024
/** A larger buffer, which one large response needed, is not kept for the small ones after it. */
const largestKept = 1024 * 1024

const quote = 0x22
const backslash = 0x5c

/** 1 for ASCII characters that need no escape in a string. */
const isPlain = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte < 0x80 && byte !== quote && byte !== backslash ? 1 : 0,
)

/** A buffer to which JSON text is written as UTF-8. */
export class JsonBytes {
  #bytes = Buffer.allocUnsafeSlow(firstSize)
  length = 0

  /** A copy of the text since `begin`. The copy may share memory with other buffers, so do not keep it for long. */
  copy(): Buffer {
    const copied = Buffer.allocUnsafe(this.length)
    this.copyTo(copied, 0, 0)
    return copied
  }

  /** Copies the text from `start` on into `target`, from byte `at` on. */
  copyTo(target: Buffer, at: number, start: number): void {
    this.#bytes.copy(target, at, start, this.length)
  }

  begin(): void {
    if (this.#bytes.length > largestKept) this.#bytes = Buffer.allocUnsafeSlow(firstSize)
    this.length = 0
  }

  byte(value: number): void {
    this.#reserve(1)
    this.#bytes[this.length++] = value
  }

  /** Replaces a byte that was written. */
  patch(at: number, value: number): void {
    this.#bytes[at] = value
  }

  raw(text: Buffer): void {
    this.#reserve(text.length)
    this.#bytes.set(text, this.length)
    this.length += text.length
  }

  ascii(text: string): void {
    this.#reserve(text.length)
    const bytes = this.#bytes
    let { length } = this
    for (let at = 0; at < text.length; at++) bytes[length++] = text.charCodeAt(at)
    this.length = length
  }

  /** Writes text that is JSON already. */
  text(json: string): void {
    this.#reserve(json.length * 3)
    this.length += this.#bytes.write(json, this.length)
  }

  /** Writes a string from its UTF-8, in quotes, with the escapes of `JSON.stringify`. */
  string(source: Buffer, start: number, end: number): void {
    // An escape takes at most six bytes.
    this.#reserve((end - start) * 6 + 2)
    const bytes = this.#bytes
    let { length } = this
    bytes[length++] = quote
    let isChecked = false
    for (let at = start; at < end; at++) {
      const byte = source[at]!
      if (isPlain[byte] === 1) {
        bytes[length++] = byte
      } else if (byte < 0x80) {
        length = writeEscape(bytes, length, byte)
      } else {
        if (!isChecked && !isUtf8(source.subarray(at, end))) throw unusual
        isChecked = true
        bytes[length++] = byte
      }
    }
    bytes[length++] = quote
    this.length = length
  }

  #reserve(count: number): void {
    const needed = this.length + count
    if (needed <= this.#bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2))
    this.#bytes.copy(larger, 0, 0, this.length)
    this.#bytes = larger
  }
}

function writeEscape(bytes: Buffer, at: number, byte: number): number {
  const escaped = JSON.stringify(String.fromCharCode(byte))
  return at + bytes.write(escaped.slice(1, -1), at, 'latin1')
}
