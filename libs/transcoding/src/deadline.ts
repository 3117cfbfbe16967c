import type { IncomingHttpHeaders } from 'node:http'
import { invalidRequest } from './violations.ts'

/** gRPC writes a timeout with at most eight digits, which are 27 hours in milliseconds; no client waits longer. */
const longestMs = 99_999_999

/**
 * The timeout that the client sets for the call, in milliseconds: `Connect-Timeout-Ms` (milliseconds) or `X-Server-Timeout`
 * (seconds, with fractions), the shorter of both.
 */
export function readTimeout(headers: IncomingHttpHeaders): number | undefined {
  const milliseconds = headers['connect-timeout-ms']
  const seconds = headers['x-server-timeout']
  if (milliseconds === undefined && seconds === undefined) return undefined
  return Math.min(
    longestMs,
    milliseconds === undefined ? longestMs : parse('Connect-Timeout-Ms', milliseconds, /^\d{1,10}$/, 1),
    seconds === undefined ? longestMs : parse('X-Server-Timeout', seconds, /^\d{1,10}(?:\.\d{1,9})?$/, 1000),
  )
}

function parse(field: string, value: string | string[], pattern: RegExp, unit: number): number {
  const text = String(value)
  if (!pattern.test(text)) {
    const description = `must be a number of ${unit === 1 ? 'milliseconds, whole' : 'seconds'} and not negative`
    throw invalidRequest([{ field, description }])
  }
  return Math.ceil(Number(text) * unit)
}
