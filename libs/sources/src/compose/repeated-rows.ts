import type { CellRow, TableRows } from '../read/table-rows.ts'

/** Rows that are remembered at most; then it begins anew. */
const mostRows = 2 ** 17
/** After so many it is seen whether rows come again. */
const trialRows = 8192

/** How often rows changed each record, by the record's ordinal. */
export type RecordChanges = readonly number[]

/** The ordinal of what a row became part of, for a row that is no record. */
export const noRecord = -1

/**
 * Rows of which a rule has nothing new to say. What a rule makes of a row follows from the cells that it looks at, so a row
 * with the same cells says the same again; and that changes nothing as long as no other row has changed the record. A wide
 * file repeats its person and its entitlement in every row.
 *
 * Which cells a rule looks at is found out by watching it: whatever it looked at so far decides, so that two rows that are
 * alike there are mapped alike.
 */
export class RepeatedRows {
  readonly #changes: RecordChanges
  readonly #looked = new Set<number>()
  #fields: number[] = []
  /** Of each row the numbers of its cells, its record, and how often that had changed. */
  #rows = new Int32Array(0)
  #slots = new Int32Array(0)
  #count = 0
  #last = -1
  #epoch = 0
  #numbers = new Int32Array(0)
  #lookups = 0
  #isUseless = false

  constructor(changes: RecordChanges) {
    this.#changes = changes
  }

  isKnown(rows: TableRows, index: number): boolean {
    if (this.#count === 0 || !this.#hasNumbers(rows, index)) return false
    this.#lookups++
    const last = this.#last
    const found = last >= 0 && this.#isAt(last) ? last : this.#find()
    if (found < 0) return false
    this.#last = found
    const at = found * this.#width + this.#fields.length
    const record = this.#rows[at]
    return record === noRecord || this.#changes[record] === this.#rows[at + 1]
  }

  /** Watches what a rule looks at in the row, until it is remembered. */
  watch(row: CellRow): void {
    if (!this.#isUseless) row.watch(this.#looked)
  }

  /** Remembers that the row was taken in, as a part of the record or as none. */
  remember(rows: TableRows, index: number, record: number): void {
    if (this.#isUseless) return
    if (this.#looked.size !== this.#fields.length) this.#begin([...this.#looked])
    if (this.#fields.length === 0 || !this.#hasNumbers(rows, index)) return
    if (this.#count >= trialRows && this.#count * 4 > this.#lookups * 3) {
      this.#isUseless = true
      this.#begin([])
      return
    }
    let at = this.#count === 0 ? -1 : this.#find()
    if (at < 0) {
      if (this.#count === mostRows) this.#begin(this.#fields)
      at = this.#add()
    }
    this.#last = at
    this.#rows[at * this.#width + this.#fields.length] = record
    this.#rows[at * this.#width + this.#fields.length + 1] = record === noRecord ? 0 : this.#changes[record]
  }

  get #width(): number {
    return this.#fields.length + 2
  }

  /** Looks up the numbers of the row's cells; false when one has none. */
  #hasNumbers(rows: TableRows, index: number): boolean {
    const fields = this.#fields
    const numbers = this.#numbers
    let isWhole = true
    let epoch = 0
    for (let i = 0; i < fields.length; i++) {
      const number = rows.numberOf(index, fields[i])
      if (number < 0) isWhole = false
      numbers[i] = number
      epoch += rows.epochOf(fields[i])
    }
    if (epoch !== this.#epoch) {
      this.#begin(fields)
      this.#epoch = epoch
      // Some of the numbers may be of before.
      return false
    }
    return isWhole
  }

  #begin(fields: number[]): void {
    if (fields !== this.#fields) {
      this.#fields = fields
      this.#numbers = new Int32Array(fields.length)
      this.#epoch = 0
    }
    this.#rows = new Int32Array(64 * this.#width)
    this.#slots = new Int32Array(128)
    this.#count = 0
    this.#last = -1
    this.#lookups = 0
  }

  #isAt(found: number): boolean {
    const numbers = this.#numbers
    const rows = this.#rows
    const at = found * this.#width
    for (let i = numbers.length - 1; i >= 0; i--) if (rows[at + i] !== numbers[i]) return false
    return true
  }

  /** The row with these numbers, -1 when there is none. */
  #find(): number {
    const slots = this.#slots
    const mask = slots.length - 1
    for (let slot = hashOf(this.#numbers) & mask; ; slot = (slot + 1) & mask) {
      const found = slots[slot] - 1
      if (found < 0 || this.#isAt(found)) return found
    }
  }

  #add(): number {
    const added = this.#count++
    if ((added + 1) * this.#width > this.#rows.length) {
      const larger = new Int32Array(this.#rows.length * 2)
      larger.set(this.#rows)
      this.#rows = larger
    }
    this.#rows.set(this.#numbers, added * this.#width)
    if (this.#count * 2 > this.#slots.length) this.#slots = new Int32Array(this.#slots.length * 2)
    else {
      this.#put(this.#numbers, added)
      return added
    }
    for (let row = 0; row < this.#count; row++) {
      this.#put(this.#rows.subarray(row * this.#width, row * this.#width + this.#fields.length), row)
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
