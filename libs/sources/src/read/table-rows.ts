import type { At } from '../faults.ts'
import { BrokenRow, fileColumn, Row } from '../row.ts'
import type { Value } from '../value.ts'
import { CellDictionary } from './cell-dictionary.ts'

/** Which field a column is, -1 for none, and what it is called there. */
interface Columns {
  readonly named: readonly string[]
  find(column: string): number
  nameOf(column: string): string
}

/** Rows whose cells lie in one piece of memory. They can be read until the next ones are asked for. */
export interface CellBytes {
  readonly bytes: Buffer
  /** Where the first cell of a record stands among all. */
  readonly first: Int32Array
  readonly starts: Int32Array
  readonly ends: Int32Array
}

/** Columns whose cells are numbered; those behind are texts each time. */
const mostColumns = 1024
/** What the numbered cells of all columns take together; then all begin anew. */
const mostBytes = 96 * 2 ** 20

/** Dictionaries of the columns of one reading of a part. */
export class ColumnDictionaries {
  readonly #dictionaries: CellDictionary[] = []
  #bytes = 0
  readonly #onBegin = (bytes: number) => {
    this.#bytes -= bytes
  }
  /** A file with many columns, each with many values, would hold as much of each as a file with one. */
  readonly #mayGrow = (bytes: number) => {
    if (this.#bytes + bytes <= mostBytes) {
      this.#bytes += bytes
      return true
    }
    for (const dictionary of this.#dictionaries) dictionary.begin()
    return false
  }

  /** Undefined for a column whose cells are not numbered. */
  of(field: number): CellDictionary | undefined {
    if (field >= mostColumns) return undefined
    return this.#dictionaries[field] ?? this.#begin(field)
  }

  #begin(field: number): CellDictionary {
    const dictionary = new CellDictionary(this.#onBegin, this.#mayGrow)
    // In the order of the fields, so that the array has no holes.
    while (this.#dictionaries.length < field) this.#begin(this.#dictionaries.length)
    this.#dictionaries[field] = dictionary
    return dictionary
  }
}

/** A cell that is no value. No text has a zero byte. */
const nullText = '\0'

interface Placed {
  readonly part: string
  /** Which path of a document the rows were found at. */
  readonly path?: string
  readonly columns: Columns
  atOf(record: number): At
}

/**
 * Some rows of a part, whose cells become texts when they are asked for; those that come again and again only once. Their bytes
 * can be compared and kept, so that who has seen a row can tell quickly that it comes again.
 */
export class TableRows {
  readonly placed: Placed
  readonly length: number
  readonly #bytes: Buffer
  readonly #first: Int32Array
  readonly #starts: Int32Array
  readonly #ends: Int32Array
  readonly #records: Int32Array
  readonly #broken: ReadonlyMap<number, string>
  readonly #dictionaries: ColumnDictionaries

  /**
   * @param records the rows by the numbers of their records
   * @param broken what is wrong with a record
   */
  constructor(
    placed: Placed,
    { bytes, first, starts, ends }: CellBytes,
    records: Int32Array,
    dictionaries: ColumnDictionaries,
    broken: ReadonlyMap<number, string> = new Map(),
  ) {
    this.placed = placed
    this.#bytes = bytes
    this.#first = first
    this.#starts = starts
    this.#ends = ends
    this.#records = records
    this.length = records.length
    this.#dictionaries = dictionaries
    this.#broken = broken
  }

  /** @param index of a row that is not broken */
  row(index: number): CellRow {
    return new CellRow(this, index, this.placed.atOf(this.#records[index]!))
  }

  /** @param index of a row that is broken */
  brokenRow(index: number): BrokenRow {
    const { part, atOf } = this.placed
    const record = this.#records[index]!
    return new BrokenRow(part, atOf(record), this.#broken.get(record) ?? '')
  }

  isBroken(index: number): boolean {
    return this.#broken.size > 0 && this.#broken.has(this.#records[index]!)
  }

  /** Rows of the same have the same columns in the same places. */
  get table(): object {
    return this.#dictionaries
  }

  /** FNV-1a over the cells in these fields, then the finish of MurmurHash3, so that the low bits will do. */
  hashOf(index: number, fields: readonly number[], seed: number): number {
    const bytes = this.#bytes
    const record = this.#records[index]!
    const first = this.#first[record]!
    const behind = this.#first[record + 1]!
    let hash = seed
    for (let i = 0; i < fields.length; i++) {
      const cell = first + fields[i]!
      // Rows may end before the last columns.
      const end = cell < behind ? this.#ends[cell]! : 0
      for (let at = cell < behind ? this.#starts[cell]! : 0; at < end; at++) {
        hash = Math.imul(hash ^ bytes[at]!, 0x01000193)
      }
      hash = Math.imul(hash ^ 0x100, 0x01000193)
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    return hash ^ (hash >>> 16)
  }

  /** How many bytes `keep` writes. */
  lengthOf(index: number, fields: readonly number[]): number {
    const record = this.#records[index]!
    let length = 0
    for (const field of fields) {
      const cell = this.#first[record]! + field
      if (cell < this.#first[record + 1]!) length += this.#ends[cell]! - this.#starts[cell]!
    }
    return length
  }

  /** Copies the cells in these fields to `kept`, from `ends[at]` on, and writes behind it where each of them ends. */
  keep(index: number, fields: readonly number[], kept: Buffer, ends: Int32Array, at: number): void {
    const record = this.#records[index]!
    let end = ends[at]!
    for (let i = 0; i < fields.length; i++) {
      const cell = this.#first[record]! + fields[i]!
      if (cell < this.#first[record + 1]!) end += this.#bytes.copy(kept, end, this.#starts[cell], this.#ends[cell])
      ends[at + 1 + i] = end
    }
  }

  /** Whether these are the cells that `keep` copied. */
  holds(index: number, fields: readonly number[], kept: Buffer, ends: Int32Array, at: number): boolean {
    const bytes = this.#bytes
    const record = this.#records[index]!
    const first = this.#first[record]!
    const behind = this.#first[record + 1]!
    let from = ends[at]!
    for (let i = 0; i < fields.length; i++) {
      const cell = first + fields[i]!
      const start = cell < behind ? this.#starts[cell]! : 0
      const end = cell < behind ? this.#ends[cell]! : 0
      if (ends[at + 1 + i]! - from !== end - start) return false
      const shift = from - start
      // Ids differ at their ends rather than at their beginnings.
      for (let byte = end - 1; byte >= start; byte--) if (bytes[byte] !== kept[byte + shift]) return false
      from += end - start
    }
    return true
  }

  /** Whether the row has the same cells in these fields as the one before it. */
  isAsBefore(index: number, fields: readonly number[]): boolean {
    const bytes = this.#bytes
    const first = this.#first
    const [one, other] = [this.#records[index - 1]!, this.#records[index]!]
    for (let i = fields.length - 1; i >= 0; i--) {
      const [a, b] = [first[one]! + fields[i]!, first[other]! + fields[i]!]
      if (a >= first[one + 1]! || b >= first[other + 1]!) return false
      const start = this.#starts[b]!
      const shift = this.#starts[a]! - start
      const end = this.#ends[b]
      if (this.#ends[a]! - shift !== end) return false
      for (let at = end - 1; at >= start; at--) if (bytes[at] !== bytes[at + shift]) return false
    }
    return true
  }

  textOf(index: number, field: number): Value {
    const record = this.#records[index]!
    const cell = this.#first[record]! + field
    if (cell >= this.#first[record + 1]!) return ''
    const dictionary = this.#dictionaries.of(field)
    const [start, end] = [this.#starts[cell]!, this.#ends[cell]]
    const number = dictionary?.numberOf(this.#bytes, start, end!) ?? -1
    const text =
      dictionary === undefined || number < 0 ? this.#bytes.toString('utf8', start, end) : dictionary.textOf(number)
    return text === nullText ? undefined : text
  }
}

/** A row of `TableRows`. */
export class CellRow extends Row {
  readonly rows: TableRows
  readonly index: number
  /** Fields that were looked at, if somebody wants to know. */
  #looked: Set<number> | undefined

  constructor(rows: TableRows, index: number, at: At) {
    super(rows.placed.part, at, rows.placed.path)
    this.rows = rows
    this.index = index
  }

  /** Notes in `looked` which fields are looked at from now on. */
  watch(looked: Set<number> | undefined): void {
    this.#looked = looked
  }

  get(column: string): Value {
    if (column === fileColumn) return this.file
    const field = this.rows.placed.columns.find(column)
    if (field < 0) return undefined
    this.#looked?.add(field)
    return this.rows.textOf(this.index, field)
  }

  columns(): readonly string[] {
    return this.rows.placed.columns.named
  }

  override nameOf(column: string): string {
    return this.rows.placed.columns.nameOf(column)
  }
}
