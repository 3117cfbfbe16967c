import { CellMemo } from '../read/cell-memo.ts'
import type { CellRow, TableRows } from '../read/table-rows.ts'

/** How often rows changed each record, by the record's ordinal. */
export type RecordChanges = readonly number[]

/** In place of the ordinal of a record, for a row that is none. */
export const noRecord = -1

/**
 * Rows of which a rule has nothing new to say: a row with the same cells says the same, and that changes nothing as long as no
 * other row has changed the record. A wide file repeats its person and its entitlement in every row.
 */
export class RepeatedRows {
  readonly #changes: RecordChanges
  readonly #taken = new CellMemo<{ readonly record: number; readonly changes: number }>()

  constructor(changes: RecordChanges) {
    this.#changes = changes
  }

  isKnown(rows: TableRows, index: number): boolean {
    const taken = this.#taken.find(rows, index)
    return taken !== undefined && (taken.record === noRecord || this.#changes[taken.record] === taken.changes)
  }

  /** Watches what a rule looks at in the row, until it is remembered. */
  watch(row: CellRow): void {
    this.#taken.watch(row)
  }

  /** Remembers that the row was taken in, as a part of the record or as none. */
  remember(rows: TableRows, index: number, record: number): void {
    this.#taken.remember(rows, index, { record, changes: record === noRecord ? 0 : (this.#changes[record] ?? 0) })
  }
}
