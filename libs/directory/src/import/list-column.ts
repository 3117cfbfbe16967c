import { listsFrom, type SnapshotAttribute } from '@assay/mining'
import type { CsvScanner } from '../csv/csv-scanner.ts'
import type { KeyTable } from './key-table.ts'

/** As `AttributeColumn`, of an attribute that is declared as a list: a cell has any number of values. */
export class ListColumn {
  readonly key: string
  readonly #separator: string
  readonly #ordinals = new Map<string, number>()
  readonly #rows: (readonly number[])[] = []

  constructor(key: string, separator: string) {
    this.key = key
    this.#separator = separator
  }

  /** Takes the values of the cell, each once and without blanks around it. Gives them as JSON, sorted; '' for none. */
  set(identity: number, row: CsvScanner, field: number): string {
    if (row.starts[field] === row.ends[field]) return ''
    const parts = row.text(field).split(this.#separator)
    const values = [...new Set(parts.map((part) => part.trim()))].filter((value) => value !== '').sort()
    if (values.length === 0) return ''
    this.#rows[identity] = values.map((value) => this.#ordinalOf(value))
    return JSON.stringify(values)
  }

  forSnapshot(identities: KeyTable): SnapshotAttribute {
    const rows = Array.from(identities.presentOrdinals(), (ordinal) => this.#rows[ordinal] ?? [])
    return { key: this.key, values: [...this.#ordinals.keys()], lists: listsFrom(rows) }
  }

  #ordinalOf(value: string): number {
    const known = this.#ordinals.get(value)
    if (known !== undefined) return known
    this.#ordinals.set(value, this.#ordinals.size)
    return this.#ordinals.size - 1
  }
}
