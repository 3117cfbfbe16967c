import { stringify } from 'csv-stringify/sync'

/**
 * What a spreadsheet would take for a formula: it would be run by whoever opens the file. Behind an apostrophe it is text
 * (OWASP, CSV Injection).
 */
const formula = /^[=+\-@\t\r]/

export function harmless(cell: string): string {
  return formula.test(cell) ? `'${cell}` : cell
}

/** Rows in RFC 4180, each with its line end. */
export function csvRows(rows: readonly (readonly string[])[]): string {
  return stringify(rows.map((row) => row.map(harmless)) as string[][], { record_delimiter: 'windows' })
}

/** One cell as it stands in a row, for files of so many rows that each id is written out a thousand times. */
export function csvCell(cell: string): string {
  return stringify([[harmless(cell)]], { eof: false })
}
