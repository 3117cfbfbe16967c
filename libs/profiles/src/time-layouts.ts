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

/**
 * A layout shows how Go would write the time 2006-01-02 15:04:05 in zone -07:00 (https://pkg.go.dev/time#pkg-constants).
 * Longer forms come first, since the shorter ones are parts of them.
 */
const elements =
  /2006|January|Jan|Monday|Mon|Z07:00|Z0700|-07:00|-0700|06|01|02|03|04|05|15|_2|PM|pm|[.,]0{1,9}|[.,]9{1,9}|1|2|3|4|5/gu

/** @throws RuleError for an unknown zone */
export function formatTime(time: Date, layout: string, zone: string): string {
  requireShort(layout)
  const shown = wallClock(time, zone)
  return layout.replaceAll(elements, (element) => written(element, time, shown, zone))
}

function written(element: string, time: Date, shown: Date, zone: string): string {
  const hour12 = shown.getUTCHours() % 12 || 12
  switch (element) {
    case '2006':
      return padded(shown.getUTCFullYear(), 4)
    case '06':
      return padded(shown.getUTCFullYear() % 100, 2)
    case 'January':
      return months[shown.getUTCMonth()]
    case 'Jan':
      return months[shown.getUTCMonth()].slice(0, 3)
    case '01':
      return padded(shown.getUTCMonth() + 1, 2)
    case '1':
      return String(shown.getUTCMonth() + 1)
    case 'Monday':
      return days[shown.getUTCDay()]
    case 'Mon':
      return days[shown.getUTCDay()].slice(0, 3)
    case '02':
      return padded(shown.getUTCDate(), 2)
    case '_2':
      return String(shown.getUTCDate()).padStart(2, ' ')
    case '2':
      return String(shown.getUTCDate())
    case '15':
      return padded(shown.getUTCHours(), 2)
    case '03':
      return padded(hour12, 2)
    case '3':
      return String(hour12)
    case '04':
      return padded(shown.getUTCMinutes(), 2)
    case '4':
      return String(shown.getUTCMinutes())
    case '05':
      return padded(shown.getUTCSeconds(), 2)
    case '5':
      return String(shown.getUTCSeconds())
    case 'PM':
      return shown.getUTCHours() < 12 ? 'AM' : 'PM'
    case 'pm':
      return shown.getUTCHours() < 12 ? 'am' : 'pm'
    default:
      return /^[.,]/u.test(element) ? fraction(element, shown) : offset(element, offsetMinutes(time, zone))
  }
}

/** `.000` writes so many digits, `.999` leaves out zeros at the end. */
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
 * Reads a time. A zone that is part of the text goes before `zone`.
 * @throws RuleError when the text does not have the form, or is no time
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

/** Rules have their layouts in quotes, so there are few. */
const patterns = new Map<string, RegExp>()
const mostPatterns = 64

/** Every part stands in it once, so that there is little to go back over. */
function patternOf(layout: string): RegExp {
  const known = patterns.get(layout)
  if (known !== undefined) return known
  const named = new Set<string>()
  let source = ''
  let end = 0
  for (const { 0: element, index } of layout.matchAll(elements)) {
    source += RegExp.escape(layout.slice(end, index))
    const [name, form] = formOf(element)
    // Twice the same would also leave open which digits belong to which.
    if (named.has(name)) throw new RuleError(`the layout "${shortened(layout)}" has the same part twice`)
    named.add(name)
    source += name === 'f' ? form : `(?<${name}>${form})`
    // Go reads a fraction after the seconds, also where the layout has none.
    if (name === 's' && !/[.,][09]/u.test(layout)) source += '(?:[.,](?<f>\\d{1,9}))?'
    end = index + element.length
  }
  const pattern = new RegExp(`^${source}${RegExp.escape(layout.slice(end))}$`, 'u')
  if (patterns.size >= mostPatterns) patterns.clear()
  patterns.set(layout, pattern)
  return pattern
}

function formOf(element: string): readonly [name: string, form: string] {
  switch (element) {
    case '2006':
      return ['y', '\\d{4}']
    case '06':
      return ['yy', '\\d{2}']
    case 'January':
      return ['M', months.join('|')]
    case 'Jan':
      return ['M', months.map((month) => month.slice(0, 3)).join('|')]
    case '01':
      return ['M', '\\d{2}']
    case '1':
      return ['M', '\\d{1,2}']
    case 'Monday':
      return ['w', days.join('|')]
    case 'Mon':
      return ['w', days.map((day) => day.slice(0, 3)).join('|')]
    case '02':
      return ['d', '\\d{2}']
    case '_2':
      return ['d', ' ?\\d{1,2}']
    case '2':
      return ['d', '\\d{1,2}']
    case '15':
    case '03':
      return ['h', '\\d{2}']
    case '3':
      return ['h', '\\d{1,2}']
    case '04':
      return ['m', '\\d{2}']
    case '4':
      return ['m', '\\d{1,2}']
    case '05':
      return ['s', '\\d{2}']
    case '5':
      return ['s', '\\d{1,2}']
    case 'PM':
      return ['p', 'AM|PM']
    case 'pm':
      return ['p', 'am|pm']
    case 'Z07:00':
      return ['z', 'Z|[+-]\\d{2}:\\d{2}']
    case 'Z0700':
      return ['z', 'Z|[+-]\\d{4}']
    case '-07:00':
      return ['z', '[+-]\\d{2}:\\d{2}']
    case '-0700':
      return ['z', '[+-]\\d{4}']
    default:
      return ['f', element[1] === '0' ? `[.,](?<f>\\d{${element.length - 1}})` : '(?:[.,](?<f>\\d{1,9}))?']
  }
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
