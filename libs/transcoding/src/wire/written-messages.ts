import type { JsonBytes } from './json-bytes.ts'
import type { WireCursor } from './wire-cursor.ts'

/** Below, writing again costs little more than looking; above, one message would take the room of many. In bytes of the wire. */
const smallest = 128
const largest = 32 * 1024
/** Powers of two. */
const places = 4096
const noticed = 16_384
/** Then all is forgotten. */
const mostKeptBytes = 32 * 1024 * 1024

/** Writes one type of message. */
export interface BodyWriter {
  /** Writes what reaches to `end`. */
  writeBody(from: WireCursor, end: number, to: JsonBytes): void
}

interface Written {
  readonly by: BodyWriter
  readonly wire: Buffer
  readonly json: Buffer
}

/**
 * The JSON of messages that were written before. People look through the same lists again and again, and the rows of a list
 * share what they belong to: equal bytes of the same type have equal JSON, and comparing them takes a fraction of writing it.
 * A message is kept when it comes for the second time, in the place that its bytes decide on, until another one takes it.
 */
export class WrittenMessages {
  readonly #kept: (Written | undefined)[] = new Array(places).fill(undefined)
  #keptBytes = 0
  readonly #noticed = new Uint32Array(noticed)

  /** Writes what reaches to `end`, as `by` does. */
  write(by: BodyWriter, from: WireCursor, end: number, to: JsonBytes): void {
    const start = from.at
    const length = end - start
    if (length < smallest || length > largest) {
      by.writeBody(from, end, to)
      return
    }
    const hash = hashOf(from.bytes, start, end)
    const kept = this.#kept[hash % places]
    if (kept?.by === by && kept.wire.length === length && from.bytes.compare(kept.wire, 0, length, start, end) === 0) {
      to.raw(kept.json)
      from.at = end
      return
    }
    const begin = to.length
    by.writeBody(from, end, to)
    if (this.#noticed[hash % noticed] === hash) {
      this.#keep(hash % places, { by, wire: Buffer.from(from.bytes.subarray(start, end)), json: to.copy(begin) })
    }
    this.#noticed[hash % noticed] = hash
  }

  #keep(place: number, written: Written): void {
    this.#keptBytes += sizeOf(written) - sizeOf(this.#kept[place])
    this.#kept[place] = written
    if (this.#keptBytes <= mostKeptBytes) return
    this.#kept.fill(undefined)
    this.#keptBytes = 0
  }
}

function sizeOf(written: Written | undefined): number {
  return written === undefined ? 0 : written.wire.length + written.json.length
}

/** Of a message's length and a few of its bytes: messages that begin alike, such as those of one type, differ further on. */
function hashOf(bytes: Buffer, start: number, end: number): number {
  const step = (end - start - 4) / 7
  let hash = end - start
  for (let part = 0; part < 8; part++) {
    const at = start + Math.floor(part * step)
    const word = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)
    hash = Math.imul(hash ^ word, 0x9e3779b1)
    hash ^= hash >>> 15
  }
  return hash >>> 0
}
