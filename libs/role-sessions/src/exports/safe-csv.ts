import { stringify } from 'csv-stringify/sync'

/**
 * Text that a spreadsheet would run as a formula when the file is opened. After an apostrophe it is text (OWASP, CSV
 * Injection).
 */
const formula = /^[=+\-@\t\r]/

function harmless(cell: string): string {
  return formula.test(cell) ? `'${cell}` : cell
}

/** Rows in RFC 4180, each with its line end. */
export function csvRows(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')
}

/** Cells that need no quotes, which are most. The library would take a hundred times as long for them. */
const needsNothing = /^(?:\w[\w .:@/-]*)?$/

/** One cell as it is written in a row. */
export function csvCell(cell: string): string {
  return needsNothing.test(cell) ? cell : stringify([[harmless(cell)]], { eof: false })
}
