import type { CsvScanner } from '../csv/csv-scanner.ts'
import { type Faults, shown } from './faults.ts'
import type { CsvFileName } from './file-forms.ts'

/** Ids take part in unique indexes, whose entries Postgres limits to 2,704 bytes. */
const maxIdBytes = 1000

/** A cell's text without surrounding blanks; '' for a column that the file does not have. */
export function cellText(row: CsvScanner, field: number): string {
  return field < 0 || row.starts[field] === row.ends[field] ? '' : row.text(field).trim()
}

/** Returns false and adds a fault when the cell is not an id: when it is empty or too long. */
export function isId(file: CsvFileName, row: CsvScanner, field: number, column: string, faults: Faults): boolean {
  const length = row.ends[field]! - row.starts[field]!
  if (length > 0 && length <= maxIdBytes) return true
  faults.addCell(file, row, field, () =>
    length === 0 ? `${column} is empty` : `${column} is longer than ${maxIdBytes} bytes`,
  )
  return false
}

/** One of `values`, in any letter case; `values[0]` for an empty cell. For other texts it adds a fault and returns undefined. */
export function oneOf<T extends string>(
  file: CsvFileName,
  row: CsvScanner,
  field: number,
  column: string,
  values: readonly T[],
  faults: Faults,
): T | undefined {
  const text = cellText(row, field)
  if (text === '') return values[0]
  const found = values.find((value) => value === text.toLowerCase())
  if (found === undefined) {
    faults.addCell(file, row, field, () => `${column}: ${shown(text)} is none of ${values.join(', ')}`)
  }
  return found
}

/**
 * The text by which name columns are ordered and searched. It is cut because index entries are limited; search by name needs no
 * more.
 */
export function orderText(text: string): string {
  return text.slice(0, 200).toLowerCase()
}
