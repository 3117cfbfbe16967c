import { Duration } from '@marcbachmann/cel-js/evaluator'
import { type RuleFunction, ruleFunction } from './rule-function.ts'
import { RuleError, spendSteps } from './rule-limits.ts'
import { shortened } from './rule-values.ts'
import { currentWorld } from './rule-world.ts'
import { formatTime, parseTime, timeFormats } from './time-layouts.ts'
import { fromWallClock, timeOf, wallClock } from './time-zones.ts'

const timestamp = 'google.protobuf.Timestamp'
const duration = 'google.protobuf.Duration'

/** The cost of one look-up in a time zone, in steps. */
const zoneSteps = 20

/** Functions on time. Zones have the names of the IANA database; the default is UTC. */
export const timeFunctions: readonly RuleFunction[] = [
  ruleFunction(
    `now() -> ${timestamp}`,
    'the time at which the evaluation began; the same for everybody',
    () => new Date(currentWorld().now),
  ),
  ruleFunction(`timestamp(string) -> ${timestamp}`, 'a time in the form of RFC 3339', (text: string) =>
    parseTime(text, timeFormats.RFC3339, 'UTC'),
  ),
  ruleFunction(`timestamp(int) -> ${timestamp}`, 'a time in seconds since 1970', (seconds: bigint) =>
    timeOf(Number(seconds) * 1000),
  ),
  ruleFunction(`timestamp(${timestamp}) -> ${timestamp}`, 'the same time', (time: Date) => time),
  ruleFunction(
    `duration(string) -> ${duration}`,
    'a duration of hours, minutes, seconds and smaller units, such as "720h" or "1h30m"',
    durationOf,
  ),
  ...zoned('parse', 'string', timestamp, 'a text as time, by a layout of `TimeFormat` or of Go', parseTime),
  ...zoned('format', timestamp, 'string', 'a time as text, by a layout of `TimeFormat` or of Go', formatTime),
  ruleFunction(`time.unix(int) -> ${timestamp}`, 'a time in seconds since 1970', (_path, seconds: bigint) =>
    timeOf(Number(seconds) * 1000),
  ),
  ruleFunction(
    `time.unix_ms(int) -> ${timestamp}`,
    'a time in milliseconds since 1970',
    (_path, milliseconds: bigint) => timeOf(Number(milliseconds)),
  ),
  ...zoned(
    'start_of',
    timestamp,
    timestamp,
    'when the "day", "week" (from Monday), "month", "quarter" or "year" of a time begins',
    (time: Date, unit, zone) => startOf(time, unit, zone, 0),
  ),
  ...zoned('end_of', timestamp, timestamp, 'the last millisecond of it', (time: Date, unit, zone) =>
    timeOf(startOf(time, unit, zone, 1).getTime() - 1),
  ),
  ...getter('getFullYear', 'the year', (shown) => shown.getUTCFullYear()),
  ...getter('getMonth', 'the month, from 0', (shown) => shown.getUTCMonth()),
  ...getter('getDate', 'the day of the month, from 1', (shown) => shown.getUTCDate()),
  ...getter('getDayOfMonth', 'the day of the month, from 0', (shown) => shown.getUTCDate() - 1),
  ...getter('getDayOfWeek', 'the day of the week, from Sunday, which is 0', (shown) => shown.getUTCDay()),
  ...getter('getDayOfYear', 'the day of the year, from 0', (shown) => {
    const start = new Date(shown).setUTCMonth(0, 1)
    return Math.floor((shown.getTime() - start) / 86_400_000)
  }),
  ...getter('getHours', 'the hour', (shown) => shown.getUTCHours()),
  ...getter('getMinutes', 'the minute', (shown) => shown.getUTCMinutes()),
  ...getter('getSeconds', 'the second', (shown) => shown.getUTCSeconds()),
  ...getter('getMilliseconds', 'the millisecond', (shown) => shown.getUTCMilliseconds()),
  amount('getHours', 'whole hours of it', (one) => one.seconds / 3600n),
  amount('getMinutes', 'whole minutes of it', (one) => one.seconds / 60n),
  amount('getSeconds', 'whole seconds of it', (one) => one.seconds),
  amount(
    'getMilliseconds',
    'whole milliseconds of it',
    (one) => one.seconds * 1000n + BigInt(Math.floor(one.nanos / 1e6)),
  ),
]

/** A function of `time` with and without a zone. */
function zoned<First>(
  name: string,
  first: string,
  returns: string,
  about: string,
  handler: (first: First, second: string, zone: string) => unknown,
): RuleFunction[] {
  const run = (_path: unknown, one: First, second: string, zone = 'UTC') => {
    spendSteps(zoneSteps)
    return handler(one, second, zone)
  }
  return [
    ruleFunction(`time.${name}(${first}, string) -> ${returns}`, about, run),
    ruleFunction(`time.${name}(${first}, string, string) -> ${returns}`, `${about}, in a zone`, run),
  ]
}

function getter(name: string, about: string, handler: (shown: Date) => number): RuleFunction[] {
  const run = (time: Date, zone = 'UTC') => {
    spendSteps(zoneSteps)
    return BigInt(handler(wallClock(time, zone)))
  }
  return [
    ruleFunction(`${timestamp}.${name}() -> int`, about, run),
    ruleFunction(`${timestamp}.${name}(string) -> int`, `${about}, in a zone`, run),
  ]
}

function amount(name: string, about: string, handler: (duration: Duration) => bigint): RuleFunction {
  return ruleFunction(`${duration}.${name}() -> int`, about, handler)
}

const nanosecondsIn: Readonly<Record<string, bigint>> = {
  h: 3_600_000_000_000n,
  m: 60_000_000_000n,
  s: 1_000_000_000n,
  ms: 1_000_000n,
  us: 1_000n,
  µs: 1_000n,
  ns: 1n,
}
const second = 1_000_000_000n

/** The limit of protobuf: about 10,000 years. */
const longest = 315_576_000_000n * second

/** Reads a duration in the format of Go. */
function durationOf(text: string): Duration {
  const fault = new RuleError(`"${shortened(text)}" is no duration; an example is "720h"`)
  if (text.length > 60 || !/^[+-]?(?:\d+(?:\.\d*)?(?:h|ms|m|s|us|µs|ns))+$|^[+-]?0$/u.test(text)) throw fault
  let total = 0n
  for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(/(\d+)(?:\.(\d*))?(h|ms|m|s|us|µs|ns)/gu)) {
    const size = nanosecondsIn[unit] ?? 0n
    total += BigInt(whole) * size + (BigInt(`0${fraction}`) * size) / 10n ** BigInt(fraction.length)
  }
  if (total > longest) throw fault
  return inNanoseconds(text.startsWith('-') ? -total : total)
}

function inNanoseconds(total: bigint): Duration {
  const rest = ((total % second) + second) % second
  return new Duration((total - rest) / second, Number(rest))
}

/** With a fraction that counts upwards from the seconds, as the library's arithmetic expects it. */
export function normalDuration(one: Duration): Duration {
  return one.nanos >= 0 ? one : inNanoseconds(one.seconds * second + BigInt(one.nanos))
}

function startOf(time: Date, unit: string, zone: string, later: number): Date {
  const shown = wallClock(time, zone)
  const [year, month, day] = [shown.getUTCFullYear(), shown.getUTCMonth(), shown.getUTCDate()]
  const start = new Date(0)
  switch (unit) {
    case 'day':
      start.setUTCFullYear(year, month, day + later)
      break
    case 'week':
      start.setUTCFullYear(year, month, day - ((shown.getUTCDay() + 6) % 7) + 7 * later)
      break
    case 'month':
      start.setUTCFullYear(year, month + later, 1)
      break
    case 'quarter':
      start.setUTCFullYear(year, month - (month % 3) + 3 * later, 1)
      break
    case 'year':
      start.setUTCFullYear(year + later, 0, 1)
      break
    default:
      throw new RuleError(`"${shortened(unit)}" is no unit; known are "day", "week", "month", "quarter" and "year"`)
  }
  return fromWallClock(start, zone)
}
