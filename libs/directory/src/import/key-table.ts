import type { TenantSql } from '@assay/store'
import { copiedRows } from '../copy/copy-out.ts'
import { ByteIndex } from './byte-index.ts'

/**
 * Ids and their keys: those that the tenant had before, and those that an import adds. Known ids come first, in the order of their
 * keys, and a new id gets the next key. So the order of ordinals is always the order of keys.
 */
export class KeyTable {
  readonly #index = new ByteIndex()
  #keys = new Int32Array(1024)
  #isPresent = new Uint8Array(1024)
  presentCount = 0

  /** Loads the rows of `select key, id, scope ... order by key`, with all ids of the tenant in scope. `scope` is as in ByteIndex. */
  static async load(sql: TenantSql, query: string, scopeOf: (value: number) => number): Promise<KeyTable> {
    const table = new KeyTable()
    const stream = await sql.unsafe(`copy (${query}) to stdout (format binary)`).readable()
    for await (const [key, id, scope] of copiedRows(stream)) {
      if (key === null || id === null || scope === null) throw new Error('a row without key or id')
      const ordinal = table.#index.add(id!, 0, id!.length, scopeOf(scope!.readInt32BE(0)))
      table.#keep(ordinal, key!.readInt32BE(0))
    }
    return table
  }

  get size(): number {
    return this.#index.size
  }

  /** The ordinal of an id that this import contains; -1 otherwise. */
  findPresent(bytes: Uint8Array, start: number, end: number, scope = 0): number {
    const ordinal = this.#index.find(bytes, start, end, scope)
    return ordinal >= 0 && this.#isPresent[ordinal] === 1 ? ordinal : -1
  }

  /** The same for an id as a text. */
  findText(id: string, scope = 0): number {
    const bytes = Buffer.from(id)
    return this.findPresent(bytes, 0, bytes.length, scope)
  }

  /** Marks the id as contained in this import. A new id gets a new key. */
  add(bytes: Uint8Array, start: number, end: number, scope = 0): number {
    const known = this.#index.size
    const ordinal = this.#index.add(bytes, start, end, scope)
    if (ordinal === known) this.#keep(ordinal, ordinal === 0 ? 1 : this.#keys[ordinal - 1]! + 1)
    if (this.#isPresent[ordinal] === 0) {
      this.#isPresent[ordinal] = 1
      this.presentCount++
    }
    return ordinal
  }

  isPresent(ordinal: number): boolean {
    return this.#isPresent[ordinal] === 1
  }

  holds(ordinal: number, bytes: Uint8Array, start: number, end: number): boolean {
    return this.#index.holds(ordinal, bytes, start, end)
  }

  keyOf(ordinal: number): number {
    return this.#keys[ordinal]!
  }

  idOf(ordinal: number): string {
    return this.#index.text(ordinal)
  }

  /** The ordinal of a key, by binary search. */
  ordinalOfKey(key: number): number {
    let low = 0
    let high = this.size - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#keys[middle]! < key) low = middle + 1
      else high = middle
    }
    return low
  }

  /** The rank of each ordinal among those present. An ordinal that is not present has the rank of the next one. */
  ranks(): Uint32Array {
    const ranks = new Uint32Array(this.size)
    let rank = 0
    for (let ordinal = 0; ordinal < ranks.length; ordinal++) {
      ranks[ordinal] = rank
      rank += this.#isPresent[ordinal]!
    }
    return ranks
  }

  /** The ordinals that are present, ascending. */
  presentOrdinals(): Int32Array {
    const ordinals = new Int32Array(this.presentCount)
    let at = 0
    for (let ordinal = 0; ordinal < this.size; ordinal++) if (this.#isPresent[ordinal] === 1) ordinals[at++] = ordinal
    return ordinals
  }

  /** The keys that are present, ascending. */
  presentKeys(): Int32Array {
    return this.presentOrdinals().map((ordinal) => this.#keys[ordinal]!)
  }

  #keep(ordinal: number, key: number): void {
    if (ordinal >= this.#keys.length) {
      const keys = new Int32Array(ordinal * 2)
      keys.set(this.#keys)
      this.#keys = keys
      const isPresent = new Uint8Array(ordinal * 2)
      isPresent.set(this.#isPresent)
      this.#isPresent = isPresent
    }
    this.#keys[ordinal] = key
  }
}
