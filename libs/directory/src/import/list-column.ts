import { listsFrom, type SnapshotAttribute } from '@assay/mining'
import type { CsvScanner } from '../csv/csv-scanner.ts'
import { ByteIndex } from './byte-index.ts'
import type { KeyTable } from './key-table.ts'

/** As `AttributeColumn`, of an attribute that is declared as a list: a cell has any number of values. */
export class ListColumn {
  readonly key: string
  readonly #separator: number
  readonly #values = new ByteIndex()
  readonly #texts: string[] = []
  readonly #rows: (readonly number[])[] = []

  /** @param separator one character of ASCII, which stands between two values */
  constructor(key: string, separator: string) {
    this.key = key
    this.#separator = separator.charCodeAt(0)
  }

  /** Takes the values of the cell, each once and without blanks around it. Gives them as JSON, sorted; '' for none. */
  set(identity: number, row: CsvScanner, field: number): string {
    const { bytes } = row
    const end = row.ends[field]
    const own = new Set<number>()
    for (let start = row.starts[field]; start < end; ) {
      const next = bytes.subarray(start, end).indexOf(this.#separator)
      const stop = next < 0 ? end : start + next
      this.#add(own, bytes, start, stop)
      start = stop + 1
    }
    if (own.size === 0) return ''
    this.#rows[identity] = [...own]
    const texts = Array.from(own, (value) => this.#texts[value])
    return JSON.stringify(texts.sort())
  }

  forSnapshot(identities: KeyTable): SnapshotAttribute {
    const rows = Array.from(identities.presentOrdinals(), (ordinal) => this.#rows[ordinal] ?? [])
    return { key: this.key, values: this.#texts, lists: listsFrom(rows) }
  }

  #add(own: Set<number>, bytes: Uint8Array, from: number, to: number): void {
    let start = from
    let end = to
    while (start < end && bytes[start] <= 0x20) start++
    while (end > start && bytes[end - 1] <= 0x20) end--
    if (start === end) return
    const value = this.#values.add(bytes, start, end)
    if (value === this.#texts.length) this.#texts.push(this.#values.text(value))
    own.add(value)
  }
}
