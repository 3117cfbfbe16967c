import { listsFrom, type SnapshotAttribute } from '@assay/mining'
import type { CsvScanner } from '../csv/csv-scanner.ts'
import type { KeyTable } from './key-table.ts'

/** Like `AttributeColumn`, for an attribute that is declared as a list: a cell has any number of values. */
export class ListColumn {
  readonly key: string
  readonly #separator: string
  readonly #isPath: boolean
  readonly #ordinals = new Map<string, number>()
  readonly #rows: (readonly number[])[] = []

  /** @param isPath a cell contains one path, without blanks around its parts; its values are the path and all its ancestors */
  constructor(key: string, separator: string, isPath = false) {
    this.key = key
    this.#separator = separator
    this.#isPath = isPath
  }

  /** Takes the values of the cell, each once and without surrounding blanks. Returns them as JSON, sorted; '' for none. */
  set(identity: number, row: CsvScanner, field: number): string {
    if (row.starts[field] === row.ends[field]) return ''
    const parts = row.text(field).split(this.#separator)
    const named = parts.map((part) => part.trim()).filter((part) => part !== '')
    const all = this.#isPath ? named.map((_, end) => named.slice(0, end + 1).join(this.#separator)) : named
    const values = [...new Set(all)].sort()
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
