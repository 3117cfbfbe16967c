import { unavailable } from '@assay/errors'
import { Code, ConnectError } from '@connectrpc/connect'
import { passBack } from './passed-headers.ts'

/**
 * What the caller gets to see when a call to a backend failed. The backend's own answer goes through as it is; a broken or
 * missing connection is UNAVAILABLE and names the service, not its address; the rest is a fault of ours.
 */
export function relayedError(error: unknown, backendName: string, signal: AbortSignal | undefined): unknown {
  // The caller left, or the deadline passed: that is the reason, whatever it looked like from the connection.
  if (signal?.aborted) return signal.reason
  if (!(error instanceof ConnectError)) return error
  if (error.isWireError) return fromBackend(error, backendName)
  switch (error.code) {
    case Code.Canceled:
    case Code.DeadlineExceeded:
    case Code.ResourceExhausted:
      return error
    default:
      return unavailable(`The ${backendName} service does not answer at the moment; try again shortly`, {
        reason: 'BACKEND_UNAVAILABLE',
        metadata: { service: backendName },
        cause: error,
      })
  }
}

function fromBackend(error: ConnectError, backendName: string): unknown {
  if (error.code === Code.Unauthenticated) {
    // The caller was authenticated here; the backend does not believe us.
    return new Error(`${backendName} refused the internal token: is ASSAY_INTERNAL_SECRET the same everywhere?`, {
      cause: error,
    })
  }
  const relayed = new ConnectError(error.rawMessage, error.code)
  relayed.details = error.details
  passBack(error.metadata, relayed.metadata)
  return relayed
}
