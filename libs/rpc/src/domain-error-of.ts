import { DomainError, type DomainErrorKind, unavailable } from '@assay/errors'
import { Code, ConnectError } from '@connectrpc/connect'

/** Errors that depend on the request, so that a repeated call would get them again. */
const refusals: Partial<Record<Code, DomainErrorKind>> = {
  [Code.InvalidArgument]: 'invalid_argument',
  [Code.FailedPrecondition]: 'failed_precondition',
  [Code.NotFound]: 'not_found',
  [Code.AlreadyExists]: 'already_exists',
  [Code.Aborted]: 'aborted',
  [Code.PermissionDenied]: 'permission_denied',
  [Code.ResourceExhausted]: 'resource_exhausted',
}

/**
 * Converts the error of a call that a service made in its own name, such as from a job, to an error of the domain. A refusal
 * keeps its kind, a service that cannot be reached is `unavailable`, and a fault of the service stays a fault.
 *
 * @param serviceName the name that operators know
 */
export function domainErrorOf(error: unknown, serviceName: string): unknown {
  if (!(error instanceof ConnectError)) return error
  const kind = refusals[error.code]
  if (kind !== undefined) return new DomainError(kind, error.rawMessage, { cause: error })
  // A fault of the service must not be repeated without a limit; the queue counts it.
  if (error.code === Code.Internal && error.isWireError) return error
  if (error.code === Code.Unauthenticated) return refusedToken(serviceName, error)
  return unavailable(`The ${serviceName} service does not answer at the moment`, { cause: error })
}

/** A service refused our internal token: a fault of the deployment, not of the caller. */
export function refusedToken(serviceName: string, cause: ConnectError): Error {
  return new Error(`${serviceName} refused the internal token: is ASSAY_INTERNAL_SECRET the same everywhere?`, {
    cause,
  })
}
