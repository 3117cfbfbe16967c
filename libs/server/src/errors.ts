import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from '@assay/contracts/google/rpc/error_details_pb'
import { DomainError, type DomainErrorKind } from '@assay/errors'
import { isRelayed, withinStatusLimit } from '@assay/rpc'
import type { DescService } from '@bufbuild/protobuf'
import { durationFromMs } from '@bufbuild/protobuf/wkt'
import {
  Code,
  ConnectError,
  type Interceptor,
  type StreamResponse,
  type UnaryRequest,
  type UnaryResponse,
} from '@connectrpc/connect'
import type { Logger } from './logger.ts'
import { refused } from './metrics/refusals.ts'

const codes: Readonly<Record<DomainErrorKind, Code>> = {
  aborted: Code.Aborted,
  already_exists: Code.AlreadyExists,
  failed_precondition: Code.FailedPrecondition,
  invalid_argument: Code.InvalidArgument,
  not_found: Code.NotFound,
  permission_denied: Code.PermissionDenied,
  resource_exhausted: Code.ResourceExhausted,
  unauthenticated: Code.Unauthenticated,
  unavailable: Code.Unavailable,
}

/** Replaces the domain's field names in a text by those of an API, see `ApiDialect` of @assay/dialects. */
export type FieldName = (domainText: string) => string

/** `google.rpc.ErrorInfo.domain` of all reasons. */
export const errorDomain = 'assay'

/** The text of every internal error for callers; the log has the cause under the same request id. */
export const internalErrorText = 'An internal error occurred; the server log has its cause under this request id'

/**
 * The only place where errors become what callers see, in a size that clients accept (`withinStatusLimit`). A DomainError keeps its message
 * and gets BadRequest (violations), ErrorInfo (reason) and RetryInfo details, and a `retry-after` header. A ConnectError stays as it is.
 * Any other error is internal: callers do not see its text, which becomes the `cause`.
 *
 * @param fieldName replaces field names by those of the caller's API; by default they stay
 */
export function toConnectError(error: unknown, fieldName: FieldName = (text) => text): ConnectError {
  if (error instanceof ConnectError) return withinStatusLimit(error)
  if (error instanceof DomainError) return withinStatusLimit(fromDomainError(error, fieldName))
  if (error instanceof Error && error.name === 'AbortError') {
    return new ConnectError('The call was cancelled', Code.Canceled, undefined, undefined, error)
  }
  return new ConnectError(internalErrorText, Code.Internal, undefined, undefined, error)
}

function fromDomainError(error: DomainError, fieldName: FieldName): ConnectError {
  const wire = new ConnectError(fieldName(error.message), codes[error.kind], undefined, undefined, error.cause)
  if (error.violations.length > 0) {
    const fieldViolations = error.violations.map(({ field, description }) => ({
      field: fieldName(field),
      description: fieldName(description),
    }))
    wire.details.push({ desc: BadRequestSchema, value: { fieldViolations } })
  }
  if (error.reason !== undefined) {
    const info = { reason: error.reason, domain: errorDomain, metadata: { ...error.metadata } }
    wire.details.push({ desc: ErrorInfoSchema, value: info })
  }
  if (error.retryAfterMs !== undefined) {
    wire.metadata.set('retry-after', String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))))
    wire.details.push({ desc: RetryInfoSchema, value: { retryDelay: durationFromMs(error.retryAfterMs) } })
  }
  return wire
}

/**
 * Converts everything that a handler throws, before or in the middle of a stream, by `toConnectError`, and logs internal errors (without a
 * logger, an outer interceptor does).
 *
 * @param fieldNamesOf the field names of a service's API; undefined for the domain's names
 */
export function errorInterceptor(
  logger?: Logger,
  fieldNamesOf: (service: DescService) => FieldName | undefined = () => undefined,
): Interceptor {
  const translated = (error: unknown, { signal, service }: Pick<UnaryRequest, 'signal' | 'service'>) => {
    if (isTenantBound(error)) refused('tenant_bound')
    const wire = toConnectError(error, fieldNamesOf(service))
    // A caller that disconnects may reset the stream with any code, also INTERNAL_ERROR; that is not an internal error.
    if (signal.aborted && error === signal.reason) return wire
    if (isBrokenStream(error)) return wire
    // The service that threw it has logged it under the same id.
    if (isRelayed(error)) return wire
    if (wire.code === Code.Internal || wire.code === Code.Unknown || wire.code === Code.DataLoss) {
      logger?.error({ err: wire.cause ?? wire, code: Code[wire.code] }, 'a call failed by an internal error')
    }
    return wire
  }
  return (next) => async (request) => {
    let response: UnaryResponse | StreamResponse
    try {
      response = await next(request)
    } catch (error) {
      throw translated(error, request)
    }
    return response.stream
      ? { ...response, message: guarded(response.message, (error) => translated(error, request)) }
      : response
  }
}

/** Whether it is a refusal until some of the tenant's present work has ended. */
function isTenantBound(error: unknown): boolean {
  return error instanceof DomainError && error.kind === 'resource_exhausted' && error.retryAfterMs !== undefined
}

/** Error codes of Node for writing to a stream whose other end has disconnected. */
const brokenStreamCodes = new Set([
  'ECANCELED',
  'ERR_HTTP2_INVALID_STREAM',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
])

/** Whether the peer has disconnected; also for such an error inside a ConnectError. */
export function isBrokenStream(error: unknown): boolean {
  const cause = error instanceof ConnectError ? error.cause : error
  return cause instanceof Error && 'code' in cause && brokenStreamCodes.has(String(cause.code))
}

async function* guarded<T>(messages: AsyncIterable<T>, translated: (error: unknown) => ConnectError): AsyncIterable<T> {
  try {
    yield* messages
  } catch (error) {
    throw translated(error)
  }
}
