import { create, type Message } from '@bufbuild/protobuf'
import type { HandlerContext, Interceptor, MethodImplSpec } from '@connectrpc/connect'
import type { CallContext } from './call-context.ts'

export type UnarySpec = Extract<MethodImplSpec, { kind: 'unary' }>
type Call = Parameters<Interceptor>[0]
type CallRequest = Parameters<Call>[0]

/** The property of a request that has its context, for the way through the interceptors. A copy of the request has it too. */
const contextKey = Symbol('context')

/**
 * A unary rpc inside its interceptors. It is built once and not for each call, because an interceptor stores nothing between
 * its own call and the call of the function that it returns.
 */
export function invocationOf(
  spec: UnarySpec,
  interceptors: readonly Interceptor[],
): (context: CallContext, input: Message) => Promise<Message> {
  const { method } = spec
  let call: Call = async (request) => {
    if (request.stream) throw new Error(`an interceptor made a stream of ${method.toString()}`)
    const context = (request as CallRequest & { readonly [contextKey]?: CallContext })[contextKey]
    if (context === undefined) throw new Error(`an interceptor made another request of ${method.toString()}`)
    const output = await spec.impl(request.message, handlerContext(request, context))
    return {
      stream: false,
      service: method.parent,
      method,
      message: create(method.output, output),
      header: context.responseHeader,
      trailer: context.responseTrailer,
    }
  }
  for (const interceptor of interceptors.toReversed()) call = interceptor(call)
  return async (context, input) => {
    const request = {
      stream: false as const,
      service: method.parent,
      method,
      message: input,
      requestMethod: context.requestMethod,
      url: context.url,
      signal: context.signal,
      header: context.requestHeader,
      contextValues: context.values,
      [contextKey]: context,
    }
    const answer = await call(request)
    if (answer.stream) throw new Error(`an interceptor answered ${method.toString()} with a stream`)
    replaceFields(answer.header, context.responseHeader)
    replaceFields(answer.trailer, context.responseTrailer)
    return answer.message
  }
}

/** The context with the values that an interceptor has replaced. */
function handlerContext(request: CallRequest, context: CallContext): HandlerContext {
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
  for (const [name, value] of from) to.set(name, value)
}
