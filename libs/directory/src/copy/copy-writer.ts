/**
 * Builds binary COPY data (https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format") in one buffer that is reused.
 * The caller calls `row(fields)`, then one method for each field. `take()` returns the bytes that were written.
 */
export class CopyWriter {
  #buffer: Buffer<ArrayBuffer>
  #view: DataView
  #at = 0

  constructor(initialBytes = 256 * 1024) {
    this.#buffer = Buffer.allocUnsafeSlow(initialBytes)
    this.#view = new DataView(this.#buffer.buffer)
    this.bytes(signature, 0, signature.length, false)
  }

  /** Bytes written since the last `take()`. */
  get length(): number {
    return this.#at
  }

  /** The bytes written since the last `take()`, valid until the next call of any other method. */
  take(): Buffer {
    const taken = this.#buffer.subarray(0, this.#at)
    this.#at = 0
    return taken
  }

  row(fields: number): void {
    // Reserves space for the fields of fixed length; the other methods reserve their own.
    this.#reserve(2 + fields * 12)
    this.#view.setInt16(this.#at, fields)
    this.#at += 2
  }

  end(): void {
    this.#reserve(2)
    this.#view.setInt16(this.#at, -1)
    this.#at += 2
  }

  nothing(): void {
    this.#view.setInt32(this.#at, -1)
    this.#at += 4
  }

  int32(value: number): void {
    this.#view.setInt32(this.#at, 4)
    this.#view.setInt32(this.#at + 4, value)
    this.#at += 8
  }

  int16(value: number): void {
    this.#view.setInt32(this.#at, 2)
    this.#view.setInt16(this.#at + 4, value)
    this.#at += 6
  }

  /** An integer that JavaScript represents exactly. */
  int64(value: number): void {
    const high = Math.floor(value / 0x100000000)
    this.#view.setInt32(this.#at, 8)
    this.#view.setInt32(this.#at + 4, high)
    this.#view.setUint32(this.#at + 8, value - high * 0x100000000)
    this.#at += 12
  }

  boolean(value: boolean): void {
    this.#view.setInt32(this.#at, 1)
    this.#buffer[this.#at + 4] = value ? 1 : 0
    this.#at += 5
  }

  /** Days since 1970-01-01; Postgres counts from 2000. */
  date(day: number): void {
    this.int32(day - 10_957)
  }

  /** Seconds since 1970, and the microseconds of the second. Postgres counts microseconds from 2000 in 64 bits. */
  timestamp(seconds: number, micros: number): void {
    // 1,000,000 = 15,625 * 64: the product stays below 2^53 for all years that are dates, and the 64 is a shift.
    const sixtyFourths = (seconds - 946_684_800) * 15_625
    let high = Math.floor(sixtyFourths / 0x4000000)
    let low = (sixtyFourths - high * 0x4000000) * 64 + micros
    if (low >= 0x100000000) {
      low -= 0x100000000
      high++
    }
    this.#view.setInt32(this.#at, 8)
    this.#view.setInt32(this.#at + 4, high)
    this.#view.setUint32(this.#at + 8, low)
    this.#at += 12
  }

  text(value: string): void {
    this.#reserve(4 + value.length * 3 + this.#tail)
    const length = this.#shortAscii(value) ?? this.#buffer.write(value, this.#at + 4, 'utf8')
    this.#view.setInt32(this.#at, length)
    this.#at += 4 + length
  }

  /**
   * Writes a short text, such as an id or a day, in a loop, which is faster than `Buffer.write`. Returns its length; undefined for
   * other texts.
   */
  #shortAscii(value: string): number | undefined {
    const { length } = value
    if (length > 32) return undefined
    const buffer = this.#buffer
    const from = this.#at + 4
    for (let i = 0; i < length; i++) {
      const unit = value.charCodeAt(i)
      if (unit > 0x7f) return undefined
      buffer[from + i] = unit
    }
    return length
  }

  /** Text or bytea from existing bytes. With `counted` false it writes no length before them. */
  bytes(source: Uint8Array, start: number, end: number, counted = true): void {
    const length = end - start
    this.#reserve(4 + length + this.#tail)
    if (counted) {
      this.#view.setInt32(this.#at, length)
      this.#at += 4
    }
    this.#buffer.set(source.subarray(start, end), this.#at)
    this.#at += length
  }

  /** An array of integers. Its binary form is a header, then each number with its length. */
  int32s(values: Uint32Array | Int32Array): void {
    const header = values.length === 0 ? 12 : 20
    const length = header + values.length * 8
    this.#reserve(4 + length + this.#tail)
    const dimensions = values.length === 0 ? [0, 0, int32Type] : [1, 0, int32Type, values.length, 1]
    for (const [i, value] of [length, ...dimensions].entries()) this.#view.setInt32(this.#at + i * 4, value)
    this.#at += 4 + header
    for (const value of values) this.int32(value)
  }

  /** JSON text as jsonb. Its binary form is a version byte and the text. */
  jsonb(text: string): void {
    this.#reserve(5 + text.length * 3 + this.#tail)
    const length = this.#buffer.write(text, this.#at + 5, 'utf8')
    this.#view.setInt32(this.#at, length + 1)
    this.#buffer[this.#at + 4] = 1
    this.#at += 5 + length
  }

  /** The bytes that `row` reserved for the fields that follow. */
  readonly #tail = 512

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#at + bytes, this.#buffer.length * 2))
    this.#buffer.copy(larger, 0, 0, this.#at)
    this.#buffer = larger
    this.#view = new DataView(larger.buffer)
  }
}

/** The number (oid) of the type integer in PostgreSQL. */
const int32Type = 23

const signature = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
