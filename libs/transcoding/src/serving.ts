import { create, type Message } from '@bufbuild/protobuf'
import { Code, ConnectError, type ContextValues, createHandlerContext } from '@connectrpc/connect'
import {
  createAsyncIterable,
  invokeUnaryImplementation,
  transformInvokeImplementation,
} from '@connectrpc/connect/protocol'
import { readTimeout, stopWaitingOn } from './deadline.ts'
import { toFailure } from './failure.ts'
import { type HttpRequest, type HttpResponse, requestHeaders, requestUrl } from './http-messages.ts'
import type { Route } from './mount.ts'
import { checkJsonType, mayHaveBody, readBody, refuseBody, streamBody } from './request-body.ts'
import { readRequest, setRawBody } from './request-message.ts'
import { sendMessage, sendStream } from './response-writing.ts'

/** One request that has found its route. */
export interface Exchange {
  readonly route: Route
  readonly request: HttpRequest
  readonly response: HttpResponse
  /** As sent, without the query. */
  readonly path: string
  readonly captures: readonly string[]
  readonly query: string
  readonly contextValues: ContextValues | undefined
  readonly shutdownSignal: AbortSignal | undefined
  /** Aborts when the client goes. */
  readonly clientSignal: AbortSignal
}

const completed = new ConnectError('The call is complete', Code.Canceled)

/**
 * Reads the request, makes the call and writes its answer.
 *
 * @throws {HttpFailure} what the client is to be told: what is wrong with the request, or with the call
 */
export async function serve(exchange: Exchange): Promise<void> {
  const { route, request, response } = exchange
  const { binding, mount, implementation } = route
  const { spec, interceptors } = implementation
  const timeoutMs = readTimeout(request.headers)
  const context = createHandlerContext({
    service: binding.method.parent,
    method: binding.method,
    protocolName: 'rest',
    requestMethod: request.method ?? 'GET',
    url: requestUrl(request),
    requestHeader: requestHeaders(request),
    requestSignal: exchange.clientSignal,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(exchange.shutdownSignal === undefined ? {} : { shutdownSignal: exchange.shutdownSignal }),
    ...(exchange.contextValues === undefined ? {} : { contextValues: exchange.contextValues }),
  })
  try {
    const withinTime = stopWaitingOn(context.signal)
    if (spec.kind === 'unary') {
      const input = await withinTime(readMessage(exchange))
      const output = await withinTime(invokeUnaryImplementation(spec, context, input, interceptors))
      await sendMessage(binding, mount.writing, request, response, context.responseHeader, output)
      return
    }
    const inputs =
      spec.kind === 'client_streaming' ? readMessages(exchange, context.signal) : await withinTime(readSingle(exchange))
    const outputs = transformInvokeImplementation(spec, context, interceptors)(inputs)[Symbol.asyncIterator]()
    try {
      if (spec.kind === 'client_streaming') {
        const result = await withinTime(outputs.next())
        if (result.done === true) throw new Error(`${binding.method.toString()} gave no answer`)
        await withinTime(outputs.next()) // runs the call to its end, where its trailers are known
        await sendMessage(binding, mount.writing, request, response, context.responseHeader, result.value)
      } else {
        const next = (): Promise<IteratorResult<Message>> => withinTime(outputs.next())
        await sendStream(binding, mount.writing, request, response, context.responseHeader, next)
      }
    } finally {
      // Not awaited: a generator that waits for something else would only return after that.
      outputs.return?.()?.catch(() => {}) // the call is over; what its clean-up throws has no one to hear it
    }
  } catch (error) {
    throw toFailure(error, context.signal) // before the signal aborts for the reason that the call is over
  } finally {
    context.abort(completed)
    if (spec.kind === 'client_streaming') request.resume() // a handler may have answered before the end of the body
  }
}

async function readSingle(exchange: Exchange): Promise<AsyncIterable<Message>> {
  return createAsyncIterable([await readMessage(exchange)])
}

async function readMessage({ route, request, path, captures, query }: Exchange): Promise<Message> {
  const { binding, mount } = route
  const { body } = binding
  if (body.kind === 'none') {
    if (mayHaveBody(request)) await refuseBody(request)
    return readRequest(binding, mount.reading, { path, captures, query, jsonBody: undefined })
  }
  if (body.isRaw) {
    const message = readRequest(binding, mount.reading, { path, captures, query, jsonBody: undefined })
    setRawBody(binding, message, request.headers['content-type'] ?? '', await readBody(request, mount.maxBodyBytes))
    return message
  }
  if (mayHaveBody(request)) checkJsonType(request)
  const jsonBody = await readBody(request, mount.maxBodyBytes)
  return readRequest(binding, mount.reading, { path, captures, query, jsonBody })
}

/** Every piece of the body is a message; the first one also carries its type and what path and query bind. */
async function* readMessages(
  { route, request, path, captures, query }: Exchange,
  signal: AbortSignal,
): AsyncGenerator<Message> {
  const { binding, mount } = route
  const first = readRequest(binding, mount.reading, { path, captures, query, jsonBody: undefined })
  let isFirst = true
  for await (const chunk of streamBody(request, signal)) {
    if (isFirst) {
      setRawBody(binding, first, request.headers['content-type'] ?? '', chunk)
      yield first
    } else {
      const next = create(binding.method.input)
      setRawBody(binding, next, '', chunk)
      yield next
    }
    isFirst = false
  }
  if (isFirst) {
    setRawBody(binding, first, request.headers['content-type'] ?? '', new Uint8Array(0))
    yield first
  }
}
