import { itemAt } from '@assay/errors'
import { RuleError } from './rule-limits.ts'
import { shortened } from './rule-values.ts'
import { fromWallClock, offsetMinutes, timeOf, wallClock } from './time-zones.ts'

/** Constants of the API for common layouts. */
export const timeFormats = {
  RFC3339: '2006-01-02T15:04:05Z07:00',
  DATE: '2006-01-02',
  DATETIME: '2006-01-02 15:04:05',
  TIME: '15:04:05',
} as const

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October']
months.push('November', 'December')
const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

interface Element {
  /** The part of a time that it represents; a layout may have each part once. */
  readonly part: string
  /** A regular expression for the texts that it reads. */
  readonly form: string
  readonly write: (shown: Date, minutesAhead: () => number) => string
}

const element = (part: string, form: string, write: Element['write']): Element => ({ part, form, write })
const short = (name: string) => name.slice(0, 3)
const hour12 = (shown: Date) => shown.getUTCHours() % 12 || 12
const half = (shown: Date) => (shown.getUTCHours() < 12 ? 'am' : 'pm')
const zoneElement = (layout: string, form: string) =>
  element('z', form, (_, minutesAhead) => offset(layout, minutesAhead()))

/** A layout shows how Go would write the time 2006-01-02 15:04:05 in zone -07:00 (https://pkg.go.dev/time#pkg-constants). */
const elements: Readonly<Record<string, Element>> = {
  '2006': element('y', '\\d{4}', (shown) => padded(shown.getUTCFullYear(), 4)),
  January: element('M', months.join('|'), (shown) => itemAt(months, shown.getUTCMonth())),
  Jan: element('M', months.map(short).join('|'), (shown) => short(itemAt(months, shown.getUTCMonth()))),
  Monday: element('w', days.join('|'), (shown) => itemAt(days, shown.getUTCDay())),
  Mon: element('w', days.map(short).join('|'), (shown) => short(itemAt(days, shown.getUTCDay()))),
  'Z07:00': zoneElement('Z07:00', 'Z|[+-]\\d{2}:\\d{2}'),
  Z0700: zoneElement('Z0700', 'Z|[+-]\\d{4}'),
  '-07:00': zoneElement('-07:00', '[+-]\\d{2}:\\d{2}'),
  '-0700': zoneElement('-0700', '[+-]\\d{4}'),
  '06': element('yy', '\\d{2}', (shown) => padded(shown.getUTCFullYear() % 100, 2)),
  '01': element('M', '\\d{2}', (shown) => padded(shown.getUTCMonth() + 1, 2)),
  '02': element('d', '\\d{2}', (shown) => padded(shown.getUTCDate(), 2)),
  '03': element('h', '\\d{2}', (shown) => padded(hour12(shown), 2)),
  '04': element('m', '\\d{2}', (shown) => padded(shown.getUTCMinutes(), 2)),
  '05': element('s', '\\d{2}', (shown) => padded(shown.getUTCSeconds(), 2)),
  '15': element('h', '\\d{2}', (shown) => padded(shown.getUTCHours(), 2)),
  _2: element('d', ' ?\\d{1,2}', (shown) => String(shown.getUTCDate()).padStart(2, ' ')),
  PM: element('p', 'AM|PM', (shown) => half(shown).toUpperCase()),
  pm: element('p', 'am|pm', half),
  '1': element('M', '\\d{1,2}', (shown) => String(shown.getUTCMonth() + 1)),
  '2': element('d', '\\d{1,2}', (shown) => String(shown.getUTCDate())),
  '3': element('h', '\\d{1,2}', (shown) => String(hour12(shown))),
  '4': element('m', '\\d{1,2}', (shown) => String(shown.getUTCMinutes())),
  '5': element('s', '\\d{1,2}', (shown) => String(shown.getUTCSeconds())),
}

/** Longer elements come first, since shorter ones are parts of them; a fraction has up to 9 digits. */
const anyElement = new RegExp(
  `${Object.keys(elements)
    .sort((one, other) => other.length - one.length)
    .join('|')}|[.,]0{1,9}|[.,]9{1,9}`,
  'gu',
)

function elementOf(text: string): Element {
  const known = Object.hasOwn(elements, text) ? elements[text] : undefined
  if (known !== undefined) return known
  const form = text[1] === '0' ? `[.,](?<f>\\d{${text.length - 1}})` : optionalFraction
  return element('f', form, (shown) => fraction(text, shown))
}

const optionalFraction = '(?:[.,](?<f>\\d{1,9}))?'

/** @throws RuleError for an unknown zone */
export function formatTime(time: Date, layout: string, zone: string): string {
  requireShort(layout)
  const shown = wallClock(time, zone)
  return layout.replaceAll(anyElement, (text) => elementOf(text).write(shown, () => offsetMinutes(time, zone)))
}

/** `.000` writes this number of digits, `.999` leaves out zeros at the end. */
function fraction(element: string, shown: Date): string {
  const digits = padded(shown.getUTCMilliseconds(), 3)
    .padEnd(9, '0')
    .slice(0, element.length - 1)
  if (element[1] === '0') return element[0] + digits
  const short = digits.replace(/0+$/u, '')
  return short === '' ? '' : element[0] + short
}

function offset(element: string, minutes: number): string {
  if (element[0] === 'Z' && minutes === 0) return 'Z'
  const [hours, rest] = [padded(Math.floor(Math.abs(minutes) / 60), 2), padded(Math.abs(minutes) % 60, 2)]
  return `${minutes < 0 ? '-' : '+'}${hours}${element.includes(':') ? ':' : ''}${rest}`
}

/**
 * Reads a time. A zone in the text has priority over `zone`.
 * @throws RuleError when the text does not match the layout, or is no time
 */
export function parseTime(text: string, layout: string, zone: string): Date {
  requireShort(layout)
  const found = patternOf(layout).exec(text)
  const fault = new RuleError(`"${shortened(text)}" is no time of the form "${shortened(layout)}"`)
  if (found === null) throw fault
  const { y, yy, M, d, h, p, m, s, f, z } = found.groups ?? {}
  const year = y !== undefined ? Number(y) : yy === undefined ? 0 : Number(yy) + (Number(yy) >= 69 ? 1900 : 2000)
  const month = M === undefined ? 0 : monthOf(M)
  const [day, minute, second] = [Number(d ?? 1), Number(m ?? 0), Number(s ?? 0)]
  const hour = p === undefined ? Number(h ?? 0) : (Number(h ?? 0) % 12) + (p.toLowerCase() === 'pm' ? 12 : 0)
  const shown = new Date(0)
  shown.setUTCFullYear(year, month, day)
  shown.setUTCHours(hour, minute, second, Math.floor(Number(`0.${f ?? 0}`) * 1000))
  const isReal = shown.getUTCMonth() === month && shown.getUTCDate() === day && hour < 24 && minute < 60 && second < 60
  if (!isReal) throw fault
  return z === undefined ? fromWallClock(shown, zone) : timeOf(shown.getTime() - minutesOf(z) * 60_000)
}

/** The layouts in rules are in quotes, so there are few. */
const patterns = new Map<string, RegExp>()
const mostPatterns = 64

/** Each part occurs once in the pattern, so there is little backtracking. */
function patternOf(layout: string): RegExp {
  const known = patterns.get(layout)
  if (known !== undefined) return known
  const named = new Set<string>()
  let source = ''
  let end = 0
  for (const { 0: text, index } of layout.matchAll(anyElement)) {
    source += RegExp.escape(layout.slice(end, index))
    const { part, form } = elementOf(text)
    // With the same part twice it would also be unclear which digits belong to which.
    if (named.has(part)) throw new RuleError(`the layout "${shortened(layout)}" has the same part twice`)
    named.add(part)
    source += part === 'f' ? form : `(?<${part}>${form})`
    // Go reads a fraction after the seconds even if the layout has none.
    if (part === 's' && !/[.,][09]/u.test(layout)) source += optionalFraction
    end = index + text.length
  }
  const pattern = new RegExp(`^${source}${RegExp.escape(layout.slice(end))}$`, 'u')
  if (patterns.size >= mostPatterns) patterns.clear()
  patterns.set(layout, pattern)
  return pattern
}

function monthOf(text: string): number {
  if (/^\d/u.test(text)) return Number(text) - 1
  return months.findIndex((month) => month.startsWith(text))
}

function minutesOf(zone: string): number {
  if (zone === 'Z') return 0
  const digits = zone.replaceAll(/\D/gu, '')
  return (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * (zone[0] === '-' ? -1 : 1)
}

function requireShort(layout: string): void {
  if (layout.length > 100) throw new RuleError(`a layout of ${layout.length} characters; at most 100 are supported`)
}

function padded(number: number, length: number): string {
  return String(number).padStart(length, '0')
}
