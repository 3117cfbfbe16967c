import http, { type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import https from 'node:https'
import { create, type DescMessage, fromBinary, type Message, type MessageShape, toBinary } from '@bufbuild/protobuf'
import { Code, ConnectError, type Transport } from '@connectrpc/connect'
import { codeFromHttpStatus, findTrailerError } from '@connectrpc/connect/protocol-grpc'
import { enveloped, openedAnswer } from './grpc-envelope.ts'
import { belongsToHop } from './passed-headers.ts'

/** Makes an answer's message of its bytes, which stay as they are. */
type ReadAnswer = (output: DescMessage, wire: Buffer) => Message

/** Connections to a service for unary calls, each for one call at a time. */
interface UnaryConnections {
  readonly baseUrl: string
  readonly agent: http.Agent | https.Agent
  /** Asked from time to time about a call that takes long; rejects when the service is not there any more. */
  readonly stillThere: () => Promise<void>
}

/** More calls than that at once wait for each other. */
const mostConnections = 512
const longCallMs = 20_000

export function unaryAgent(baseUrl: string): http.Agent | https.Agent {
  const options = { keepAlive: true, noDelay: true, maxSockets: mostConnections, scheduling: 'lifo' } as const
  return baseUrl.startsWith('https:') ? new https.Agent(options) : new http.Agent(options)
}

/**
 * Unary calls by gRPC-Web over HTTP/1.1, with nothing in between: one write for the request, one for the answer. With the
 * streams of HTTP/2, which Node keeps in a `Map`, the garbage collector stopped the gateway ten times as long
 * (docs/decisions/0006). Without compression, which between our own processes costs more than it saves. Errors are those of
 * Connect's transport: what the service answered is a wire error, the rest is not.
 */
export function unaryCalls(connections: UnaryConnections, readAnswer: ReadAnswer = fromBinary): Transport['unary'] {
  const { protocol, hostname, port, pathname } = new URL(connections.baseUrl)
  const prefix = pathname.replace(/\/$/, '')
  const { request } = protocol === 'https:' ? https : http
  const host = hostname.replace(/^\[|\]$/g, '')
  return async (method, signal, timeoutMs, header, input) => {
    const body = enveloped(toBinary(method.input, create(method.input, input)))
    const call = request({
      agent: connections.agent,
      host,
      port,
      method: 'POST',
      path: `${prefix}/${method.parent.typeName}/${method.name}`,
      headers: requestFields(header instanceof Headers ? header : new Headers(header), body.length, timeoutMs),
    })
    const answer = await exchange(call, body, { connections, signal, timeoutMs })
    const { trailer, message } = readAnswerBody(answer)
    return {
      stream: false,
      service: method.parent,
      method,
      header: passedFields(answer.head),
      trailer,
      message: readAnswer(method.output, message) as MessageShape<typeof method.output>,
    }
  }
}

function requestFields(header: Headers, length: number, timeoutMs: number | undefined): OutgoingHttpHeaders {
  const fields: OutgoingHttpHeaders = Object.fromEntries(header)
  fields['content-type'] = 'application/grpc-web+proto'
  fields['content-length'] = length
  fields['user-agent'] ??= 'assay'
  if (timeoutMs !== undefined) fields['grpc-timeout'] = `${Math.min(99_999_999, Math.ceil(timeoutMs))}m`
  return fields
}

interface Answer {
  readonly head: IncomingMessage
  readonly body: Buffer
}

interface Bounds {
  readonly connections: UnaryConnections
  readonly signal: AbortSignal | undefined
  readonly timeoutMs: number | undefined
}

function exchange(call: ClientRequest, body: Buffer, { connections, signal, timeoutMs }: Bounds): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let isOver = false
    const end = (): boolean => {
      if (isOver) return false
      isOver = true
      clearTimeout(deadline)
      clearInterval(watch)
      signal?.removeEventListener('abort', onAbort)
      return true
    }
    const fail = (reason: unknown): void => {
      if (!end()) return
      reject(reason)
      // The service takes a connection that closes for a caller who is gone.
      call.destroy()
    }
    const onAbort = (): void => fail(signal?.reason)
    const onTimeout = (): void => fail(new ConnectError('the operation timed out', Code.DeadlineExceeded))
    const deadline = timeoutMs === undefined ? undefined : setTimeout(onTimeout, timeoutMs)
    const watch = setInterval(() => connections.stillThere().catch((cause) => fail(gone(cause))), longCallMs)
    call.on('error', (error) => fail(unreachable(error)))
    call.on('response', (head: IncomingMessage) => {
      const chunks: Buffer[] = []
      head.on('data', (chunk: Buffer) => chunks.push(chunk))
      head.on('error', (error) => fail(unreachable(error)))
      head.on('end', () => {
        if (end()) resolve({ head, body: (chunks.length === 1 ? chunks[0] : undefined) ?? Buffer.concat(chunks) })
      })
    })
    if (signal?.aborted) {
      onAbort()
      return
    }
    signal?.addEventListener('abort', onAbort)
    call.end(body)
  })
}

/** Takes an answer, which is complete, for what it says: a message, an error of the service, or neither. */
function readAnswerBody({ head, body }: Answer): { readonly trailer: Headers; readonly message: Buffer } {
  if (head.statusCode !== 200) {
    const status = head.statusCode ?? 0
    throw new ConnectError(`HTTP ${status}`, codeFromHttpStatus(status))
  }
  const opened = openedAnswer(body)
  if (opened === undefined) {
    throw new ConnectError('protocol error: the answer is not one whole message', Code.Unimplemented)
  }
  const { message, trailer } = opened
  const refusal = findTrailerError(trailer)
  if (refusal !== undefined) {
    for (const [name, value] of passedFields(head)) refusal.metadata.append(name, value)
    throw refusal
  }
  if (message === undefined) {
    throw new ConnectError('protocol error: the answer holds no message', Code.Unimplemented)
  }
  trailer.delete('grpc-status')
  trailer.delete('grpc-message')
  return { trailer, message }
}

function unreachable(cause: unknown): ConnectError {
  return cause instanceof ConnectError
    ? cause
    : new ConnectError('the connection to the service is broken', Code.Unavailable, undefined, undefined, cause)
}

/** The service is away since a call began: a process that stops takes no new connection, and the call may have acted. */
function gone(cause: unknown): ConnectError {
  const { code } = ConnectError.from(cause, Code.Unavailable)
  return new ConnectError('the service went away during the call', code, undefined, undefined, { during: cause })
}

/** The fields that belong to more than this connection. */
function passedFields({ headers }: IncomingMessage): Headers {
  const passed = new Headers()
  for (const name in headers) {
    const value = headers[name]
    if (value === undefined || belongsToHop(name)) continue
    for (const each of Array.isArray(value) ? value : [value]) passed.append(name, each)
  }
  return passed
}
