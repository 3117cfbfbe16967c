import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Http2ServerResponse } from 'node:http2'
import { fromBinary, type Message } from '@bufbuild/protobuf'
import {
  Code,
  ConnectError,
  type ConnectRouter,
  type ConnectRouterOptions,
  createMethodImplSpec,
  createServiceImplSpec,
  type HandlerContext,
  type Interceptor,
  type MethodImplSpec,
} from '@connectrpc/connect'
import { parseTimeout, setTrailerStatus } from '@connectrpc/connect/protocol-grpc'
import { CallContext, type NodeRequest, type NodeResponse } from './call-context.ts'
import { CallsInFlight } from './calls-in-flight.ts'
import { encodeAnswer } from './encoded-messages.ts'
import { enveloped, envelopedAnswer, opened } from './grpc-envelope.ts'
import type { LateHeaders } from './late-headers.ts'
import { withinStatusLimit } from './status-limit.ts'
import { invocationOf, type UnarySpec } from './unary-invocation.ts'

interface UnaryRpc {
  readonly method: UnarySpec['method']
  readonly invoke: ReturnType<typeof invocationOf>
}

interface UnaryGrpcOptions {
  readonly interceptors: Interceptor[]
  readonly gate: ((context: HandlerContext) => void | Promise<void>) | undefined
  readonly maxMessageBytes: number
  readonly shutdownSignal: AbortSignal
  /** Called with the reason of each failed call. */
  readonly onFailure?: (error: unknown) => void
}

/**
 * Answers unary calls of gRPC and gRPC-Web without compression, as our own processes make them, without other layers: Connect's
 * handlers pass each message through about ten async generators and make `Headers` and abort controllers for every call, which
 * took half of a service's time. Connect's handlers serve all other calls, and both give the same responses.
 */
export class UnaryGrpc {
  readonly #options: UnaryGrpcOptions
  readonly #rpcs = new Map<string, UnaryRpc>()
  readonly #calls: CallsInFlight

  constructor(options: UnaryGrpcOptions) {
    this.#options = options
    this.#calls = new CallsInFlight(options.shutdownSignal)
  }

  /** A router that records the unary rpcs and passes everything on to `router`. */
  noting(router: ConnectRouter): ConnectRouter {
    const noting: ConnectRouter = {
      handlers: router.handlers,
      service: (service, implementation, options) => {
        router.service(service, implementation, options)
        for (const spec of Object.values(createServiceImplSpec(service, implementation).methods))
          this.#note(spec, options)
        return noting
      },
      rpc: (method, implementation, options) => {
        router.rpc(method, implementation, options)
        this.#note(createMethodImplSpec(method, implementation), options)
        return noting
      },
    }
    return noting
  }

  /** Serves a request if it is a call for this class. Otherwise returns false and does not touch the request. */
  serves(path: string, request: NodeRequest, response: NodeResponse): boolean {
    const rpc = this.#rpcs.get(path)
    if (rpc === undefined || !isPlain(request)) return false
    this.#serve(rpc, request, response)
    return true
  }

  #note(spec: MethodImplSpec, options: Partial<ConnectRouterOptions> | undefined): void {
    const { jsonOptions: _, ...own } = options ?? {}
    if (spec.kind !== 'unary' || Object.keys(own).length > 0) return
    const invoke = invocationOf(spec, this.#options.interceptors)
    this.#rpcs.set(`/${spec.method.parent.typeName}/${spec.method.name}`, { method: spec.method, invoke })
  }

  async #serve({ method, invoke }: UnaryRpc, request: NodeRequest, response: NodeResponse): Promise<void> {
    const { gate, maxMessageBytes } = this.#options
    const isWeb = webTypes.has(request.headers['content-type'])
    const timeout = parseTimeout((request.headers['grpc-timeout'] as string | undefined) ?? null, longestTimeoutMs)
    const context = new CallContext(method, request, timeout.timeoutMs, isWeb ? 'grpc-web' : 'grpc')
    const call = this.#calls.begin(context)
    response.on('close', () => {
      if (!response.writableEnded) context.abort(new ConnectError('The caller broke off the request', Code.Canceled))
    })
    try {
      if (timeout.error !== undefined) throw timeout.error
      if (gate !== undefined) await context.within(Promise.resolve(gate(context)))
      const bytes = await context.within(readBody(request, maxMessageBytes))
      const input = readMessage(method, bytes, maxMessageBytes)
      const output = await context.within(invoke(context, input))
      send(response, isWeb, context, succeeded, encodeAnswer(method.output, output))
      context.complete()
    } catch (error) {
      this.#options.onFailure?.(error)
      send(response, isWeb, context, statusFields(error), undefined)
      context.abort(completed)
    } finally {
      this.#calls.end(call)
      request.resume() // reads the rest of the body, because the caller waits for that
    }
  }
}

const longestTimeoutMs = 99_999_999
const contentTypes = new Set<unknown>(['application/grpc', 'application/grpc+proto'])
const webTypes = new Set<unknown>(['application/grpc-web', 'application/grpc-web+proto'])
const succeeded = { 'grpc-status': '0' }
const completed = new ConnectError('The call is complete', Code.Canceled)

function isPlain({ headers, httpVersionMajor, method }: NodeRequest): boolean {
  const type = headers['content-type']
  return (
    method === 'POST' &&
    (httpVersionMajor === 2 ? contentTypes.has(type) || webTypes.has(type) : webTypes.has(type)) &&
    headers['grpc-encoding'] === undefined &&
    headers['grpc-accept-encoding'] === undefined
  )
}

/** Reads at most one message of the largest size, and one more byte. */
function readBody(request: NodeRequest, maxMessageBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const settle = (): void => {
      letGo()
      resolve((chunks.length === 1 ? chunks[0] : undefined) ?? Buffer.concat(chunks))
    }
    const fail = (error: unknown): void => {
      letGo()
      reject(error)
    }
    const letGo = (): void => void request.off('data', take).off('end', settle).off('error', fail)
    const take = (chunk: Buffer): void => {
      chunks.push(chunk)
      size += chunk.length
      if (size > maxMessageBytes + 5) settle()
    }
    request.on('data', take).on('end', settle).on('error', fail)
  })
}

function readMessage(method: UnarySpec['method'], bytes: Buffer, maxMessageBytes: number): Message {
  const announced = bytes.length < 5 ? 0 : bytes.readUInt32BE(1)
  if (announced > maxMessageBytes) {
    const message = `message size ${announced} is larger than configured readMaxBytes ${maxMessageBytes}`
    throw new ConnectError(message, Code.ResourceExhausted)
  }
  const envelope = opened(bytes)
  if (envelope === undefined) throw malformed(bytes.length, announced)
  if (envelope.isPacked) {
    throw new ConnectError('received compressed envelope, but do not know how to decompress', Code.Internal)
  }
  try {
    return fromBinary(method.input, envelope.message)
  } catch (error) {
    // INVALID_ARGUMENT as in connect-go and the patched Connect, because the caller sent the bytes.
    const message = `parse binary: ${error instanceof Error ? error.message : error}`
    throw new ConnectError(message, Code.InvalidArgument, undefined, undefined, error)
  }
}

function malformed(length: number, announced: number): ConnectError {
  if (length === 0) {
    return new ConnectError('protocol error: missing input message for unary method', Code.Unimplemented)
  }
  return length > 5 + announced
    ? new ConnectError('protocol error: received extra input message for unary method', Code.Unimplemented)
    : new ConnectError('protocol error: incomplete envelope', Code.InvalidArgument)
}

function send(
  response: NodeResponse,
  isWeb: boolean,
  context: CallContext,
  status: Readonly<Record<string, string>>,
  message: Uint8Array | undefined,
): void {
  if (response.destroyed || response.headersSent) return
  const { responseHeader, responseTrailer } = context
  const header = fieldsOf(responseHeader)
  if (isWeb) {
    const trailer = Object.entries(status)
    const body = envelopedAnswer(message, responseTrailer.isUntouched ? trailer : [...responseTrailer, ...trailer])
    header['content-type'] = 'application/grpc-web+proto'
    header['content-length'] = body.length
    const web = response as ServerResponse // both kinds of response take these arguments
    web.writeHead(200, header)
    web.end(body)
    return
  }
  const grpc = response as Http2ServerResponse
  header['content-type'] = 'application/grpc+proto'
  grpc.writeHead(200, header)
  grpc.addTrailers({ ...fieldsOf(responseTrailer), ...status })
  if (message === undefined) grpc.end()
  else grpc.end(enveloped(message))
}

function statusFields(error: unknown): Record<string, string> {
  const wire =
    error instanceof ConnectError
      ? error
      : new ConnectError('internal error', Code.Internal, undefined, undefined, error)
  try {
    return Object.fromEntries(setTrailerStatus(new Headers(), withinStatusLimit(wire)))
  } catch (fault) {
    // An error that cannot be encoded, for example because its message has half a surrogate pair. It must not end the process.
    const unwritten = new ConnectError('internal error', Code.Internal, undefined, undefined, fault)
    return Object.fromEntries(setTrailerStatus(new Headers(), unwritten))
  }
}

function fieldsOf(headers: LateHeaders): OutgoingHttpHeaders {
  const fields: OutgoingHttpHeaders = {}
  if (headers.isUntouched) return fields
  for (const [name, value] of headers) if (name !== 'set-cookie') fields[name] = value
  const cookies = headers.getSetCookie()
  if (cookies.length > 0) fields['set-cookie'] = cookies
  return fields
}
