import { unusual } from '../proto-json.ts'

/**
 * Reads the wire format of protobuf from start to end. Throws `unusual` for bytes that are not valid wire format, and leaves
 * these to the library.
 */
export class WireCursor {
  readonly bytes: Buffer
  at = 0
  /** The upper 32 bits of the varint that was read last. */
  high = 0

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  /** Reads a varint; returns its lower 32 bits, unsigned. */
  varint(): number {
    const { bytes } = this
    let at = this.at
    // Beyond the end every byte is undefined, which is not below 0x80, so that the last check throws.
    let byte = bytes[at++]!
    this.high = 0
    if (byte < 0x80) {
      this.at = at
      return byte
    }
    let low = byte & 0x7f
    for (let shift = 7; shift < 28; shift += 7) {
      byte = bytes[at++]!
      low |= (byte & 0x7f) << shift
      if (byte < 0x80) {
        this.at = at
        return low
      }
    }
    byte = bytes[at++]!
    low = (low | (byte << 28)) >>> 0
    let high = (byte >>> 4) & 7
    for (let shift = 3; byte >= 0x80 && shift < 32; shift += 7) {
      byte = bytes[at++]!
      high |= (byte & 0x7f) << shift
    }
    if (!(byte < 0x80)) throw unusual
    this.at = at
    this.high = high >>> 0
    return low
  }

  /** Reads a length, and returns the position where the bytes of that length end. */
  lengthEnd(limit: number): number {
    const end = this.varint() + this.at
    if (end > limit) throw unusual
    return end
  }

  /** Skips a value of this number of bytes, and returns its start. */
  fixed(size: number): number {
    const start = this.at
    this.at = start + size
    if (this.at > this.bytes.length) throw unusual
    return start
  }

  skip(wireType: number, limit: number): void {
    if (wireType === 0) this.varint()
    else if (wireType === 2) this.at = this.lengthEnd(limit)
    else if (wireType === 1) this.fixed(8)
    else if (wireType === 5) this.fixed(4)
    else throw unusual
  }
}
