import { type DomainError, unavailable } from '@assay/errors'
import { Code, ConnectError } from '@connectrpc/connect'
import { refusedToken } from './domain-error-of.ts'
import { hasNotBegun } from './not-begun.ts'
import { passBack } from './passed-headers.ts'

/** Errors that a service answered with. A weak set: they are looked up while they are thrown. */
const relayed = new WeakSet<ConnectError>()

/** Whether an error is the answer of a service of ours, which has logged it where it was a fault. */
export function isRelayed(error: unknown): boolean {
  return error instanceof ConnectError && (error.isWireError || relayed.has(error))
}

/**
 * What the caller gets to see when a call to a service failed. The service's own answer goes through as it is; a broken or
 * missing connection is UNAVAILABLE and names the service, not its address; the rest is a fault of ours. A caller is told when to
 * repeat the call (`retryAfterMs`) where that does nothing twice.
 * @param isRead the call changes nothing
 */
export function relayedError(
  error: unknown,
  serviceName: string,
  signal: AbortSignal | undefined,
  { isRead = false } = {},
): unknown {
  // The caller left, or the deadline passed: that is the reason, whatever it looked like from the connection.
  if (signal?.aborted) return signal.reason
  if (!(error instanceof ConnectError)) return error
  if (error.isWireError) return fromService(error, serviceName)
  switch (error.code) {
    case Code.DeadlineExceeded:
    case Code.ResourceExhausted:
      return error
    // CANCELED as well: Node resets the streams of a lost connection with CANCEL. The caller did not cancel, and no client
    // repeats a call that it cancelled.
    default:
      return doesNotAnswer(serviceName, error, isRead || hasNotBegun(error))
  }
}

/** A process that takes the place of another one is there within some seconds. */
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
    // The caller was authenticated here; the service does not believe us.
    return refusedToken(serviceName, error)
  }
  const answer = new ConnectError(error.rawMessage, error.code)
  answer.details = error.details
  passBack(error.metadata, answer.metadata)
  relayed.add(answer)
  return answer
}
