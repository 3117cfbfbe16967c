import type { NodeRequest } from './node-messages.ts'

/** The longest time of a unary call, whatever its client allows; longer work is a job or a stream. */
export const longestUnaryMs = 60_000

const unitMs: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 0.001, n: 0.000_001 }

/** Sets the deadline of a unary call in the header of its protocol, or shortens it. */
export function boundDeadline({ headers }: Pick<NodeRequest, 'headers'>, longestMs = longestUnaryMs): void {
  if (headers['content-type']?.startsWith('application/grpc')) {
    const given = headers['grpc-timeout']
    const [, digits, unit = ''] = /^(\d{1,8})([HMSmun])$/.exec(String(given ?? `${longestMs}m`)) ?? []
    // The protocol's handler refuses a malformed value.
    if (digits === undefined) return
    if (given === undefined || Number(digits) * (unitMs[unit] ?? 0) > longestMs)
      headers['grpc-timeout'] = `${longestMs}m`
  } else {
    const given = headers['connect-timeout-ms']
    if (given === undefined || (/^\d{1,10}$/.test(String(given)) && Number(given) > longestMs)) {
      headers['connect-timeout-ms'] = String(longestMs)
    }
  }
}
