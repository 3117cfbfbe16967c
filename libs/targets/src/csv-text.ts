/**
 * The beginning of a text that spreadsheets read as a formula (OWASP, CSV Injection), also in full-width characters, which some read like
 * the normal ones. After an apostrophe it is text.
 */
const formula = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/
/** Only a formula with a call of a function, another program or another sheet can do harm. */
const harmfulFormula = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20].*[(|!\uff08\uff5c\uff01]/s

/** A cell with a name, which is never a formula. */
export function nameCell(text: string): string {
  return quoted(formula.test(text) ? `'${text}` : text)
}

/** A cell with an id, by which the import joins rows. `@acme/read` and `-7` are ids and stay unchanged; a harmful formula is escaped. */
export function idCell(text: string): string {
  return quoted(harmfulFormula.test(text) ? `'${text}` : text)
}

/** A cell with a rule in CEL. A blank before the rule has no meaning in CEL and prevents a formula. */
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
