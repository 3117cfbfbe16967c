const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** The times between attempts that Standard Webhooks recommends: the first attempt is made at once, the eighth is the last. */
const delays = [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 10 * hour]

/** A delay is longer by up to this share, so that deliveries that failed together are not tried together. */
const jitter = 0.2

/** A receiver may request a pause of at most this time. */
const longestPauseMs = 24 * hour

/**
 * The delay after a number of failed attempts; undefined after the last.
 * @param random from 0 to 1
 */
export function delayAfter(attempts: number, random = Math.random()): number | undefined {
  const delay = delays[attempts - 1]
  return delay === undefined ? undefined : Math.round(delay * (1 + jitter * random))
}

/** The milliseconds of `Retry-After`: seconds, or a date (RFC 9110). Undefined for any other text. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined
  const text = header.trim()
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * second : Date.parse(text) - now
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), longestPauseMs)
}
