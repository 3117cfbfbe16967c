import { listsFrom, type SnapshotAttribute, tenureBands, tenureValues } from '@assay/mining'
import type { CsvScanner } from '../csv/csv-scanner.ts'
import { parseInstant } from '../csv/instant.ts'
import { shown } from './faults.ts'
import type { KeyTable } from './key-table.ts'

const secondsOfDay = 86_400

/** Like `ListColumn`: the time since the date in a cell, in the words of `tenureValues`. */
export class TenureColumn {
  readonly key: string
  readonly #column: string
  readonly #today: number
  readonly #addFault: (row: CsvScanner, field: number, reason: () => string) => void
  readonly #rows: (readonly number[])[] = []

  /** @param today days since 1970-01-01 */
  constructor(
    key: string,
    column: string,
    today: number,
    addFault: (row: CsvScanner, field: number, reason: () => string) => void,
  ) {
    this.key = key
    this.#column = column
    this.#today = today
    this.#addFault = addFault
  }

  /** Takes the date of the cell; another text is a fault. Returns the values as JSON, sorted; '' for none. */
  set(identity: number, row: CsvScanner, field: number): string {
    const { bytes } = row
    let start = row.starts[field]!
    let end = row.ends[field]!
    while (start < end && bytes[start]! <= 0x20) start++
    while (end > start && bytes[end - 1]! <= 0x20) end--
    if (start === end) return ''
    const since = { seconds: 0, micros: 0 }
    if (!parseInstant(bytes, start, end, since)) {
      const reason = () =>
        `${this.#column}: ${shown(row.text(field))} is neither a date (2025-01-31) nor a time (2025-01-31T12:00:00Z), so there is no tenure; leave out [tenure] to take the column as text`
      this.#addFault(row, field, reason)
      return ''
    }
    const bands = tenureBands(Math.floor(since.seconds / secondsOfDay), this.#today)
    this.#rows[identity] = bands
    return JSON.stringify(bands.map((band) => tenureValues[band]).sort())
  }

  forSnapshot(identities: KeyTable): SnapshotAttribute {
    const rows = Array.from(identities.presentOrdinals(), (ordinal) => this.#rows[ordinal] ?? [])
    return { key: this.key, values: tenureValues, lists: listsFrom(rows) }
  }
}
