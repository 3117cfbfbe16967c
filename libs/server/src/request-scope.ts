import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import { knowCallIdBy, type Span } from '@assay/tracing'
import type { DescMethod } from '@bufbuild/protobuf'
import type { RefusalReason } from './metrics/refusal-reasons.ts'

/**
 * The data for the log line and the metrics of a request. They are in an AsyncLocalStorage and not in Connect's context values, since REST
 * requests, probes and the token endpoint have no context values and need the same line.
 */
export interface RequestScope {
  /** A valid `X-Request-Id` of the caller, else a new UUID; the response has it in the same header. */
  readonly id: string
  /** `package.Service/Method`, once its handler is known. */
  rpc?: string
  /** The name of the Connect code (`ok`, `not_found`), since over gRPC the HTTP status is always 200. */
  code?: string
  tenantId?: number
  clientId?: string
  /** Frees the place of the call among the simultaneous calls. */
  leave?: () => void
  /** Its handler has begun: the place is freed when the handler ends, which may be after the response is closed. */
  isHandled?: boolean
  /** The called method, as soon as it is known. */
  method?: DescMethod
  /** The template of the method's REST path: `/directory/v1/identities/{identity_id}`. */
  template?: string
  /** The path of the request, if it is not a call. */
  endpoint?: string
  /** The name of the code of a call that failed outside of its interceptors, because its message could not be read. */
  wireCode?: string
  /** The reason for which it was refused before any work. */
  refusal?: RefusalReason
  /** Its step in a trace, if tracing is on. */
  readonly span?: Span | undefined
  /** The trace of the caller, even if it is not sampled here. */
  readonly traceId?: string | undefined
  /** Refused because of the load: there can be thousands of these. */
  isShed?: boolean
}

const scopes = new AsyncLocalStorage<RequestScope>()

export function inRequestScope<T>(scope: RequestScope, work: () => T): T {
  return scopes.run(scope, work)
}

/** The request of the running code, if any. */
export function requestInProgress(): RequestScope | undefined {
  return scopes.getStore()
}

knowCallIdBy(() => scopes.getStore()?.id)

const usableId = /^[A-Za-z0-9._-]{1,64}$/

/** The caller's id, so that logs of several systems match; a new one if it could break a log line or a header. */
export function requestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && usableId.test(given) ? given : randomUUID()
}
