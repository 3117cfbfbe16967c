import { RuleError } from './rule-limits.ts'
import { shortened } from './rule-values.ts'

/** The times that protobuf's Timestamp allows: the years 1 to 9999. */
const earliest = new Date(0).setUTCFullYear(1, 0, 1)
const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/** @throws RuleError for times outside the years 1 to 9999 */
export function timeOf(milliseconds: number): Date {
  if (milliseconds >= earliest && milliseconds <= latest) return new Date(milliseconds)
  throw new RuleError('the time is outside the years 1 to 9999')
}

/** Making a format takes 50 times as long as using it. A rule names few zones, but may compute them. */
const formats = new Map<string, Intl.DateTimeFormat>()
const mostFormats = 64

/** The local time in the zone, as a date whose UTC fields have it. @throws RuleError for an unknown zone */
export function wallClock(time: Date, zone: string): Date {
  if (zone === 'UTC') return time
  const fields = new Map(
    formatOf(zone)
      .formatToParts(time)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const at = (type: Intl.DateTimeFormatPartTypes) => fields.get(type) ?? 0
  const shown = new Date(0)
  shown.setUTCFullYear(at('year'), at('month') - 1, at('day'))
  shown.setUTCHours(at('hour'), at('minute'), at('second'), time.getUTCMilliseconds())
  return shown
}

/** The time at which the local time in the zone is `shown`; when clocks go back and there are two such times, the first. */
export function fromWallClock(shown: Date, zone: string): Date {
  if (zone === 'UTC') return timeOf(shown.getTime())
  const offsetAt = (time: number) => wallClock(timeOf(time), zone).getTime() - time
  const offsets = [-86_400_000, 86_400_000].map((distance) => offsetAt(shown.getTime() + distance))
  const candidates = offsets.map((offset) => shown.getTime() - offset).sort((one, other) => one - other)
  const exact = candidates.find((time) => time + offsetAt(time) === shown.getTime())
  // When clocks go forward, the hour between does not exist: calculate as if they had not.
  return timeOf(exact ?? shown.getTime() - (offsets[0] as number))
}

/** The offset of the zone from UTC in minutes. */
export function offsetMinutes(time: Date, zone: string): number {
  return Math.round((wallClock(time, zone).getTime() - time.getTime()) / 60_000)
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known !== undefined) return known
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    throw new RuleError(`"${shortened(zone)}" is no time zone; an example is "Europe/Berlin"`)
  }
  if (formats.size >= mostFormats) formats.clear()
  formats.set(zone, format)
  return format
}
