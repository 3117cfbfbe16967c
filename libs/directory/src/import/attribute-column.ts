import type { SnapshotAttribute } from '@assay/mining'
import type { CsvScanner } from '../csv/csv-scanner.ts'
import { ByteIndex } from './byte-index.ts'
import type { KeyTable } from './key-table.ts'

/**
 * One attribute of all identities while an import reads them: its distinct values, and for each identity the ordinal of its value.
 */
export class AttributeColumn {
  readonly key: string
  readonly #values = new ByteIndex()
  readonly #texts: string[] = []
  readonly #json: string[] = []
  #column = new Int32Array(1024).fill(-1)

  constructor(key: string) {
    this.key = key
  }

  /** Takes the cell, without surrounding blanks, as the value of an identity. An empty cell is no value. Returns the text. */
  set(identity: number, row: CsvScanner, field: number): string {
    const { bytes } = row
    let start = row.starts[field]!
    let end = row.ends[field]!
    while (start < end && bytes[start]! <= 0x20) start++
    while (end > start && bytes[end - 1]! <= 0x20) end--
    return this.#setBytes(identity, bytes, start, end)
  }

  setText(identity: number, text: string): void {
    const bytes = Buffer.from(text)
    this.#setBytes(identity, bytes, 0, bytes.length)
  }

  /** The identity's value as JSON; undefined when it has none. */
  jsonOf(identity: number): string | undefined {
    const value = identity < this.#column.length ? this.#column[identity]! : -1
    if (value < 0) return undefined
    this.#json[value] ??= JSON.stringify(this.#texts[value])
    return this.#json[value]
  }

  forSnapshot(identities: KeyTable): SnapshotAttribute {
    const { length } = this.#column
    const column = identities.presentOrdinals().map((ordinal) => (ordinal < length ? this.#column[ordinal]! : -1))
    return { key: this.key, values: this.#texts, column }
  }

  #setBytes(identity: number, bytes: Uint8Array, start: number, end: number): string {
    if (start === end) return ''
    const value = this.#values.add(bytes, start, end)
    if (value === this.#texts.length) this.#texts.push(this.#values.text(value))
    if (identity >= this.#column.length) {
      const larger = new Int32Array(identity * 2).fill(-1)
      larger.set(this.#column)
      this.#column = larger
    }
    this.#column[identity] = value
    return this.#texts[value]!
  }
}
