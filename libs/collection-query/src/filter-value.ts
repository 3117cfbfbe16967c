import type { FilterField, FilterOperator, FilterValue } from './filter.ts'

/** A value of the field's type, or the expected form, which completes the sentence "x is not ...". */
type ReadValue = { readonly value: FilterValue } | { readonly expected: string }

/** Reads a value by the field's type, whether it is quoted or not, as in SailPoint's `saved eq "true"`. */
export function readFilterValue(text: string, field: FilterField, operator: FilterOperator): ReadValue {
  switch (field.type) {
    case 'text':
      return { value: text }
    case 'choice':
      return operator === 'eq' || operator === 'ne' || operator === 'in'
        ? readChoice(text, field.values)
        : { value: text }
    case 'boolean':
      return /^(true|false)$/i.test(text) ? { value: text.toLowerCase() === 'true' } : { expected: 'true or false' }
    case 'number':
      return readNumber(text)
    case 'instant':
      return readInstant(text)
  }
}

function readChoice(text: string, values: readonly string[]): ReadValue {
  const value = values.find((known) => known.toLowerCase() === text.toLowerCase())
  return value === undefined ? { expected: `one of ${values.join(', ')}` } : { value }
}

function readNumber(text: string): ReadValue {
  const value = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(value) ? { value } : { expected: 'a number' }
}

const instant =
  /^(?<year>\d{4})(-(?<month>\d\d)(-(?<day>\d\d)(T(?<hour>\d\d):(?<minute>\d\d)(:(?<second>\d\d)(\.(?<fraction>\d{1,9}))?)?(?<zone>Z|[+-]\d\d:?\d\d)?)?)?)?$/i

/**
 * ISO 8601 as in RFC 3339, or the beginning of such a time: a year, month or day means its first instant. A time without a zone is in UTC;
 * digits below the millisecond are cut off, as in answers.
 */
function readInstant(text: string): ReadValue {
  const refused = { expected: 'a date-time such as 2018-12-18T23:05:55Z, a date or a year' }
  const parts = instant.exec(text)?.groups
  if (parts === undefined) return refused
  const day = `${parts.year}-${parts.month ?? '01'}-${parts.day ?? '01'}`
  const time = `${parts.hour ?? '00'}:${parts.minute ?? '00'}:${parts.second ?? '00'}`
  const fraction = (parts.fraction ?? '').padEnd(3, '0').slice(0, 3)
  const zone = (parts.zone ?? 'Z').toUpperCase().replace(/^(...)(\d\d)$/, '$1:$2')
  // `Date` reads the 31st of a month with 30 days as the 1st of the next month.
  const calendarDay = new Date(`${day}T00:00:00Z`)
  const value = new Date(`${day}T${time}.${fraction}${zone}`)
  if (Number.isNaN(value.getTime()) || Number.isNaN(calendarDay.getTime())) return refused
  return calendarDay.toISOString().startsWith(day) ? { value } : refused
}
