import type { OutgoingHttpHeaders } from 'node:http'
import { Code, ConnectError } from '@connectrpc/connect'

/**
 * A refusal whose HTTP status may differ from the status of its code: 404, 405, 413 and 415 from the transcoder, 408 from its
 * server.
 */
export class HttpFailure extends Error {
  readonly httpStatus: number
  readonly error: ConnectError
  readonly headers: OutgoingHttpHeaders
  /** Whether it depends only on its error and not on the request, so that the response can be reused. */
  readonly isOfError: boolean

  constructor(
    httpStatus: number,
    error: ConnectError,
    headers: OutgoingHttpHeaders = {},
    cause: unknown = error.cause,
  ) {
    super(error.message, { cause })
    this.name = 'HttpFailure'
    this.httpStatus = httpStatus
    this.error = error
    this.headers = headers
    this.isOfError = httpStatus === statusOf(error) && Object.keys(headers).length === 0 && cause === error.cause
  }
}

export function methodNotAllowed(method: string, allowed: readonly string[]): HttpFailure {
  const allow = allowed.join(', ')
  const message = `This path does not answer ${method.slice(0, 50)}; it answers ${allow}`
  return new HttpFailure(405, new ConnectError(message, Code.Unimplemented), { allow })
}

export function noSuchPath(): HttpFailure {
  return new HttpFailure(404, new ConnectError('There is nothing at this path', Code.NotFound))
}

export function notOffered(method: string, template: string): HttpFailure {
  const message = `${method} ${template} is a call of this API that is not offered here`
  return new HttpFailure(501, new ConnectError(message, Code.Unimplemented))
}

export function bodyTooLarge(maxBytes: number): HttpFailure {
  return new HttpFailure(413, new ConnectError(`The request body exceeds ${maxBytes} bytes`, Code.ResourceExhausted))
}

/** @param sent the Content-Type of the request; the message repeats only its beginning */
export function unsupportedType(sent: string): HttpFailure {
  const named = sent.length > 100 ? `${sent.slice(0, 100)}...` : sent
  const message = `The Content-Type must be application/json, or another that ends in +json; it is "${named}"`
  return new HttpFailure(415, new ConnectError(message, Code.InvalidArgument), { 'accept-post': 'application/json' })
}

export function unsupportedEncoding(): HttpFailure {
  const error = new ConnectError('The Content-Encoding must be gzip or identity', Code.InvalidArgument)
  return new HttpFailure(415, error, { 'accept-encoding': 'gzip, identity' })
}

/** The HTTP status of a code, as in google/rpc/code.proto and Connect. */
function httpStatusOf(code: Code): number {
  return statuses.get(code) ?? 500
}

const statuses: ReadonlyMap<Code, number> = new Map([
  [Code.Canceled, 499],
  [Code.Unknown, 500],
  [Code.InvalidArgument, 400],
  [Code.DeadlineExceeded, 504],
  [Code.NotFound, 404],
  [Code.AlreadyExists, 409],
  [Code.PermissionDenied, 403],
  [Code.ResourceExhausted, 429],
  [Code.FailedPrecondition, 400],
  [Code.Aborted, 409],
  [Code.OutOfRange, 400],
  [Code.Unimplemented, 501],
  [Code.Internal, 500],
  [Code.Unavailable, 503],
  [Code.DataLoss, 500],
  [Code.Unauthenticated, 401],
])

/** The HTTP status of an error: its `httpStatus` if it has one, otherwise the status of its code. */
function statusOf(error: ConnectError): number {
  const { httpStatus } = error as ConnectError & { readonly httpStatus?: unknown }
  return typeof httpStatus === 'number' ? httpStatus : httpStatusOf(error.code)
}

/** The failure that the client receives. An error that was not written for clients becomes a fixed text. */
export function toFailure(reason: unknown, abortReason: unknown): HttpFailure {
  if (reason instanceof HttpFailure) return reason
  // An aborted call throws an error of whatever it was waiting for. The reason of the abort says more.
  if (abortReason instanceof ConnectError) return toFailure(abortReason, undefined)
  if (reason instanceof ConnectError && !isWrapped(reason)) return new HttpFailure(statusOf(reason), reason)
  return new HttpFailure(500, new ConnectError('The server failed to answer this call', Code.Internal), {}, reason)
}

/** Whether `ConnectError.from` wrapped another error. It keeps the text of that error, which was not written for clients. */
function isWrapped(error: ConnectError): boolean {
  return error.code === Code.Unknown && error.cause !== undefined && !(error.cause instanceof ConnectError)
}
