import { type Period, periodOf } from './instants.ts'

const lengths = { s: 1000, m: 60_000, h: 3_600_000, H: 3_600_000, d: 86_400_000, w: 604_800_000 } as const
const step = String.raw`(?:[+-]\d{1,5}[yMwdhHms]|/[yMwdhHms])`

const looksLikeTime = /^now[-+/|]|\|\||^\d{4}-\d\d-\d\d(?:[T ]|$)/

/**
 * The time that the end of a range means: a date or time of ISO 8601, `now`, or Elasticsearch's date math on either
 * (`now-7d/d`, `2024-01-01||+1M`), in UTC. Undefined for a text that is not a time. 'malformed' for a text that looks like date
 * math or a date but is wrong, such as `2024-02-30`: compared as a text, it would find people without any hint of the mistake.
 */
export function timeMeant(text: string, now: Date): Period | 'malformed' | undefined {
  const parts = new RegExp(`^(?:(now)|(.+)\\|\\|)(${step}*)$`).exec(text)
  if (parts === null) return periodOf(text) ?? (looksLikeTime.test(text) ? 'malformed' : undefined)
  const [, isNow, date = '', steps = ''] = parts
  let period = isNow === undefined ? periodOf(date) : { start: now.getTime(), end: now.getTime() }
  // Date math on a day begins at the start of the day.
  if (isNow === undefined && steps !== '' && period !== undefined) period = { start: period.start, end: period.start }
  for (const [written] of steps.matchAll(new RegExp(step, 'g'))) period = period && moved(period, written)
  return period ?? 'malformed'
}

/** The period after one step: moved, such as by `+1d`, or rounded to a whole unit by `/d`. Undefined outside the calendar. */
function moved({ start, end }: Period, written: string): Period | undefined {
  const unit = written.at(-1) ?? ''
  const result = written.startsWith('/')
    ? { start: startOfUnit(start, unit), end: added(startOfUnit(Math.max(start, end - 1), unit), 1, unit) }
    : { start: added(start, Number(written.slice(0, -1)), unit), end: added(end, Number(written.slice(0, -1)), unit) }
  return isInCalendar(result.start) && isInCalendar(result.end) ? result : undefined
}

/** The years of ISO 8601, which PostgreSQL reads too. */
const isInCalendar = (at: number) => at >= Date.parse('0001-01-01T00:00:00Z') && at < Date.UTC(10_000, 0)

function added(at: number, count: number, unit: string): number {
  if (unit !== 'M' && unit !== 'y') return at + count * lengths[unit as keyof typeof lengths]
  const date = new Date(at)
  const day = date.getUTCDate()
  date.setUTCMonth(date.getUTCMonth() + (unit === 'M' ? count : 12 * count), 1)
  const lastOfMonth = new Date(date)
  lastOfMonth.setUTCMonth(date.getUTCMonth() + 1, 0)
  // The 31st becomes the last day of a shorter month.
  date.setUTCDate(Math.min(day, lastOfMonth.getUTCDate()))
  return date.getTime()
}

function startOfUnit(at: number, unit: string): number {
  if (unit === 'y' || unit === 'M') {
    const date = new Date(startOfUnit(at, 'd'))
    return date.setUTCMonth(unit === 'y' ? 0 : date.getUTCMonth(), 1)
  }
  // Weeks start on Monday, and 1970 on a Thursday.
  const offset = unit === 'w' ? 3 * lengths.d : 0
  const length = lengths[unit as keyof typeof lengths]
  return Math.floor((at + offset) / length) * length - offset
}
