import type { At } from '../faults.ts'
import { BrokenRow, fileColumn, Row } from '../row.ts'
import type { Value } from '../value.ts'
import { CellDictionary } from './cell-dictionary.ts'

/** The index of each column's field, -1 for none, and its name in the file. */
interface Columns {
  readonly named: readonly string[]
  find(column: string): number
  nameOf(column: string): string
}

/** Rows whose cells are in one buffer. They are valid until the next rows are read. */
export interface CellBytes {
  readonly bytes: Buffer
  /** The index of the first cell of each record. */
  readonly first: Int32Array
  readonly starts: Int32Array
  readonly ends: Int32Array
}

/** The number of columns whose cells are numbered; the cells of further columns become new texts each time. */
const mostColumns = 1024
/** The memory of the numbered cells of all columns; when it is used up, all start again. */
const mostBytes = 96 * 2 ** 20

/** The dictionaries of the columns, for one reading of a part. */
export class ColumnDictionaries {
  readonly #dictionaries: CellDictionary[] = []
  #bytes = 0
  readonly #onBegin = (bytes: number) => {
    this.#bytes -= bytes
  }
  /** The limit is shared, since a file with many columns would otherwise need a multiple of the memory. */
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

/** A cell without a value. No text has a zero byte. */
const nullText = '\0'

interface Placed {
  readonly part: string
  /** The path of the document at which the rows were found. */
  readonly path?: string
  readonly columns: Columns
  atOf(record: number): At
}

/**
 * Some rows of a part. Cells become texts when they are read, and repeated ones only once. Their bytes can be compared and stored,
 * so that a repeated row is detected quickly.
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
   * @param records the rows, by the numbers of their records
   * @param broken the fault of a record
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

  /** Rows with the same object have the same columns in the same places. */
  get table(): object {
    return this.#dictionaries
  }

  /** FNV-1a over the cells in these fields, then the finalizer of MurmurHash3, so that the low bits can be used. */
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

  /** The number of bytes that `keep` writes. */
  lengthOf(index: number, fields: readonly number[]): number {
    const record = this.#records[index]!
    let length = 0
    for (const field of fields) {
      const cell = this.#first[record]! + field
      if (cell < this.#first[record + 1]!) length += this.#ends[cell]! - this.#starts[cell]!
    }
    return length
  }

  /** Copies the cells in these fields to `kept`, from `ends[at]` on, and stores the end of each of them after it in `ends`. */
  keep(index: number, fields: readonly number[], kept: Buffer, ends: Int32Array, at: number): void {
    const record = this.#records[index]!
    let end = ends[at]!
    for (let i = 0; i < fields.length; i++) {
      const cell = this.#first[record]! + fields[i]!
      if (cell < this.#first[record + 1]!) end += this.#bytes.copy(kept, end, this.#starts[cell], this.#ends[cell])
      ends[at + 1 + i] = end
    }
  }

  /** Whether these cells equal those that `keep` copied. */
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
      // Ids differ more often at their ends than at their beginnings.
      for (let byte = end - 1; byte >= start; byte--) if (bytes[byte] !== kept[byte + shift]) return false
      from += end - start
    }
    return true
  }

  /** Whether the row has the same cells in these fields as the row before. */
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
  /** Receives the fields that are read, if a caller wants them. */
  #looked: Set<number> | undefined

  constructor(rows: TableRows, index: number, at: At) {
    super(rows.placed.part, at, rows.placed.path)
    this.rows = rows
    this.index = index
  }

  /** Records in `looked` which fields are read from now on. */
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
