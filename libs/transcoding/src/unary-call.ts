import { create, type Message } from '@bufbuild/protobuf'
import type { HandlerContext, Interceptor, MethodImplSpec } from '@connectrpc/connect'
import type { LazyContext } from './lazy-context.ts'

export type UnarySpec = Extract<MethodImplSpec, { kind: 'unary' }>
type Call = Parameters<Interceptor>[0]
type CallRequest = Parameters<Call>[0]

/**
 * Calls the implementation of a unary rpc inside its interceptors, as Connect's handlers do, but makes only the objects that
 * are used.
 */
export async function callUnary(
  spec: UnarySpec,
  context: LazyContext,
  input: Message,
  interceptors: readonly Interceptor[],
): Promise<Message> {
  const { method } = spec
  if (interceptors.length === 0) return create(method.output, await spec.impl(input, context))

  let call: Call = async (request) => ({
    stream: false,
    service: method.parent,
    method,
    message: create(method.output, await spec.impl(singleMessage(request), contextOf(request, context))),
    header: context.responseHeader,
    trailer: context.responseTrailer,
  })
  for (const interceptor of interceptors.toReversed()) call = interceptor(call)
  const response = await call({
    stream: false,
    service: method.parent,
    method,
    message: input,
    requestMethod: context.requestMethod,
    url: context.url,
    signal: context.signal,
    header: context.requestHeader,
    contextValues: context.values,
  })
  if (response.stream) throw new Error(`an interceptor answered ${method.toString()} with a stream`)
  replaceFields(response.header, context.responseHeader)
  return response.message
}

function singleMessage(request: CallRequest): Message {
  if (request.stream) throw new Error(`an interceptor made a stream of ${request.method.toString()}`)
  return request.message
}

/** The handler's context with the values that an interceptor has replaced. */
function contextOf(request: CallRequest, context: LazyContext): HandlerContext {
  const isSame =
    request.header === context.requestHeader &&
    request.contextValues === context.values &&
    request.service === context.service &&
    request.signal === context.signal
  if (isSame) return context
  return {
    ...context,
    service: request.service,
    requestHeader: request.header,
    signal: request.signal,
    values: request.contextValues,
  }
}

function replaceFields(from: Headers, to: Headers): void {
  if (from === to) return
  for (const name of [...to.keys()]) to.delete(name)
  from.forEach((value, name) => {
    if (name === 'set-cookie') to.append(name, value)
    else to.set(name, value)
  })
}
