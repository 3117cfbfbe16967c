/** Seconds since 1970-01-01T00:00:00Z, and the microseconds of the second. */
interface Instant {
  seconds: number
  micros: number
}

const daysBefore = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365]
const secondsOfDay = 86_400

/**
 * Parses an RFC 3339 time or an ISO date (midnight UTC) into `into` without making a string, since every row of grants has two of
 * them. A time without an offset is UTC; a space may replace the T. Returns false for other texts and for days that do not exist.
 */
export function parseInstant(bytes: Uint8Array, start: number, end: number, into: Instant): boolean {
  const day = parseDay(bytes, start, Math.min(end, start + 10))
  if (Number.isNaN(day)) return false
  into.seconds = day * secondsOfDay
  into.micros = 0
  return end - start === 10 || parseTime(bytes, start + 10, end, into)
}

/** The days from 1970-01-01 to an ISO date (`2025-01-31`) from year 1 on; NaN for another text. */
export function parseDay(bytes: Uint8Array, start: number, end: number): number {
  if (end - start !== 10 || bytes[start + 4] !== 0x2d || bytes[start + 7] !== 0x2d) return Number.NaN
  const century = two(bytes, start)
  const yearOfCentury = two(bytes, start + 2)
  const month = two(bytes, start + 5)
  const day = two(bytes, start + 8)
  const before = century * 100 + yearOfCentury - 1
  if (century < 0 || yearOfCentury < 0 || before < 0 || month < 1 || month > 12 || day < 1) return Number.NaN
  const isLeap = (yearOfCentury & 3) === 0 && (yearOfCentury !== 0 || (century & 3) === 0)
  const leapDay = isLeap && month > 2 ? 1 : 0
  const length = daysBefore[month]! - daysBefore[month - 1]! + (isLeap && month === 2 ? 1 : 0)
  if (day > length) return Number.NaN
  const leapDays = (before >> 2) - ((before / 100) | 0) + ((before / 400) | 0)
  // There are 719,162 days from 0001-01-01 to 1970-01-01.
  return before * 365 + leapDays - 719_162 + daysBefore[month - 1]! + leapDay + day - 1
}

/** Parses `T12:34:56.789+01:00` from the separator on; seconds and offset are optional. */
function parseTime(bytes: Uint8Array, start: number, end: number, into: Instant): boolean {
  const separator = bytes[start]
  if (separator !== 0x54 && separator !== 0x74 && separator !== 0x20) return false
  if (end - start < 6 || bytes[start + 3] !== 0x3a) return false
  const hour = two(bytes, start + 1)
  const minute = two(bytes, start + 4)
  let second = 0
  let at = start + 6
  if (at < end && bytes[at] === 0x3a) {
    if (end - at < 3) return false
    second = two(bytes, at + 1)
    at += 3
    if (at < end && bytes[at] === 0x2e) {
      const first = ++at
      let unit = 100_000
      for (; at < end && bytes[at]! >= 0x30 && bytes[at]! <= 0x39; at++) {
        into.micros += Math.floor(unit) * (bytes[at]! - 0x30)
        unit /= 10
      }
      if (at === first) return false
    }
  }
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return false
  const offset = parseOffset(bytes, at, end)
  if (Number.isNaN(offset)) return false
  into.seconds += hour * 3600 + minute * 60 + second - offset
  return true
}

/** The offset in seconds east of UTC. */
function parseOffset(bytes: Uint8Array, at: number, end: number): number {
  if (at === end) return 0
  const sign = bytes[at]
  if (end - at === 1 && (sign === 0x5a || sign === 0x7a)) return 0
  if (end - at !== 6 || (sign !== 0x2b && sign !== 0x2d) || bytes[at + 3] !== 0x3a) return Number.NaN
  const hours = two(bytes, at + 1)
  const minutes = two(bytes, at + 4)
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return Number.NaN
  return (sign === 0x2d ? -1 : 1) * (hours * 3600 + minutes * 60)
}

/** Two digits as a number; -1 for other characters. */
function two(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - 0x30
  const ones = bytes[at + 1]! - 0x30
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1
}
