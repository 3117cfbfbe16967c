import { ConnectError, type Interceptor } from '@connectrpc/connect'
import { codeName } from './code-name.ts'
import type { Logger } from './logger.ts'
import type { NodeHandler } from './one-port.ts'
import { inRequestScope, type RequestScope, requestId, requestInProgress } from './request-scope.ts'
import { pathOf } from './rpc-handler.ts'

/** Asked every second by balancers: their lines would bury the others. */
const probes: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/grpc.health.v1.Health/Check'])

/**
 * Gives every request its id and one log line at its end, whatever protocol it came by. Calls that are refused because too many go
 * on are counted in the metrics; their lines come at the level `debug`, since writing them takes what the others need.
 */
export function withRequestLog(logger: Logger, next: NodeHandler): NodeHandler {
  return (request, response) => {
    const scope: RequestScope = { id: requestId(request.headers['x-request-id']) }
    const startedAt = performance.now()
    response.setHeader('x-request-id', scope.id)
    inRequestScope(scope, () => {
      response.once('close', () => {
        if (scope.isHandled !== true) scope.leave?.()
        const path = pathOf(request)
        const level = probes.has(path) || scope.isShed === true ? 'debug' : 'info'
        if (!logger.isLevelEnabled(level)) return
        const { rpc, code, tenantId, clientId } = scope
        const { method, httpVersion } = request
        const durationMs = Math.round((performance.now() - startedAt) * 10) / 10
        // An answer that was cut off still carries the status it began with.
        const outcome = response.writableFinished ? { status: response.statusCode } : { aborted: true }
        const line = { method, path, httpVersion, rpc, code, tenantId, clientId, ...outcome, durationMs }
        // Over HTTP/2 the event comes from the connection, outside of any request.
        inRequestScope(scope, () => logger[level](line, 'request'))
      })
      next(request, response)
    })
  }
}

/** Puts the call's name and code into the request's log line; outermost, so that it sees what the caller sees. */
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

/** Notes why a call failed that did not reach its interceptors. */
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
