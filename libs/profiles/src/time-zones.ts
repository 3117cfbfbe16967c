import { RuleError } from './rule-limits.ts'
import { shortened } from './rule-values.ts'

/** The times that protobuf's Timestamp may have: the years 1 to 9999. */
const earliest = new Date(0).setUTCFullYear(1, 0, 1)
const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/** @throws RuleError outside the years 1 to 9999 */
export function timeOf(milliseconds: number): Date {
  if (milliseconds >= earliest && milliseconds <= latest) return new Date(milliseconds)
  throw new RuleError('the time is outside the years 1 to 9999')
}

/** Making one takes 50 times as long as using it. A rule names few zones, yet may compute them. */
const formats = new Map<string, Intl.DateTimeFormat>()
const mostFormats = 64

/** What a clock of the zone shows, as the time in UTC that reads the same. @throws RuleError for an unknown zone */
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

/** The time at which a clock of the zone shows `shown`; of two such times, when clocks go back, the first. */
export function fromWallClock(shown: Date, zone: string): Date {
  if (zone === 'UTC') return timeOf(shown.getTime())
  const offsetAt = (time: number) => wallClock(timeOf(time), zone).getTime() - time
  const offsets = [-86_400_000, 86_400_000].map((distance) => offsetAt(shown.getTime() + distance))
  const candidates = offsets.map((offset) => shown.getTime() - offset).sort((one, other) => one - other)
  const exact = candidates.find((time) => time + offsetAt(time) === shown.getTime())
  // When clocks go forward the hour between does not exist: count on as if they had not.
  return timeOf(exact ?? shown.getTime() - (offsets[0] as number))
}

/** Minutes that the zone is ahead of UTC. */
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
