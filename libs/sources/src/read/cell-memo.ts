import type { Row } from '../row.ts'
import { CellRow, type TableRows } from './table-rows.ts'

/** Rows that are remembered at most; then it begins anew. */
const mostRows = 2 ** 17
/** The same of numbers of their cells, since a rule may look at hundreds. */
const mostNumbers = 2 ** 22
/** After so many it is seen whether rows come again. */
const trialRows = 8192

/**
 * Remembers what was made of rows, by the cells that were looked at. What a map makes of a row follows from these, so a row
 * with the same cells gives the same again.
 *
 * Which cells are looked at is found out by watching: all that were looked at so far decide, so that of two rows that are
 * alike there, the same cells are looked at.
 */
export class CellMemo<T> {
  readonly #looked = new Set<number>()
  #fields: number[] = []
  /** The numbers of the cells of each remembered row. */
  #rows = new Int32Array(0)
  #values: T[] = []
  #slots = new Int32Array(2)
  /** What was found last, and of which row. */
  #last = -1
  #lastRows: TableRows | undefined
  #lastIndex = -1
  #epoch = 0
  #numbers = new Int32Array(0)
  #lookups = 0
  #isUseless = false

  /** Notes what is looked at in the row, until it is remembered or another one watches. */
  watch(row: CellRow): void {
    row.watch(this.#isUseless ? undefined : this.#looked)
  }

  /** What was made of such a row; undefined when none is remembered. */
  find(rows: TableRows, index: number): T | undefined {
    if (this.#values.length === 0) return undefined
    this.#lookups++
    const last = this.#last
    // Exports come grouped more often than not.
    if (last >= 0 && this.#lastRows === rows && this.#lastIndex === index - 1 && rows.isAsBefore(index, this.#fields)) {
      this.#lastIndex = index
      return this.#values[last]
    }
    if (!this.#hasNumbers(rows, index)) return undefined
    const found = last >= 0 && this.#isAt(last) ? last : this.#search()
    if (found < 0) return undefined
    this.#setLast(found, rows, index)
    return this.#values[found]
  }

  remember(rows: TableRows, index: number, value: T): void {
    if (this.#isUseless) return
    if (this.#looked.size !== this.#fields.length) this.#begin([...this.#looked])
    if (!this.#hasNumbers(rows, index)) return
    const count = this.#values.length
    if (count >= trialRows && count * 4 > this.#lookups * 3) {
      this.#isUseless = true
      this.#begin([])
      return
    }
    let found = count === 0 ? -1 : this.#search()
    if (found < 0) {
      if (count >= Math.min(mostRows, mostNumbers / this.#fields.length)) this.#begin(this.#fields)
      found = this.#add(value)
    } else this.#values[found] = value
    this.#setLast(found, rows, index)
  }

  #setLast(found: number, rows: TableRows, index: number): void {
    this.#last = found
    this.#lastRows = rows
    this.#lastIndex = index
  }

  /** Looks up the numbers of the row's cells; false when one has none. */
  #hasNumbers(rows: TableRows, index: number): boolean {
    const fields = this.#fields
    const numbers = this.#numbers
    let isWhole = true
    for (let i = 0; i < fields.length; i++) {
      const number = rows.numberOf(index, fields[i])
      if (number < 0) isWhole = false
      numbers[i] = number
    }
    if (rows.epoch === this.#epoch) return isWhole
    // Some of the numbers may be of before.
    this.#begin(fields)
    this.#epoch = rows.epoch
    return false
  }

  #begin(fields: number[]): void {
    if (fields !== this.#fields) {
      this.#fields = fields
      this.#numbers = new Int32Array(fields.length)
    }
    this.#rows = new Int32Array(0)
    this.#values = []
    this.#slots = new Int32Array(128)
    this.#last = -1
    this.#lookups = 0
  }

  #isAt(found: number): boolean {
    const numbers = this.#numbers
    const rows = this.#rows
    const at = found * numbers.length
    for (let i = numbers.length - 1; i >= 0; i--) if (rows[at + i] !== numbers[i]) return false
    return true
  }

  /** The row with these numbers, -1 when there is none. */
  #search(): number {
    const slots = this.#slots
    const mask = slots.length - 1
    for (let slot = hashOf(this.#numbers) & mask; ; slot = (slot + 1) & mask) {
      const found = slots[slot] - 1
      if (found < 0 || this.#isAt(found)) return found
    }
  }

  #add(value: T): number {
    const width = this.#fields.length
    const added = this.#values.push(value) - 1
    if ((added + 1) * width > this.#rows.length) {
      const larger = new Int32Array(Math.max(64 * width, this.#rows.length * 2))
      larger.set(this.#rows)
      this.#rows = larger
    }
    this.#rows.set(this.#numbers, added * width)
    if ((added + 1) * 2 <= this.#slots.length) this.#put(this.#numbers, added)
    else {
      this.#slots = new Int32Array(this.#slots.length * 2)
      for (let row = 0; row <= added; row++) this.#put(this.#rows.subarray(row * width, (row + 1) * width), row)
    }
    return added
  }

  #put(numbers: Int32Array, row: number): void {
    const mask = this.#slots.length - 1
    let slot = hashOf(numbers) & mask
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
    this.#slots[slot] = row + 1
  }
}

/**
 * What `read` makes of a row, remembered for rows with the same cells.
 * @param toRemember undefined for what may be another thing the next time
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

/** So that nobody can prepare rows that all collide. What is found does not depend on it. */
const seed = Math.floor(Math.random() * 2 ** 31)

function hashOf(numbers: Int32Array): number {
  let hash = seed
  for (let i = 0; i < numbers.length; i++) {
    hash = Math.imul(hash ^ numbers[i], 0x9e3779b1)
    hash ^= hash >>> 15
  }
  hash = Math.imul(hash, 0x85ebca6b)
  return hash ^ (hash >>> 13)
}
