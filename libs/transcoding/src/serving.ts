import { create, type Message } from '@bufbuild/protobuf'
import type { MethodImplSpec } from '@connectrpc/connect'
import { createAsyncIterable, transformInvokeImplementation } from '@connectrpc/connect/protocol'
import { toFailure } from './failure.ts'
import type { HttpRequest, HttpResponse } from './http-messages.ts'
import { completed, type LazyContext } from './lazy-context.ts'
import type { Route } from './mount.ts'
import { checkJsonType, mayHaveBody, readBody, refuseBody, streamBody } from './request-body.ts'
import { readRequest, setRawBody } from './request-message.ts'
import { sendMessage, sendStream } from './response-writing.ts'
import { callUnary, type UnarySpec } from './unary-call.ts'

type StreamSpec = Exclude<MethodImplSpec, UnarySpec>

/** One request with its route. */
interface Exchange {
  readonly route: Route
  readonly request: HttpRequest
  readonly response: HttpResponse
  /** The path as sent, without the query. */
  readonly path: string
  readonly captures: readonly string[]
  readonly query: string
}

/**
 * Reads the request, makes the call and writes its response.
 *
 * @throws {HttpFailure} the failure for the client: of the request, or of the call
 */
export async function serve(exchange: Exchange, context: LazyContext): Promise<void> {
  const { spec } = exchange.route.implementation
  try {
    if (spec.kind === 'unary') {
      await serveUnary(exchange, spec, context)
      context.complete()
      return
    }
    await serveStreams(exchange, spec, context)
    context.abort(completed)
  } catch (error) {
    const failure = toFailure(error, context.abortReason) // before `abort` sets another reason
    context.abort(completed)
    throw failure
  } finally {
    if (spec.kind === 'client_streaming') exchange.request.resume() // a handler may have answered before the end of the body
  }
}

async function serveUnary(exchange: Exchange, spec: UnarySpec, context: LazyContext): Promise<void> {
  const { route, request, response } = exchange
  const { implementation } = route
  const input = isBodiless(exchange) ? readBodiless(exchange) : await context.within(readMessage(exchange))
  const output = await context.within(callUnary(spec, context, input, implementation.interceptors))
  await sendMessage(route, request, response, context.responseHeader, output)
}

async function serveStreams(exchange: Exchange, spec: StreamSpec, context: LazyContext): Promise<void> {
  const { route, request, response } = exchange
  const { implementation } = route
  const inputs =
    spec.kind === 'client_streaming'
      ? readMessages(exchange, context.signal)
      : createAsyncIterable([await context.within(readMessage(exchange))])
  const outputs = transformInvokeImplementation(
    spec,
    context,
    implementation.interceptors,
  )(inputs)[Symbol.asyncIterator]()
  const next = (): Promise<IteratorResult<Message>> => context.within(outputs.next())
  try {
    if (spec.kind !== 'client_streaming') {
      await sendStream(route, request, response, context.responseHeader, next)
      return
    }
    const result = await next()
    if (result.done === true) throw new Error(`${spec.method.toString()} gave no answer`)
    await next() // runs the call to its end, when its trailers are known
    await sendMessage(route, request, response, context.responseHeader, result.value)
  } finally {
    // Not awaited: a generator that waits for something else returns only after that.
    outputs.return?.()?.catch(() => {}) // the call is over, so an error of its clean-up is of no use to anyone
  }
}

function isBodiless({ route, request }: Exchange): boolean {
  return route.binding.body.kind === 'none' && !mayHaveBody(request)
}

function readBodiless({ route, path, captures, query }: Exchange): Message {
  return readRequest(route.binding, route.mount.reading, { path, captures, query, jsonBody: undefined })
}

async function readMessage(exchange: Exchange): Promise<Message> {
  const { route, request, path, captures, query } = exchange
  const { binding, mount } = route
  const { body } = binding
  if (body.kind === 'none') {
    if (mayHaveBody(request)) await refuseBody(request)
    return readBodiless(exchange)
  }
  if (body.isRaw) {
    const message = readBodiless(exchange)
    setRawBody(binding, message, request.headers['content-type'] ?? '', await readBody(request, mount.maxBodyBytes))
    return message
  }
  if (mayHaveBody(request)) checkJsonType(request)
  const jsonBody = await readBody(request, mount.maxBodyBytes)
  return readRequest(binding, mount.reading, { path, captures, query, jsonBody })
}

/** Every piece of the body becomes a message. The first one also has the content type and the fields from path and query. */
async function* readMessages(exchange: Exchange, signal: AbortSignal): AsyncGenerator<Message> {
  const { route, request } = exchange
  const { binding } = route
  const first = readBodiless(exchange)
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
