import type {
  DescMethod,
  DescMethodClientStreaming,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  Message,
} from '@bufbuild/protobuf'
import {
  Code,
  ConnectError,
  type ConnectRouter,
  createMethodImplSpec,
  createServiceImplSpec,
  type HandlerContext,
  type Interceptor,
  type MethodImplSpec,
  type Transport,
} from '@connectrpc/connect'
import { createAsyncIterable } from '@connectrpc/connect/protocol'
import { forwardedFields, mergeResponseFields } from './http-messages.ts'

/** What answers an rpc, and the interceptors around it. */
export interface Implementation {
  readonly spec: MethodImplSpec
  readonly interceptors: Interceptor[]
}

export interface Implementations {
  readonly services: readonly DescService[]
  readonly byMethod: ReadonlyMap<DescMethod, Implementation>
}

/** The implementations that a Connect router is given, taken as they are: REST calls them without a protocol between. */
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

/** Implementations that pass each call on; interceptors, deadlines and aborts work as with local ones. */
export function forwardCalls(
  services: readonly DescService[],
  transport: Transport,
  interceptors: Interceptor[],
): Implementations {
  const byMethod = new Map<DescMethod, Implementation>()
  for (const service of services) {
    for (const method of service.methods) {
      const spec = forwardingSpec(method, transport)
      if (spec !== undefined) byMethod.set(method, { spec, interceptors })
    }
  }
  return { services, byMethod }
}

function forwardingSpec(method: DescMethod, transport: Transport): MethodImplSpec | undefined {
  if (isUnary(method)) {
    const impl = async (request: Message, context: HandlerContext): Promise<Message> => {
      const { signal, values } = context
      const header = forwardedFields(context.requestHeader)
      try {
        const response = await transport.unary(method, signal, context.timeoutMs(), header, request, values)
        mergeResponseFields(response.header, context.responseHeader)
        return response.message
      } catch (error) {
        throw hideTransportFailure(error)
      }
    }
    return { kind: 'unary', method, impl }
  }
  if (isServerStreaming(method)) {
    const impl = (request: Message, context: HandlerContext): AsyncIterable<Message> =>
      exchange(method, transport, createAsyncIterable([request]), context)
    return { kind: 'server_streaming', method, impl }
  }
  if (isClientStreaming(method)) {
    const impl = async (requests: AsyncIterable<Message>, context: HandlerContext): Promise<Message> => {
      for await (const response of exchange(method, transport, requests, context)) return response
      throw new ConnectError('The service behind this call gave no answer', Code.Internal)
    }
    return { kind: 'client_streaming', method, impl }
  }
  return undefined
}

function isUnary(method: DescMethod): method is DescMethodUnary {
  return method.methodKind === 'unary'
}

function isServerStreaming(method: DescMethod): method is DescMethodServerStreaming {
  return method.methodKind === 'server_streaming'
}

function isClientStreaming(method: DescMethod): method is DescMethodClientStreaming {
  return method.methodKind === 'client_streaming'
}

async function* exchange(
  method: DescMethodServerStreaming | DescMethodClientStreaming,
  transport: Transport,
  requests: AsyncIterable<Message>,
  context: HandlerContext,
): AsyncGenerator<Message> {
  // What is wrong with the requests themselves is for the client, though the transport says that it failed to send them.
  let refusal: unknown
  const watched = (async function* () {
    try {
      yield* requests
    } catch (error) {
      refusal = error
      throw error
    }
  })()
  try {
    const header = forwardedFields(context.requestHeader)
    const { signal, values } = context
    const response = await transport.stream(method, signal, context.timeoutMs(), header, watched, values)
    mergeResponseFields(response.header, context.responseHeader)
    yield* response.message
  } catch (error) {
    throw refusal ?? hideTransportFailure(error)
  }
}

/** An error that the other service sent is for the client; one of the way to it names hosts and ports and is not. */
function hideTransportFailure(error: unknown): unknown {
  if (!(error instanceof ConnectError) || error.isWireError || error.code === Code.DeadlineExceeded) return error
  const isUnreachable = [Code.Unavailable, Code.Aborted, Code.Canceled].includes(error.code)
  return isUnreachable
    ? new ConnectError('The service behind this call is not available', Code.Unavailable, undefined, undefined, error)
    : new ConnectError('The service behind this call failed', Code.Internal, undefined, undefined, error)
}
