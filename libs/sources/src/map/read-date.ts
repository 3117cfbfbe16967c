import { monthNamed } from './month-names.ts'

/**
 * Parses a date or a time by a layout of `yyyy`, `MM`, `dd`, `HH`, `mm`, `ss`. `M`, `d` and `H` match one digit or two, and `MMM`
 * the name of a month in one of seven languages. A layout with `MMM` also matches the month on the other side of the day, and a
 * year of two digits. A time may follow a layout without one; `PM` makes its hours those of the afternoon. Other characters match
 * themselves. `iso` parses dates and times of ISO 8601, `epoch` seconds or milliseconds since 1970, and `filetime` the units of
 * 100 nanoseconds since 1601 in Active Directory. Returns `2024-12-31` or `2024-12-31T23:59:59Z`; undefined when the text does
 * not match.
 */
export function readDate(text: string, layout: string): string | undefined {
  switch (layout) {
    case 'iso':
      return isoDate(text)
    case 'epoch': {
      if (!/^\d{9,13}$/.test(text)) return undefined
      const number = Number(text)
      return timeText(text.length > 11 ? number : number * 1000)
    }
    case 'filetime': {
      if (!/^\d{17,19}$/.test(text)) return undefined
      return timeText(Number(BigInt(text) / 10_000n) - 11_644_473_600_000)
    }
    default:
      return byLayout(text, layout)
  }
}

/** Whether a text has a time of twelve hours. Where these are written, a number before a slash is most often the month. */
export function hasTwelveHours(text: string): boolean {
  return /\d\s?[ap]\.?m\.?(?: ?(?:Z|UTC|GMT))?$/i.test(text)
}

export const dateLayout = /^(iso|epoch|filetime|(?=.*yyyy)(?=.*M)(?=.*d)[yMdHms\s./:T,-]+)$/

function isoDate(text: string): string | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(text)
  if (match === null) return undefined
  const [, year = '', month = '', day = '', time, zone] = match
  if (!isDay(Number(year), Number(month), Number(day))) return undefined
  if (time === undefined) return `${year}-${month}-${day}`
  const offset =
    zone === undefined || /z/i.test(zone) ? 'Z' : zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`
  return timeText(Date.parse(`${year}-${month}-${day}T${time}${offset}`))
}

function byLayout(text: string, layout: string): string | undefined {
  const exact = exactly(text, layout)
  if (exact !== undefined) return exact
  const { day, time } = partsOf(text)
  if (layout.includes('MMM')) return timed(namedDay(day), time)
  if (time === undefined) return undefined
  const [dayLayout = ''] = layout.split(/[ T]?H/)
  return timed(exactDay(day, dayLayout), time)
}

/** Without anything beside the layout. */
function exactly(text: string, layout: string): string | undefined {
  const at = exactDay(text, layout)
  return timed(at, layout.includes('H') ? at?.time : undefined)
}

function exactDay(text: string, layout: string): (Day & { readonly time: number }) | undefined {
  const names: string[] = []
  const pattern = layout.replaceAll(/yyyy|MMM|MM?|dd?|HH?|mm|ss|[^\w]|\w/g, (token) => {
    if (/^(yyyy|MMM|MM?|dd?|HH?|mm|ss)$/.test(token)) {
      names.push(token[0] ?? '')
      if (token === 'MMM') return '(\\p{L}{3,12})'
      return token === 'yyyy' ? '(\\d{4})' : token.length === 2 ? '(\\d{2})' : '(\\d{1,2})'
    }
    return token.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  })
  const match = new RegExp(`^${pattern}$`, 'iu').exec(text)
  if (match === null) return undefined
  const textOf = (name: string) => match[names.indexOf(name) + 1] ?? ''
  const of = (name: string) => (names.includes(name) ? Number(textOf(name)) : 0)
  const time = (of('H') * 60 + of('m')) * 60 + of('s')
  const month = layout.includes('MMM') ? (monthNamed(textOf('M')) ?? 0) : of('M')
  return { year: of('y'), month, day: of('d'), time }
}

interface Day {
  readonly year: number
  readonly month: number
  readonly day: number
}

/** A time, in seconds since midnight. */
function partsOf(text: string): { readonly day: string; readonly time?: number } {
  const match =
    /^(.*?\d)(?:,? +|T)(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d{1,9})?)?(?:\s?([ap])\.?m\.?)?(?: ?(?:Z|UTC|GMT))?$/i.exec(
      text,
    )
  if (match === null) return { day: text }
  const [, day = '', hours = '', minutes = '', seconds = '0', half] = match
  let hour = Number(hours)
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return { day: text }
    hour = (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
  }
  if (hour > 24 || Number(minutes) > 59 || Number(seconds) > 60) return { day: text }
  return { day, time: (hour * 60 + Number(minutes)) * 60 + Number(seconds) }
}

/** `30-NOV-2026`, `30. November 2026`, `Nov 30, 2026`, `30-Nov-26` */
function namedDay(text: string): Day | undefined {
  const match =
    /^(\d{1,2})(?:st|nd|rd|th|er)?[-\s./]{1,2}(?:de )?(\p{L}{3,12})[-\s./,]{1,2}(?:de )?(\d{4}|\d{2})$/iu.exec(text) ??
    /^(?<month>\p{L}{3,12})[-\s./]{1,2}(?<day>\d{1,2})(?:st|nd|rd|th)?[-\s./,]{1,2}(?<year>\d{4})$/iu.exec(text)
  if (match === null) return undefined
  const { day = match[1] ?? '', month = match[2] ?? '', year = match[3] ?? '' } = match.groups ?? {}
  const number = monthNamed(month)
  if (number === undefined) return undefined
  // Oracle and Excel also print the last day of 9999 like this, which stands for no end.
  if (year === '99' && number === 12 && Number(day) === 31) return undefined
  // As Oracle and Excel read it: 49 is 2049, 50 is 1950.
  const century = year.length === 4 ? 0 : Number(year) < 50 ? 2000 : 1900
  return { year: century + Number(year), month: number, day: Number(day) }
}

function timed(at: Day | undefined, time: number | undefined): string | undefined {
  if (at === undefined || !isDay(at.year, at.month, at.day)) return undefined
  const { year, month, day } = at
  if (time !== undefined) return timeText(Date.UTC(year, month - 1, day, 0, 0, time))
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day))
  return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

function timeText(milliseconds: number): string | undefined {
  const date = new Date(milliseconds)
  return Number.isNaN(date.getTime()) ? undefined : `${date.toISOString().slice(0, 19)}Z`
}
