import type { CsvScanner } from '../csv/csv-scanner.ts'
import type { RowError } from './import.ts'

/** How many faults are kept with their place; the rest is counted. */
const keptFaults = 100

/** Collects what is wrong with the data of one import. */
export class Faults {
  readonly first: RowError[] = []
  count = 0
  /** Those of `count` that need no `skipInvalid`. */
  toleratedCount = 0
  /** Something is wrong that leaving rows out does not mend, so `skipInvalid` does not help. */
  isFatal = false

  add(file: string, line: number, column: number, reason: string): void {
    this.count++
    if (this.first.length < keptFaults) this.first.push({ file, line, column, reason })
  }

  /** About a whole file. */
  addFatal(file: string, line: number, column: number, reason: string): void {
    this.isFatal = true
    this.add(file, line, column, reason)
  }

  /** What is left out though nothing is wrong with it: reported as a fault is, and refuses nothing. */
  addTolerated(file: string, line: number, column: number, reason: string): void {
    this.toleratedCount++
    this.add(file, line, column, reason)
  }

  /** About one cell of the current row; the reason is only made when it will be kept. */
  addCell(file: string, row: CsvScanner, field: number, reason: () => string): void {
    if (this.first.length >= keptFaults) {
      this.count++
      return
    }
    const { line, column } = row.locate(field)
    this.add(file, line, column, reason())
  }
}

/** A cell in a message: quoted, and cut where it is long. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}...` : text)
}
