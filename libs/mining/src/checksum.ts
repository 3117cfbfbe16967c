const P1 = 0x9e3779b1
const P2 = 0x85ebca77
const P3 = 0xc2b2ae3d

/**
 * xxHash32 with seed 0 over stripes of 16 bytes, so that any xxHash tool can verify a snapshot. Chosen over CRC-32
 * because four independent lanes of 32-bit multiplications run at memory speed in plain JavaScript, without tables.
 * The input must come in multiples of 16 bytes; the layout pads to that.
 */
export class StripeChecksum {
  private lane1 = (P1 + P2) | 0
  private lane2 = P2 | 0
  private lane3 = 0
  private lane4 = -P1 | 0
  private byteCount = 0

  /** `words` is read as little-endian 32-bit words; its length must be a multiple of 4. */
  update(words: Uint32Array): void {
    let a = this.lane1
    let b = this.lane2
    let c = this.lane3
    let d = this.lane4
    const end = words.length
    for (let i = 0; i < end; i += 4) {
      a = (a + Math.imul(words[i]!, P2)) | 0
      a = Math.imul((a << 13) | (a >>> 19), P1)
      b = (b + Math.imul(words[i + 1]!, P2)) | 0
      b = Math.imul((b << 13) | (b >>> 19), P1)
      c = (c + Math.imul(words[i + 2]!, P2)) | 0
      c = Math.imul((c << 13) | (c >>> 19), P1)
      d = (d + Math.imul(words[i + 3]!, P2)) | 0
      d = Math.imul((d << 13) | (d >>> 19), P1)
    }
    this.lane1 = a
    this.lane2 = b
    this.lane3 = c
    this.lane4 = d
    this.byteCount += end * 4
  }

  digest(): number {
    let h = (rotate(this.lane1, 1) + rotate(this.lane2, 7) + rotate(this.lane3, 12) + rotate(this.lane4, 18)) | 0
    // For an input without a full stripe, xxHash starts from seed + P5. This does not occur: the layout always has a header.
    h = (h + this.byteCount) | 0
    h = Math.imul(h ^ (h >>> 15), P2)
    h = Math.imul(h ^ (h >>> 13), P3)
    return (h ^ (h >>> 16)) >>> 0
  }
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}
