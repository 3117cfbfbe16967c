import { CellMemo } from '../read/cell-memo.ts'
import type { CellRow, TableRows } from '../read/table-rows.ts'

/** The number of changes of each record, by the record's ordinal. */
export type RecordChanges = readonly number[]

/** Takes the place of the ordinal for a row without a record. */
export const noRecord = -1

/**
 * Finds rows that add nothing for a rule. A row with the same cells as an earlier one changes nothing, unless another row has
 * changed the record since. A wide file repeats its person and its entitlement in every row.
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

  /** Records the cells that a rule reads in the row, until it is remembered. */
  watch(row: CellRow): void {
    this.#taken.watch(row)
  }

  /** Remembers that the row was taken, with its record or as a row without a record. */
  remember(rows: TableRows, index: number, record: number): void {
    this.#taken.remember(rows, index, { record, changes: record === noRecord ? 0 : (this.#changes[record] ?? 0) })
  }
}
