import { stringify } from 'csv-stringify/sync'

/**
 * What a spreadsheet would take for a formula: it would be run by whoever opens the file. Behind an apostrophe it is text
 * (OWASP, CSV Injection).
 */
const formula = /^[=+\-@\t\r]/

function harmless(cell: string): string {
  return formula.test(cell) ? `'${cell}` : cell
}

/** Rows in RFC 4180, each with its line end. */
export function csvRows(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')
}

/** Most cells; asking the library takes a hundred times as long. */
const needsNothing = /^(?:\w[\w .:@/-]*)?$/

/** One cell as it stands in a row. */
export function csvCell(cell: string): string {
  return needsNothing.test(cell) ? cell : stringify([[harmless(cell)]], { eof: false })
}
