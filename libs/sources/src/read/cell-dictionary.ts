/** The maximum number of numbered cells; then numbering starts again. */
const mostCells = 2 ** 17
const mostBytes = 16 * 2 ** 20
/** The memory of a numbered cell besides its bytes, which are also there as a text. */
const bytesOfCell = 64
/** After this many cells it is decided whether cells repeat. */
const trialCells = 8192

/**
 * Numbers the cells of a column by their bytes, so that a repeated cell makes no new string and is identified by its number. If the
 * cells of a column hardly repeat, none is numbered.
 */
export class CellDictionary {
  readonly #onBegin: (bytes: number) => void
  readonly #mayGrow: (bytes: number) => boolean
  #slots = new Int32Array(32)
  /** For each number: the hash, the start and the end in the arena. */
  #entries = new Int32Array(16 * 3)
  #arena = Buffer.allocUnsafeSlow(256)
  #texts: (string | undefined)[] = []
  #size = 0
  #held = 0
  #last = -1
  #lookups = 0
  #isUseless = false

  /**
   * @param onBegin called when numbering starts again, with the size of the freed memory
   * @param mayGrow called with the memory that a cell needs; false: the cell is not numbered, and `begin` may have been called
   */
  constructor(onBegin: (bytes: number) => void, mayGrow: (bytes: number) => boolean) {
    this.#onBegin = onBegin
    this.#mayGrow = mayGrow
  }

  /** -1 for a cell that is not numbered. */
  numberOf(bytes: Uint8Array, start: number, end: number): number {
    const last = this.#last
    // Most exports are grouped.
    if (last >= 0 && this.#holds(last, bytes, start, end)) {
      this.#lookups++
      return last
    }
    if (this.#isUseless) return -1
    const hash = hashOf(bytes, start, end)
    const slots = this.#slots
    const entries = this.#entries
    const mask = slots.length - 1
    let slot = hash & mask
    for (;;) {
      const number = slots[slot]! - 1
      if (number < 0) break
      if (entries[number * 3] === hash && this.#holds(number, bytes, start, end)) {
        this.#last = number
        this.#lookups++
        return number
      }
      slot = (slot + 1) & mask
    }
    return this.#add(hash, slot, bytes, start, end)
  }

  textOf(number: number): string {
    let text = this.#texts[number]
    if (text === undefined) {
      text = this.#arena.toString('utf8', this.#entries[number * 3 + 1], this.#entries[number * 3 + 2])
      this.#texts[number] = text
    }
    return text
  }

  #add(hash: number, slot: number, bytes: Uint8Array, start: number, end: number): number {
    this.#lookups++
    if (this.#lookups >= trialCells && this.#size * 4 > this.#lookups * 3) {
      this.#isUseless = true
      this.begin()
      return -1
    }
    const from = this.#size === 0 ? 0 : this.#entries[this.#size * 3 - 1]!
    const to = from + end - start
    if (this.#size === mostCells || to > mostBytes) {
      this.begin()
      return -1
    }
    const held = bytesOfCell + 3 * (end - start)
    if (!this.#mayGrow(held)) return -1
    this.#held += held
    const number = this.#size++
    if (number * 3 === this.#entries.length) this.#entries = grown(this.#entries, new Int32Array(number * 6))
    if (to > this.#arena.length) {
      this.#arena = grown(this.#arena, Buffer.allocUnsafeSlow(Math.max(to, this.#arena.length * 2)))
    }
    this.#arena.set(bytes.subarray(start, end), from)
    this.#entries[number * 3] = hash
    this.#entries[number * 3 + 1] = from
    this.#entries[number * 3 + 2] = to
    this.#texts.push(undefined)
    this.#slots[slot] = number + 1
    this.#last = number
    if (this.#size * 2 > this.#slots.length) this.#growSlots()
    return number
  }

  #holds(number: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#entries[number * 3 + 1]!
    if (this.#entries[number * 3 + 2]! - from !== end - start) return false
    const arena = this.#arena
    const shift = from - start
    // Ids differ more often at their ends than at their beginnings.
    for (let at = end - 1; at >= start; at--) if (bytes[at] !== arena[at + shift]) return false
    return true
  }

  begin(): void {
    this.#onBegin(this.#held)
    this.#held = 0
    this.#slots = new Int32Array(32)
    this.#entries = new Int32Array(16 * 3)
    this.#arena = Buffer.allocUnsafeSlow(256)
    this.#texts = []
    this.#size = 0
    this.#last = -1
    this.#lookups = 0
  }

  #growSlots(): void {
    const slots = new Int32Array(this.#slots.length * 2)
    const mask = slots.length - 1
    for (let number = 0; number < this.#size; number++) {
      let slot = this.#entries[number * 3]! & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = number + 1
    }
    this.#slots = slots
  }
}

/** Random, so that no client can prepare a file whose cells all collide. Numbers do not depend on it. */
const seed = Math.floor(Math.random() * 2 ** 31)

/** FNV-1a, then the finalizer of MurmurHash3, since the table uses the low bits. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = seed
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

function grown<T extends Uint8Array | Int32Array>(old: T, larger: T): T {
  larger.set(old)
  return larger
}
