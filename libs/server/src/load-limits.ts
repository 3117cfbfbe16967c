import type { Principal } from '@assay/auth'
import { busyHeader } from '@assay/rpc'
import type { DescMethod } from '@bufbuild/protobuf'
import type { ConnectError, HandlerContext, Interceptor } from '@connectrpc/connect'
import { CallPlaces, isRefusedCall, type Leave } from './call-places.ts'
import { integer, type Setting } from './config.ts'
import { toConnectError } from './errors.ts'
import { refused } from './metrics/refusals.ts'
import { noteRefused, refusal } from './refusal.ts'
import { requestInProgress } from './request-scope.ts'

interface LoadOptions {
  /** The places for unary calls of a method. */
  readonly placesOf: (method: DescMethod) => CallPlaces
  /** Streams run for a long time and mostly wait, so they have separate places. */
  readonly streams: CallPlaces
  /** Whether answers are marked for a gateway in front, see `MovingLimit`. Default false. */
  readonly marksAnswers?: boolean
}

/** Decides whether a call begins now, waits, or is refused before it has done anything. */
export interface LoadLimits {
  /** @throws ConnectError for a refused call */
  enter(caller: Principal, context: Pick<HandlerContext, 'method' | 'signal' | 'responseHeader'>): void | Promise<void>
}

/** A call that waited longer shows that the process is busy. */
const busyMs = 10

export function createLoadLimits({ placesOf, streams, marksAnswers = false }: LoadOptions): LoadLimits {
  /** The refusals of `CallPlaces` are the same objects each time, so each is converted once. */
  const known = new WeakMap<object, ConnectError>()
  const wireOf = (error: unknown): ConnectError => {
    if (!isRefusedCall(error)) return refusal(error)
    refused(error.kind === 'resource_exhausted' ? 'tenant_bound' : 'process_bound')
    const made = known.get(error) ?? toConnectError(error)
    if (marksAnswers) made.metadata.set(busyHeader, '1')
    known.set(error, made)
    noteRefused(made)
    const scope = requestInProgress()
    if (scope !== undefined) scope.isShed = true
    return made
  }
  return {
    enter({ tenantId }, context) {
      const { method, responseHeader } = context
      const scope = requestInProgress()
      const hold = (leave: Leave) => {
        if (scope !== undefined) scope.leave = leave
      }
      const places = method.methodKind === 'unary' ? placesOf(method) : streams
      try {
        const entered = places.enter(tenantId, () => context.signal)
        if (!(entered instanceof Promise)) return hold(entered)
        const cameAt = performance.now()
        return entered.then(
          (leave) => {
            if (marksAnswers && performance.now() - cameAt > busyMs) responseHeader.set(busyHeader, '1')
            hold(leave)
          },
          (error) => {
            throw wireOf(error)
          },
        )
      } catch (error) {
        throw wireOf(error)
      }
    },
  }
}

/**
 * Frees the place of a unary call when its handler ends, also when the client disconnected earlier, since the work still loads the process.
 * It wraps every handler; a stream's place is freed when the response is closed.
 */
export const callPlaceInterceptor: Interceptor = (next) => async (request) => {
  const scope = requestInProgress()
  if (scope?.leave === undefined || request.stream) return next(request)
  scope.isHandled = true
  try {
    return await next(request)
  } finally {
    scope.leave()
  }
}

/** The most simultaneous streams of a process, for all tenants and for one. */
export const loadSettings = {
  mostStreams: integer('ASSAY_MOST_STREAMS', { default: 400, min: 1, max: 100_000 }),
  mostTenantStreams: integer('ASSAY_MOST_TENANT_STREAMS', { default: 100, min: 1, max: 100_000 }),
} satisfies Record<string, Setting<number>>

export function streamPlaces(limits: { readonly mostStreams: number; readonly mostTenantStreams: number }): CallPlaces {
  return new CallPlaces({
    noun: 'streams',
    process: limits.mostStreams,
    tenant: limits.mostTenantStreams,
    waiting: 0,
  })
}

/** The limits of a service: as many simultaneous calls as database connections, since nearly every call holds one. */
export function serviceLoad(limits: {
  readonly maxConnections: number
  readonly mostStreams: number
  readonly mostTenantStreams: number
}): LoadLimits {
  const places = new CallPlaces({ noun: 'calls', process: limits.maxConnections })
  return createLoadLimits({ placesOf: () => places, streams: streamPlaces(limits), marksAnswers: true })
}
