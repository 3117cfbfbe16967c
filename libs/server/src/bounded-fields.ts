import type { NodeHandler } from './one-port.ts'

/** About 27 hours, the longest time that gRPC can express in milliseconds. A Node timer for 25 days or more fires at once. */
const longestMs = 99_999_999

const unitMs: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000 }

/** Fields whose values the protocols' handlers repeat in an error, also in the trailers of gRPC. */
const repeated = ['grpc-timeout', 'connect-timeout-ms', 'grpc-encoding', 'content-encoding', 'connect-content-encoding']
const longestRepeated = 100

/**
 * Limits the protocols' header fields before they are read. A deadline that is too long for a timer is shortened: a client that allows a
 * month is served, not refused. Of a value that is too long to be valid, only the beginning is passed on, so that the error is short.
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
  // In the other units no eight digits are too long.
  if (unitMs[timeout.charAt(timeout.length - 1)] === undefined) return timeout
  const [, digits, unit = ''] = /^(\d{1,8})([HMS])$/.exec(timeout) ?? []
  return digits !== undefined && Number(digits) * (unitMs[unit] ?? 0) > longestMs ? `${longestMs}m` : timeout
}

/** https://connectrpc.com/docs/protocol#unary-request: up to ten digits */
export function clampedConnectTimeout(timeout: string): string {
  return /^\d{1,10}$/.test(timeout) && Number(timeout) > longestMs ? String(longestMs) : timeout
}
