import type { JsonBytes } from './json-bytes.ts'
import type { WireCursor } from './wire-cursor.ts'

/**
 * Limits of a cached message, in bytes of the wire format. Smaller ones cost little more to write again than to look up; one
 * larger one would take the memory of many.
 */
const smallest = 128
const largest = 32 * 1024
/** The sizes of both tables, powers of two. */
const places = 4096
const noticed = 16_384

/** Writes one type of message. */
export interface BodyWriter {
  /** Writes the message whose bytes end at `end`. */
  writeBody(from: WireCursor, end: number, to: JsonBytes): void
}

interface Written {
  readonly by: BodyWriter
  readonly wire: Buffer
  readonly json: Buffer
}

/** The statistics of a JSON cache since it was made, and the bytes that it has now. */
export interface JsonCacheCounts {
  readonly copied: number
  readonly written: number
  readonly bytes: number
}

/**
 * A cache of the JSON of items of responses. People read the same lists again and again. Equal bytes of the same type have
 * equal JSON, and comparing them takes a sixth of the time of writing it. A message is cached when it comes for the second
 * time. Its hash decides its place, where it stays until another message needs it. Messages inside items are not cached
 * separately: looking them up cost more than it saved.
 *
 * A page of 70 kB of JSON takes 40 us when it comes again, 265 us without the cache, and 290 us with it when it comes for the
 * first time. The cache can be deleted when `npm run bench -- c1` meets its goals with `ASSAY_ANSWER_CACHE_BYTES=0` too.
 */
export class WrittenMessages {
  readonly #mostBytes: number
  readonly #cached: (Written | undefined)[] = new Array(places).fill(undefined)
  #bytes = 0
  readonly #noticed = new Uint32Array(noticed)
  #isInside = false
  #copiedCount = 0
  #writtenCount = 0

  /** @param mostBytes the limit of wire format and JSON together; when it is exceeded, the cache is emptied */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  get counts(): JsonCacheCounts {
    return { copied: this.#copiedCount, written: this.#writtenCount, bytes: this.#bytes }
  }

  /** Begins a response, also after one that failed. */
  begin(): void {
    this.#isInside = false
  }

  /** Writes the message whose bytes end at `end`, as `by` does, or copies its cached JSON. */
  write(by: BodyWriter, from: WireCursor, end: number, to: JsonBytes): void {
    const start = from.at
    const length = end - start
    if (this.#isInside || length < smallest || length > largest) {
      by.writeBody(from, end, to)
      return
    }
    const hash = hashOf(from.bytes, start, end)
    const cached = this.#cached[hash % places]
    if (
      cached?.by === by &&
      cached.wire.length === length &&
      from.bytes.compare(cached.wire, 0, length, start, end) === 0
    ) {
      to.raw(cached.json)
      from.at = end
      this.#copiedCount++
      return
    }
    const begin = to.length
    this.#isInside = true
    by.writeBody(from, end, to)
    this.#isInside = false
    this.#writtenCount++
    if (this.#noticed[hash % noticed] === hash) {
      // Memory of its own: a small buffer of Node's pool would hold all 64 KiB of the pool's block for as long as it is cached.
      const both = Buffer.allocUnsafeSlow(length + to.length - begin)
      from.bytes.copy(both, 0, start, end)
      to.copyTo(both, length, begin)
      this.#put(hash % places, { by, wire: both.subarray(0, length), json: both.subarray(length) })
    }
    this.#noticed[hash % noticed] = hash
  }

  #put(place: number, written: Written): void {
    this.#bytes += sizeOf(written) - sizeOf(this.#cached[place])
    this.#cached[place] = written
    if (this.#bytes <= this.#mostBytes) return
    this.#cached.fill(undefined)
    this.#bytes = 0
  }
}

function sizeOf(written: Written | undefined): number {
  return written === undefined ? 0 : written.wire.length + written.json.length
}

/** A hash of a message's length and of eight words spread over its bytes: messages of one type begin alike and differ later. */
function hashOf(bytes: Buffer, start: number, end: number): number {
  const step = (end - start - 4) / 7
  let hash = end - start
  for (let part = 0; part < 8; part++) {
    const at = start + Math.floor(part * step)
    const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    hash = Math.imul(hash ^ word, 0x9e3779b1)
    hash ^= hash >>> 15
  }
  return hash >>> 0
}
