import { Code, ConnectError } from '@connectrpc/connect'

/**
 * System calls before anything of a call is sent. An open connection can fail with the same codes after a call that had an
 * effect.
 */
const beforeTheCall: ReadonlySet<unknown> = new Set(['connect', 'getaddrinfo'])
/** No process listens there, or the host cannot be reached. */
const notConnected: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND'])

/** Whether a call failed before any part of it was sent, so that every call may be repeated. */
export function hasNotBegun(error: unknown): boolean {
  if (!(error instanceof ConnectError) || error.code !== Code.Unavailable) return false
  // Node tries each address of a name, and reports the errors of all.
  const causes: readonly unknown[] = error.cause instanceof AggregateError ? error.cause.errors : [error.cause]
  return causes.length > 0 && causes.every(isBeforeTheCall)
}

function isBeforeTheCall(cause: unknown): boolean {
  const { code, syscall } = (cause ?? {}) as { code?: unknown; syscall?: unknown }
  return notConnected.has(code) && beforeTheCall.has(syscall)
}
