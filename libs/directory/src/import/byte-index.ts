import { randomInt } from 'node:crypto'

/** Random, so that no client can prepare a file whose ids all collide. Ordinals do not depend on it. */
const seed = randomInt(2 ** 31)

/**
 * Numbers byte strings in the order of arrival without making JavaScript strings: an open-addressing table of ordinals over one
 * arena of bytes. `scope` separates equal bytes, such as the same entitlement id in two applications.
 */
export class ByteIndex {
  size = 0
  #slots = new Int32Array(1024)
  /** For each ordinal: hash, scope, start and end in the arena. A look-up reads one line of the processor's cache. */
  #entries = new Int32Array(512 * 4)
  #arena = new Uint8Array(8192)

  /** The ordinal of the bytes; -1 when they were never added. */
  find(bytes: Uint8Array, start: number, end: number, scope = 0): number {
    const ordinal = this.#slots[this.#slotOf(hashOf(bytes, start, end, scope), bytes, start, end, scope)]!
    return ordinal - 1
  }

  /** The ordinal of the bytes. New bytes get the next ordinal, which is `size` before the call. */
  add(bytes: Uint8Array, start: number, end: number, scope = 0): number {
    const hash = hashOf(bytes, start, end, scope)
    const slot = this.#slotOf(hash, bytes, start, end, scope)
    if (this.#slots[slot] !== 0) return this.#slots[slot]! - 1
    const ordinal = this.size++
    this.#slots[slot] = ordinal + 1
    this.#keep(ordinal, hash, bytes, start, end, scope)
    if (this.size * 2 > this.#slots.length) this.#growSlots()
    return ordinal
  }

  /** Whether `ordinal` has these bytes. It is cheaper than `find` when the same id repeats. */
  holds(ordinal: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#entries[ordinal * 4 + 2]!
    if (this.#entries[ordinal * 4 + 3]! - from !== end - start) return false
    const arena = this.#arena
    const shift = from - start
    // Ids differ more often at their ends than at their beginnings.
    for (let i = end - 1; i >= start; i--) if (bytes[i] !== arena[i + shift]) return false
    return true
  }

  text(ordinal: number): string {
    return decoder.decode(this.#arena.subarray(this.#entries[ordinal * 4 + 2], this.#entries[ordinal * 4 + 3]))
  }

  #slotOf(hash: number, bytes: Uint8Array, start: number, end: number, scope: number): number {
    const slots = this.#slots
    const entries = this.#entries
    const mask = slots.length - 1
    let slot = hash & mask
    for (;;) {
      const ordinal = slots[slot]! - 1
      if (ordinal < 0) return slot
      const isHit = entries[ordinal * 4] === hash && entries[ordinal * 4 + 1] === scope
      if (isHit && this.holds(ordinal, bytes, start, end)) return slot
      slot = (slot + 1) & mask
    }
  }

  #keep(ordinal: number, hash: number, bytes: Uint8Array, start: number, end: number, scope: number): void {
    if (ordinal * 4 === this.#entries.length) this.#entries = resized(this.#entries, new Int32Array(ordinal * 8))
    const at = ordinal === 0 ? 0 : this.#entries[ordinal * 4 - 1]!
    const needed = at + end - start
    if (needed > this.#arena.length) {
      this.#arena = resized(this.#arena, new Uint8Array(Math.max(needed, this.#arena.length * 2)))
    }
    this.#arena.set(bytes.subarray(start, end), at)
    this.#entries[ordinal * 4] = hash
    this.#entries[ordinal * 4 + 1] = scope
    this.#entries[ordinal * 4 + 2] = at
    this.#entries[ordinal * 4 + 3] = needed
  }

  #growSlots(): void {
    const slots = new Int32Array(this.#slots.length * 2)
    const mask = slots.length - 1
    for (let ordinal = 0; ordinal < this.size; ordinal++) {
      let slot = this.#entries[ordinal * 4]! & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = ordinal + 1
    }
    this.#slots = slots
  }
}

/** FNV-1a, then the finalizer of MurmurHash3, since the table uses the low bits. */
function hashOf(bytes: Uint8Array, start: number, end: number, scope: number): number {
  let hash = seed ^ Math.imul(scope, 0x9e3779b1)
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

function resized<T extends Uint8Array | Int32Array>(old: T, larger: T): T {
  larger.set(old)
  return larger
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
