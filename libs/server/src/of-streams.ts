import type { Interceptor } from '@connectrpc/connect'

/** An interceptor of streams only. Unary calls go past it, since each `async` function around a call takes time. */
export function ofStreams(interceptor: Interceptor): Interceptor {
  return (next) => {
    const intercepted = interceptor(next)
    return (request) => (request.method.methodKind === 'unary' ? next(request) : intercepted(request))
  }
}
