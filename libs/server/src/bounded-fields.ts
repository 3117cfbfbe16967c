import type { NodeHandler } from './one-port.ts'

/** About 27 hours, the most that gRPC can write in milliseconds. A timer of Node that is set for 25 days or more fires at once. */
const longestMs = 99_999_999

const unitMs: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000 }

/** Fields whose values the handlers of the protocols repeat when they refuse them, in the trailers of gRPC too. */
const repeated = ['grpc-timeout', 'connect-timeout-ms', 'grpc-encoding', 'content-encoding', 'connect-content-encoding']
const longestRepeated = 100

/**
 * Bounds what the protocols say about a call, before anything reads it. Deadlines that are longer than a timer can wait are
 * shortened: who allows a call a month is served, not refused. Of values that are too long to mean anything only the
 * beginning goes on, so that the refusal is short as well.
 */
export function withBoundedFields(next: NodeHandler): NodeHandler {
  return (request, response) => {
    const { headers } = request
    for (const name of repeated) {
      const value = headers[name]
      if (typeof value === 'string' && value.length > longestRepeated) headers[name] = value.slice(0, longestRepeated)
    }
    const grpc = headers['grpc-timeout']
    if (typeof grpc === 'string') headers['grpc-timeout'] = clampedGrpcTimeout(grpc)
    const connect = headers['connect-timeout-ms']
    if (typeof connect === 'string') headers['connect-timeout-ms'] = clampedConnectTimeout(connect)
    next(request, response)
  }
}

/** https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md: up to eight digits and a unit */
export function clampedGrpcTimeout(timeout: string): string {
  const [, digits, unit = ''] = /^(\d{1,8})([HMS])$/.exec(timeout) ?? []
  return digits !== undefined && Number(digits) * (unitMs[unit] ?? 0) > longestMs ? `${longestMs}m` : timeout
}

/** https://connectrpc.com/docs/protocol#unary-request: up to ten digits */
export function clampedConnectTimeout(timeout: string): string {
  return /^\d{1,10}$/.test(timeout) && Number(timeout) > longestMs ? String(longestMs) : timeout
}
