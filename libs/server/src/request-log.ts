import { readTraceParent, within } from '@assay/tracing'
import { ConnectError, type Interceptor } from '@connectrpc/connect'
import { codeName } from './code-name.ts'
import type { Logger } from './logger.ts'
import type { NodeResponse } from './node-messages.ts'
import type { NodeHandler } from './one-port.ts'
import { inRequestScope, type RequestScope, requestId, requestInProgress } from './request-scope.ts'
import { beginRequestSpan, endRequestSpan } from './request-span.ts'
import { pathOf } from './rpc-handler.ts'

/** Load balancers send these every second; their lines would fill the log. */
const probes: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/grpc.health.v1.Health/Check'])

/**
 * Gives every request its id, its step in a trace, and one log line at its end, for all protocols. Calls that are refused because of the
 * load are counted in the metrics; their lines have the level `debug`, since writing them takes time that other calls need.
 * @param percent the share of successful calls that have a line; calls with an internal error always have one
 */
export function withRequestLog(logger: Logger, next: NodeHandler, percent = 100): NodeHandler {
  return (request, response) => {
    const path = pathOf(request)
    const isProbe = probes.has(path)
    const above = readTraceParent(request.headers.traceparent)
    const span = isProbe ? undefined : beginRequestSpan(request, above)
    const id = requestId(request.headers['x-request-id'])
    const scope: RequestScope = { id, span, traceId: span?.parent.traceId ?? above?.traceId }
    const startedAt = performance.now()
    response.setHeader('x-request-id', scope.id)
    inRequestScope(scope, () => {
      response.once('close', () => {
        if (scope.isHandled !== true) scope.leave?.()
        if (span !== undefined) endRequestSpan(span, request, response, scope)
        const level = isProbe || scope.isShed === true ? 'debug' : 'info'
        if (!logger.isLevelEnabled(level)) return
        if (percent < 100 && !failedByUs(scope, response) && !isSampled(id, percent)) return
        const { rpc, code, tenantId, clientId } = scope
        const { method, httpVersion } = request
        const durationMs = Math.round((performance.now() - startedAt) * 10) / 10
        // An aborted answer still has the status with which it began.
        const outcome = response.writableFinished ? { status: response.statusCode } : { aborted: true }
        const line = { method, path, httpVersion, rpc, code, tenantId, clientId, ...outcome, durationMs }
        // Over HTTP/2 the event comes from the connection, outside of every request.
        inRequestScope(scope, () => logger[level](line, 'request'))
      })
      within(span, () => next(request, response))
    })
  }
}

const ours: ReadonlySet<string | undefined> = new Set(['unknown', 'internal', 'unavailable', 'data_loss'])

function failedByUs({ code, wireCode }: RequestScope, { statusCode }: NodeResponse): boolean {
  return statusCode >= 500 || ours.has(code ?? wireCode)
}

/** The result is the same in every process of a call, since its id is passed on. */
function isSampled(id: string, percent: number): boolean {
  let hash = 0x811c9dc5
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193)
  return ((hash >>> 0) % 10_000) / 100 < percent
}

/**
 * Records the name and code of a call for the request's log line; it is the outermost interceptor, so that it sees what the caller gets.
 */
export const callLogInterceptor: Interceptor = (next) => async (request) => {
  const scope = requestInProgress()
  if (scope === undefined) return await next(request)
  scope.rpc = `${request.service.typeName}/${request.method.name}`
  const failed = (error: unknown) => {
    scope.code = codeName(ConnectError.from(error).code)
    return error
  }
  try {
    const response = await next(request)
    scope.code = 'ok'
    return response.stream ? { ...response, message: watched(response.message, failed) } : response
  } catch (error) {
    throw failed(error)
  }
}

/** Records the error of a call that failed before its interceptors. */
export function noteFailure(error: unknown): void {
  const scope = requestInProgress()
  if (scope !== undefined) scope.wireCode = codeName(ConnectError.from(error).code)
}

async function* watched<T>(messages: AsyncIterable<T>, failed: (error: unknown) => unknown): AsyncIterable<T> {
  try {
    yield* messages
  } catch (error) {
    throw failed(error)
  }
}
