import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import { knowCallIdBy, type Span } from '@assay/tracing'
import type { DescMethod } from '@bufbuild/protobuf'
import type { RefusalReason } from './metrics/refusal-reasons.ts'

/**
 * What the log line of a request will say, and what its metrics count. It lives in an AsyncLocalStorage rather than in Connect's context values,
 * because REST requests, probes and the token endpoint have none of those and deserve the same line.
 */
export interface RequestScope {
  /** From `X-Request-Id` where the caller sent a usable one, else a fresh UUID; goes back in the same header. */
  readonly id: string
  /** `package.Service/Method`, once its handler is known. */
  rpc?: string
  /** The Connect code's name (`ok`, `not_found`): over gRPC the HTTP status says nothing. */
  code?: string
  tenantId?: number
  clientId?: string
  /** Gives back the place that the call has among those that go on at once. */
  leave?: () => void
  /** Its handler has begun: the place is given back when the handler ends, which may be after the response is closed. */
  isHandled?: boolean
  /** The method that is called, as soon as it is known. */
  method?: DescMethod
  /** The form of the paths by which REST calls the method: `/directory/v1/identities/{identity_id}`. */
  template?: string
  /** The path that answers, of those besides the calls. */
  endpoint?: string
  /** The name of the code that a call failed with outside of its interceptors: its message could not be read. */
  wireCode?: string
  /** Why it was refused without being worked on. */
  refusal?: RefusalReason
  /** Its step in a trace, where tracing is on. */
  readonly span?: Span | undefined
  /** The trace that the caller named, even if it is not sampled here. */
  readonly traceId?: string | undefined
  /** Refused because too many go on: there are thousands of those when there are any. */
  isShed?: boolean
}

const scopes = new AsyncLocalStorage<RequestScope>()

export function inRequestScope<T>(scope: RequestScope, work: () => T): T {
  return scopes.run(scope, work)
}

/** The request that the running code belongs to, if any. */
export function requestInProgress(): RequestScope | undefined {
  return scopes.getStore()
}

knowCallIdBy(() => scopes.getStore()?.id)

const usableId = /^[A-Za-z0-9._-]{1,64}$/

/** A caller's id is used so that logs of several systems match, unless it could garble a log line or a header. */
export function requestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && usableId.test(given) ? given : randomUUID()
}
