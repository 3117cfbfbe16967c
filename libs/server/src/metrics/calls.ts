import type { DescMethod, DescService } from '@bufbuild/protobuf'
import { Code } from '@connectrpc/connect'
import { Gauge } from 'prom-client'
import { codeName } from '../code-name.ts'
import type { NodeResponse } from '../node-messages.ts'
import type { NodeHandler } from '../one-port.ts'
import { type RequestScope, requestInProgress } from '../request-scope.ts'
import { pathOf } from '../rpc-handler.ts'
import { refused } from './refusals.ts'
import { callSeconds, registry } from './registry.ts'
import { SeriesCounter, SeriesHistogram } from './series.ts'

const calls = new SeriesCounter({
  name: 'assay_calls_total',
  help: 'Ended calls, by method, by the API of the method, and by code; `method` is a path for requests that are not calls, and `other` for unknown methods',
  labelNames: ['method', 'dialect', 'code'],
  registers: [registry],
})
const durations = new SeriesHistogram({
  name: 'assay_call_duration_seconds',
  help: 'Time from the headers of a request to the last byte of its response, without streams, which last as long as their reader wants',
  labelNames: ['method', 'dialect'],
  buckets: callSeconds,
  registers: [registry],
})
const inFlight = new Gauge({
  name: 'assay_calls_in_flight',
  help: 'Calls in progress, streams included',
  registers: [registry],
})

/** The dialect label of requests that belong to no API: health, reflection, documents, token endpoints. */
const platform = 'platform'
const probes: ReadonlySet<string> = new Set(['/healthz', '/readyz'])

/** The name of a service's API in the label `dialect`; undefined for services that every server has. */
export type DialectOf = (service: DescService) => string | undefined

interface CallSeries {
  readonly count: (code: string) => void
  readonly time: (seconds: number) => void
}

function callSeries(method: string, dialect: string): CallSeries {
  const byCode = new Map<string, () => void>()
  return {
    count(code) {
      const count = byCode.get(code) ?? calls.series({ method, dialect, code })
      byCode.set(code, count)
      count()
    },
    time: durations.series({ method, dialect }),
  }
}

/**
 * Counts every request except probes, when its answer has ended. It must run inside the request's scope, which has the details.
 * @param isAborting whether the process is stopping and ends running calls
 */
export function withCallMetrics(dialectOf: DialectOf, isAborting: () => boolean, next: NodeHandler): NodeHandler {
  const known = new Map<DescMethod | string, CallSeries>()
  const seriesOf = ({ method, endpoint = 'other' }: RequestScope) => {
    const key = method ?? endpoint
    let series = known.get(key)
    if (series === undefined) {
      series =
        method === undefined
          ? callSeries(endpoint, platform)
          : callSeries(`${method.parent.typeName}/${method.name}`, dialectOf(method.parent) ?? platform)
      known.set(key, series)
    }
    return series
  }
  return (request, response) => {
    const scope = requestInProgress()
    if (scope === undefined || probes.has(pathOf(request))) return next(request, response)
    const startedAt = performance.now()
    inFlight.inc()
    response.once('close', () => {
      inFlight.dec()
      const code = outcomeOf(scope, response)
      const series = seriesOf(scope)
      series.count(code)
      if ((scope.method?.methodKind ?? 'unary') === 'unary') series.time((performance.now() - startedAt) / 1000)
      if (scope.refusal !== undefined) return
      // Neither the gate nor a handler refused it, so the code that reads bodies did.
      if (scope.code === undefined && code === 'resource_exhausted') refused('body_size')
      if (isAborting() && (code === 'unavailable' || code === 'canceled')) refused('draining')
    })
    next(request, response)
  }
}

/**
 * The outcome that the caller saw, after the end of the answer: over gRPC it is in the trailers; over HTTP, for requests that are not
 * calls, in the status.
 */
export function outcomeOf(scope: RequestScope, response: NodeResponse): string {
  const grpcStatus = 'stream' in response ? response.stream?.sentTrailers?.['grpc-status'] : undefined
  // When a caller resets an HTTP/2 stream, its answer also counts as ended, although it never began.
  const isAnswered = response.headersSent && response.writableFinished
  if (!isAnswered && (scope.code ?? 'ok') === 'ok') return 'canceled'
  if (grpcStatus !== undefined) return Number(grpcStatus) === 0 ? 'ok' : nameOf(Number(grpcStatus))
  if (scope.code !== undefined) return scope.code
  if (scope.wireCode !== undefined) return scope.wireCode
  const { statusCode } = response
  if (statusCode < 400) return /^application\/grpc/.test(String(response.getHeader('content-type'))) ? 'unknown' : 'ok'
  return codesByStatus.get(statusCode) ?? (statusCode < 500 ? 'invalid_argument' : 'unknown')
}

function nameOf(code: number): string {
  return Code[code] === undefined ? 'unknown' : codeName(code)
}

const codesByStatus: ReadonlyMap<number, string> = new Map([
  [401, 'unauthenticated'],
  [403, 'permission_denied'],
  [404, 'not_found'],
  [405, 'unimplemented'],
  [409, 'aborted'],
  [413, 'resource_exhausted'],
  [429, 'resource_exhausted'],
  [500, 'internal'],
  [501, 'unimplemented'],
  [503, 'unavailable'],
  [504, 'deadline_exceeded'],
])

/**
 * Records the method of the request in progress; before that, the request counts as `other`.
 * @param template the path template, for a REST call
 */
export function noteMethod(method: DescMethod, template?: string): void {
  const scope = requestInProgress()
  if (scope === undefined) return
  scope.method = method
  if (template !== undefined) scope.template = template
}

/** Records the path of the request in progress, which is not a call. @param path from a fixed list */
export function noteEndpoint(path: string): void {
  const scope = requestInProgress()
  if (scope !== undefined) scope.endpoint = path
}
