/**
 * What a spreadsheet takes for a formula (OWASP, CSV Injection), in wide letters too, which some take for the narrow ones; behind an
 * apostrophe it is text.
 */
const formula = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/
/** A formula that does something calls a function, another program or another sheet. */
const harmfulFormula = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20].*[(|!\uff08\uff5c\uff01]/s

/** A name: never a formula. */
export function nameCell(text: string): string {
  return quoted(formula.test(text) ? `'${text}` : text)
}

/** An id, by which the import joins rows. `@acme/read` and `-7` are ids and stay; what would run something does not. */
export function idCell(text: string): string {
  return quoted(harmfulFormula.test(text) ? `'${text}` : text)
}

/** A rule in CEL. A blank before it means nothing there, and is no formula. */
export function ruleCell(text: string): string {
  return quoted(formula.test(text) ? ` ${text}` : text)
}

/** A row of RFC 4180, with its line end. */
export function csvRow(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`
}

function quoted(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
