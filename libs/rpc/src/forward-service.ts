import type {
  DescMessage,
  DescMethod,
  DescMethodBiDiStreaming,
  DescMethodClientStreaming,
  DescMethodServerStreaming,
  DescMethodStreaming,
  DescMethodUnary,
  DescService,
  MessageShape,
} from '@bufbuild/protobuf'
import { Code, ConnectError, type ConnectRouter, type HandlerContext, type Transport } from '@connectrpc/connect'
import { passBack } from './passed-headers.ts'

type RouteOptions = Parameters<ConnectRouter['service']>[2]

/** Serves every method of a service by calling it through the transport, message by message in both directions. */
export function forwardService(
  router: ConnectRouter,
  service: DescService,
  transport: Transport,
  optionsOf?: (method: DescMethod) => RouteOptions,
): void {
  for (const method of service.methods) forwardMethod(router, kinded(method), transport, optionsOf?.(method))
}

type KindedMethod = DescMethodUnary | DescMethodClientStreaming | DescMethodServerStreaming | DescMethodBiDiStreaming

/** A method with its kind as the tag of a union, which the type of the descriptor does not have. */
function kinded(method: DescMethod): KindedMethod {
  return method as KindedMethod
}

function forwardMethod(router: ConnectRouter, method: KindedMethod, transport: Transport, options: RouteOptions): void {
  switch (method.methodKind) {
    case 'unary':
      router.rpc(
        method,
        async (request, context) => {
          const { signal, requestHeader, values } = context
          const answer = await transport.unary(method, signal, context.timeoutMs(), requestHeader, request, values)
          passBack(answer.header, context.responseHeader)
          passBack(answer.trailer, context.responseTrailer)
          return answer.message
        },
        options,
      )
      break
    case 'client_streaming':
      router.rpc(
        method,
        async (requests, context) => {
          let answer: MessageShape<DescMessage> | undefined
          for await (const message of streamed(transport, method, requests, context)) answer = message
          if (answer === undefined) throw new ConnectError('The service ended without an answer', Code.Unknown)
          return answer
        },
        options,
      )
      break
    case 'server_streaming':
      router.rpc(method, (request, context) => streamed(transport, method, only(request), context), options)
      break
    case 'bidi_streaming':
      router.rpc(method, (requests, context) => streamed(transport, method, requests, context), options)
      break
  }
}

async function* streamed<I extends DescMessage, O extends DescMessage>(
  transport: Transport,
  method: DescMethodStreaming<I, O>,
  requests: AsyncIterable<MessageShape<I>>,
  context: HandlerContext,
): AsyncIterable<MessageShape<O>> {
  const { signal, requestHeader, values } = context
  // Messages are pulled: what the service does not read is not read from the caller either.
  const answer = await transport.stream(method, signal, context.timeoutMs(), requestHeader, requests, values)
  passBack(answer.header, context.responseHeader)
  yield* answer.message
  passBack(answer.trailer, context.responseTrailer)
}

async function* only<T>(message: T): AsyncIterable<T> {
  yield message
}
