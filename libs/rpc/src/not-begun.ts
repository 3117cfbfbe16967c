import { Code, ConnectError } from '@connectrpc/connect'

/** Steps before anything of a call is sent. A connection that stands can break with the same codes, behind a call that acted. */
const beforeTheCall: ReadonlySet<unknown> = new Set(['connect', 'getaddrinfo'])
/** Nobody listens there, or the host is not there. */
const notConnected: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND'])

/** Whether a call failed before anything of it was sent, so that it may be made again whatever it does. */
export function hasNotBegun(error: unknown): boolean {
  if (!(error instanceof ConnectError) || error.code !== Code.Unavailable) return false
  // Node tries each address of a name, and tells of all of them.
  const causes: readonly unknown[] = error.cause instanceof AggregateError ? error.cause.errors : [error.cause]
  return causes.length > 0 && causes.every(isBeforeTheCall)
}

function isBeforeTheCall(cause: unknown): boolean {
  const { code, syscall } = (cause ?? {}) as { code?: unknown; syscall?: unknown }
  return notConnected.has(code) && beforeTheCall.has(syscall)
}
