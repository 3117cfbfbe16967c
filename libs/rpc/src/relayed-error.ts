import { type DomainError, unavailable } from '@assay/errors'
import { Code, ConnectError } from '@connectrpc/connect'
import { refusedToken } from './domain-error-of.ts'
import { hasNotBegun } from './not-begun.ts'
import { passBack } from './passed-headers.ts'

/** Errors that are responses of a service. A weak set, because they are only looked up while they are thrown. */
const relayed = new WeakSet<ConnectError>()

/** Whether an error is the response of one of our services, which has logged it if it was a fault. */
export function isRelayed(error: unknown): boolean {
  return error instanceof ConnectError && (error.isWireError || relayed.has(error))
}

/**
 * The error that the caller gets when a call to a service failed. The service's own error is passed on unchanged. A broken or
 * missing connection is UNAVAILABLE, with the name of the service and without its address. Anything else is a fault of ours.
 * `retryAfterMs` says when to repeat the call, if repeating it cannot do anything twice.
 * @param isRead whether the call changes nothing
 */
export function relayedError(
  error: unknown,
  serviceName: string,
  signal: AbortSignal | undefined,
  { isRead = false } = {},
): unknown {
  // The caller disconnected or the deadline passed; this is the reason, whatever error the connection reported.
  if (signal?.aborted) return signal.reason
  if (!(error instanceof ConnectError)) return error
  if (error.isWireError) return fromService(error, serviceName)
  switch (error.code) {
    case Code.DeadlineExceeded:
    case Code.ResourceExhausted:
      return error
    // Also for CANCELED: Node resets the streams of a lost connection with CANCEL. The caller did not cancel, and clients do
    // not repeat calls that they cancelled.
    default:
      return doesNotAnswer(serviceName, error, isRead || hasNotBegun(error))
  }
}

/** A process that replaces another one is ready within some seconds. */
const retryAfterMs = 2_000

function doesNotAnswer(serviceName: string, cause: ConnectError, mayBeRepeated: boolean): DomainError {
  return unavailable(`The ${serviceName} service does not answer at the moment; try again shortly`, {
    reason: 'BACKEND_UNAVAILABLE',
    metadata: { service: serviceName },
    ...(mayBeRepeated && { retryAfterMs }),
    cause,
  })
}

function fromService(error: ConnectError, serviceName: string): unknown {
  if (error.code === Code.Unauthenticated) {
    // The caller was authenticated here, but the service refuses our token.
    return refusedToken(serviceName, error)
  }
  const answer = new ConnectError(error.rawMessage, error.code)
  answer.details = error.details
  passBack(error.metadata, answer.metadata)
  relayed.add(answer)
  return answer
}
