import { shown } from '../faults.ts'
import { type Expression, type Reference, RowFault } from '../map/map.ts'
import type { Row } from '../row.ts'
import { textOf } from '../value.ts'

/** A zero character as JSON writes it: after an even number of backslashes, which are escaped backslashes. */
const zeroCharacter = /(?<!\\)(?:\\\\)*\\u0000/

/** The database cannot store zero characters. */
export function requireStorable(record: object): void {
  if (zeroCharacter.test(JSON.stringify(record))) throw new RowFault('', 'a value holds a zero character; take it out')
}

/** @throws RowFault when the row names no holder */
export function holderText(row: Row, reference: Reference): string {
  const value = textOf(reference.value(row)).trim().normalize('NFC')
  if (value === '')
    throw new RowFault(
      row.nameOf(reference.column),
      'is empty, and names the holder; where one cell stands for several rows, write it into each',
    )
  if (value.includes('\0')) throw new RowFault(row.nameOf(reference.column), 'holds a zero character')
  return value
}

/** @throws RowFault for a text that is neither empty nor a time */
export function instantText(row: Row, expression: Expression | undefined, column: string): string {
  const text = expression === undefined ? '' : textOf(expression(row)).trim()
  requireInstant(column, text)
  return text
}

/** A date, or a time as in RFC 3339: the forms that an import accepts. */
const instant =
  /^(\d{4}-\d\d-\d\d)(?:[Tt ]([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)?)?$/

function requireInstant(column: string, text: string): void {
  if (text === '') return
  const [, day = ''] = instant.exec(text) ?? []
  if (isDay(day)) return
  throw new RowFault(
    column,
    `${shown(text)} is neither a date (2025-01-31) nor a time (2025-01-31T12:00:00Z); a map reads others by "date"`,
  )
}

export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false
  const time = Date.parse(`${text}T00:00:00Z`)
  // JavaScript makes 30 February a day of March.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}
