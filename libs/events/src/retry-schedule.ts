const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** Time between attempts as Standard Webhooks recommends it: the first is at once, the eighth is the last. */
const delays = [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 10 * hour]

/** So much longer at most, so that what failed together is not tried together. */
const jitter = 0.2

/** A receiver may ask to be left alone, and not for longer. */
const longestPauseMs = 24 * hour

/**
 * How long to wait after so many failed attempts; undefined after the last.
 * @param random from 0 to 1
 */
export function delayAfter(attempts: number, random = Math.random()): number | undefined {
  const delay = delays[attempts - 1]
  return delay === undefined ? undefined : Math.round(delay * (1 + jitter * random))
}

/** Milliseconds that `Retry-After` asks for: seconds, or a date (RFC 9110). Undefined for what is neither. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined
  const text = header.trim()
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * second : Date.parse(text) - now
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), longestPauseMs)
}
