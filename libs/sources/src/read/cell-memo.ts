import type { Row } from '../row.ts'
import { CellRow, type TableRows } from './table-rows.ts'

/** The maximum number of cached rows; then the cache is emptied. */
const mostRows = 2 ** 17
/** The same limit for the ends of their cells, since a rule may read hundreds ... */
const mostEnds = 2 ** 22
/** ... and of their bytes. */
const mostBytes = 12 * 2 ** 20
/** Longer cells hardly repeat. */
const mostRowBytes = 4096
/** After this many rows it is decided whether rows repeat. */
const trialRows = 8192

/**
 * Caches results of rows by the cells that were read. The result of a map for a row depends only on these cells, so a row with the
 * same cells has the same result.
 *
 * Watching finds out which cells are read. All cells that were read so far form the key, so that for two rows with equal keys the
 * same cells are read.
 */
export class CellMemo<T> {
  readonly #looked = new Set<number>()
  #fields: number[] = []
  /** The cells of the cached rows, one row after the other. */
  #bytes = Buffer.allocUnsafeSlow(0)
  /** For each cached row: the hash of its cells, the start of the first cell in `#bytes`, and the end of each cell. */
  #rows = new Int32Array(0)
  #values: T[] = []
  #slots = new Int32Array(2)
  /** The last result, and its row. */
  #last = -1
  #lastRows: TableRows | undefined
  #lastIndex = -1
  /** The table to which the fields belong. */
  #table: object | undefined
  #lookups = 0
  #isUseless = false

  /** Records the cells that are read in the row, until it is remembered or another row is watched. */
  watch(row: CellRow): void {
    row.watch(this.#isUseless ? undefined : this.#looked)
  }

  /** The result of a row with the same cells; undefined when none is cached. */
  find(rows: TableRows, index: number): T | undefined {
    this.#lookups++
    return this.recall(rows, index)
  }

  /** The same for a row that was looked up before: the look-up does not count in the decision whether rows repeat. */
  recall(rows: TableRows, index: number): T | undefined {
    if (this.#values.length === 0) return undefined
    const last = this.#last
    // Most exports are grouped.
    if (last >= 0 && this.#lastRows === rows && this.#lastIndex === index - 1 && rows.isAsBefore(index, this.#fields)) {
      this.#lastIndex = index
      return this.#values[last]
    }
    if (rows.table !== this.#table) return undefined
    const found = this.#search(rows, index, rows.hashOf(index, this.#fields, seed))
    if (found < 0) return undefined
    this.#setLast(found, rows, index)
    return this.#values[found]
  }

  remember(rows: TableRows, index: number, value: T): void {
    if (this.#isUseless) return
    const isOther = rows.table !== this.#table
    this.#table = rows.table
    if (this.#looked.size !== this.#fields.length) this.#begin([...this.#looked])
    else if (isOther) this.#begin(this.#fields)
    const count = this.#values.length
    if (count >= trialRows && count * 4 > this.#lookups * 3) {
      this.#isUseless = true
      this.#begin([])
      return
    }
    const hash = rows.hashOf(index, this.#fields, seed)
    let found = count === 0 ? -1 : this.#search(rows, index, hash)
    if (found < 0) found = this.#add(rows, index, hash, value)
    else this.#values[found] = value
    if (found >= 0) this.#setLast(found, rows, index)
  }

  #setLast(found: number, rows: TableRows, index: number): void {
    this.#last = found
    this.#lastRows = rows
    this.#lastIndex = index
  }

  #begin(fields: number[]): void {
    this.#fields = fields
    this.#bytes = Buffer.allocUnsafeSlow(0)
    this.#rows = new Int32Array(0)
    this.#values = []
    this.#slots = new Int32Array(128)
    this.#last = -1
    this.#lookups = 0
  }

  /** The cached row with the same cells; -1 when there is none. */
  #search(rows: TableRows, index: number, hash: number): number {
    const slots = this.#slots
    const known = this.#rows
    const width = this.#fields.length + 2
    const mask = slots.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const found = slots[slot]! - 1
      if (found < 0) return -1
      const at = found * width
      if (known[at] === hash && rows.holds(index, this.#fields, this.#bytes, known, at + 1)) return found
    }
  }

  /** -1 for a row that is not cached. */
  #add(rows: TableRows, index: number, hash: number, value: T): number {
    const fields = this.#fields
    const width = fields.length + 2
    const length = rows.lengthOf(index, fields)
    if (length > mostRowBytes) return -1
    let added = this.#values.length
    if (added >= Math.min(mostRows, mostEnds / width) || this.#filled(width) + length > mostBytes) {
      this.#begin(fields)
      added = 0
    }
    const from = this.#filled(width)
    if ((added + 1) * width > this.#rows.length) {
      this.#rows = grown(this.#rows, new Int32Array(Math.max(64 * width, this.#rows.length * 2)))
    }
    if (from + length > this.#bytes.length) {
      const larger = Math.max(4096, from + length, this.#bytes.length * 2)
      this.#bytes = grown(this.#bytes, Buffer.allocUnsafeSlow(larger))
    }
    this.#values.push(value)
    this.#rows[added * width] = hash
    this.#rows[added * width + 1] = from
    rows.keep(index, fields, this.#bytes, this.#rows, added * width + 1)
    if ((added + 1) * 2 <= this.#slots.length) this.#put(hash, added)
    else {
      this.#slots = new Int32Array(this.#slots.length * 2)
      for (let row = 0; row <= added; row++) this.#put(this.#rows[row * width]!, row)
    }
    return added
  }

  /** The bytes of all cached cells. */
  #filled(width: number): number {
    const { length } = this.#values
    return length === 0 ? 0 : this.#rows[length * width - 1]!
  }

  #put(hash: number, row: number): void {
    const mask = this.#slots.length - 1
    let slot = hash & mask
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
    this.#slots[slot] = row + 1
  }
}

/** The cached result of rows with the same cells. */
export function recalled<V>(memo: CellMemo<V>, row: Row): V | undefined {
  return row instanceof CellRow ? memo.recall(row.rows, row.index) : undefined
}

/**
 * The result of `read` for a row, cached for rows with the same cells.
 * @param toRemember undefined for a result that may differ the next time
 */
export function remembered<T, V>(
  memo: CellMemo<V>,
  row: Row,
  read: () => T,
  toRemember: (given: T) => V | undefined,
): T {
  if (!(row instanceof CellRow)) return read()
  memo.watch(row)
  const given = read()
  row.watch(undefined)
  const value = toRemember(given)
  if (value !== undefined) memo.remember(row.rows, row.index, value)
  return given
}

/** Random, so that no client can prepare rows that all collide. Results do not depend on it. */
const seed = Math.floor(Math.random() * 2 ** 31)

function grown<T extends Uint8Array | Int32Array>(old: T, larger: T): T {
  larger.set(old)
  return larger
}
