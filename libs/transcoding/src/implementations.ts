import type { DescMethod, DescService } from '@bufbuild/protobuf'
import {
  type ConnectRouter,
  createMethodImplSpec,
  createServiceImplSpec,
  type Interceptor,
  type MethodImplSpec,
} from '@connectrpc/connect'

/** The implementation of an rpc, with its interceptors. */
export interface Implementation {
  readonly spec: MethodImplSpec
  readonly interceptors: Interceptor[]
}

interface Implementations {
  readonly services: readonly DescService[]
  readonly byMethod: ReadonlyMap<DescMethod, Implementation>
}

/**
 * Collects the implementations that `routes` registers at a Connect router. REST calls them directly, without another protocol
 * between.
 */
export function collectHandlers(routes: (router: ConnectRouter) => void, interceptors: Interceptor[]): Implementations {
  const byMethod = new Map<DescMethod, Implementation>()
  const services = new Set<DescService>()
  const router: ConnectRouter = {
    handlers: [],
    service(service, implementation, options) {
      services.add(service)
      const { methods } = createServiceImplSpec(service, implementation)
      for (const spec of Object.values(methods)) {
        byMethod.set(spec.method, { spec, interceptors: options?.interceptors ?? interceptors })
      }
      return router
    },
    rpc(method, implementation, options) {
      services.add(method.parent)
      const spec = createMethodImplSpec(method, implementation)
      byMethod.set(method, { spec, interceptors: options?.interceptors ?? interceptors })
      return router
    },
  }
  routes(router)
  return { services: [...services], byMethod }
}
