import type { CsvScanner } from '../csv/csv-scanner.ts'
import type { RowError } from './import.ts'

/** The number of faults that are stored with their position; further faults are only counted. */
const keptFaults = 100

/** Collects the faults in the data of one import. */
export class Faults {
  readonly first: RowError[] = []
  count = 0
  /** How many of `count` do not need `skipInvalid`. */
  toleratedCount = 0
  /** True after a fault that leaving rows out does not solve, so that `skipInvalid` does not help. */
  isFatal = false

  add(file: string, line: number, column: number, reason: string): void {
    this.count++
    if (this.first.length < keptFaults) this.first.push({ file, line, column, reason })
  }

  /** Adds a fault of a whole file. */
  addFatal(file: string, line: number, column: number, reason: string): void {
    this.isFatal = true
    this.add(file, line, column, reason)
  }

  /** Adds a row that is left out although it has no fault. It is reported like a fault, and does not make the import fail. */
  addTolerated(file: string, line: number, column: number, reason: string): void {
    this.toleratedCount++
    this.add(file, line, column, reason)
  }

  /** Adds a fault of one cell of the current row. The reason is only computed when it will be stored. */
  addCell(file: string, row: CsvScanner, field: number, reason: () => string): void {
    if (this.first.length >= keptFaults) {
      this.count++
      return
    }
    const { line, column } = row.locate(field)
    this.add(file, line, column, reason())
  }
}

/** A cell for a message: quoted, and shortened when it is long. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}...` : text)
}
