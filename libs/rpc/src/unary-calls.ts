import { create, type DescMessage, fromBinary, type Message, type MessageShape, toBinary } from '@bufbuild/protobuf'
import { Code, ConnectError, type Transport } from '@connectrpc/connect'
import { codeFromHttpStatus, findTrailerError } from '@connectrpc/connect/protocol-grpc'
import type { HttpAnswer } from './answer-reader.ts'
import { enveloped, openedAnswer } from './grpc-envelope.ts'
import type { Asker, HttpConnections } from './http-connections.ts'
import { LateHeaders } from './late-headers.ts'
import { belongsToHop } from './passed-headers.ts'

/** Makes the message of a response from its bytes, which do not change. */
type ReadAnswer = (output: DescMessage, wire: Buffer) => Message

/** A service for unary calls. */
interface UnaryConnections {
  readonly baseUrl: string
  /** Connections to `baseUrl`. */
  readonly connections: HttpConnections
  /** Called from time to time while a call takes long; rejects if the service is unavailable. */
  readonly stillThere: () => Promise<void>
}

const longCallMs = 20_000

/**
 * Unary calls by gRPC-Web over HTTP/1.1, without other layers: one write for the request, one for the response. With HTTP/2
 * streams, which Node stores in a `Map`, the garbage collector stopped the gateway ten times as long (docs/decisions/0006).
 * Without compression, which costs more than it saves between our own processes. The errors are those of Connect's transport:
 * an error from the service is a wire error, others are not.
 */
export function unaryCalls(service: UnaryConnections, readAnswer: ReadAnswer = fromBinary): Transport['unary'] {
  const { host, pathname } = new URL(service.baseUrl)
  const prefix = pathname.replace(/\/$/, '')
  return async (method, signal, timeoutMs, header, input) => {
    const body = enveloped(toBinary(method.input, create(method.input, input)))
    const fields = requestFields(header, timeoutMs)
    const path = `${prefix}/${method.parent.typeName}/${method.name}`
    const answer = await exchange(requestBytes(host, path, fields, body), { service, signal, timeoutMs })
    const { trailer, message } = readAnswerBody(answer)
    return {
      stream: false,
      service: method.parent,
      method,
      header: passedFields(answer),
      trailer,
      message: readAnswer(method.output, message) as MessageShape<typeof method.output>,
    }
  }
}

/** The header fields of a request, by names in lower case. */
function requestFields(
  header: ConstructorParameters<typeof Headers>[0],
  timeoutMs: number | undefined,
): Record<string, string> {
  // Our own calls pass a plain object, which needs no `Headers`.
  const isPlain = header !== undefined && Object.getPrototypeOf(header) === Object.prototype
  const fields: Record<string, string> = isPlain
    ? { ...(header as Record<string, string>) }
    : Object.fromEntries(new Headers(header))
  fields['content-type'] = 'application/grpc-web+proto'
  fields['user-agent'] ??= 'assay'
  if (timeoutMs !== undefined) fields['grpc-timeout'] = `${Math.min(99_999_999, Math.ceil(timeoutMs))}m`
  return fields
}

/** Characters that would end a field or are not allowed in one. */
const unfitValue = /[^\t\x20-\x7e\x80-\xff]/

function requestBytes(host: string, path: string, fields: Readonly<Record<string, string>>, body: Buffer): Buffer {
  let head = `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-length: ${body.length}\r\n`
  for (const name in fields) {
    const value = fields[name] ?? ''
    if (unfitValue.test(value)) throw new TypeError(`The value of the header field ${name} cannot be sent`)
    head += `${name}: ${value}\r\n`
  }
  const request = Buffer.allocUnsafe(head.length + 2 + body.length)
  const end = request.write(`${head}\r\n`, 'latin1')
  request.set(body, end)
  return request
}

interface Bounds {
  readonly service: UnaryConnections
  readonly signal: AbortSignal | undefined
  readonly timeoutMs: number | undefined
}

function exchange(request: Buffer, { service, signal, timeoutMs }: Bounds): Promise<HttpAnswer> {
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
      // For the service, a closed connection means that the caller has disconnected.
      service.connections.breakOff(asker)
    }
    const onAbort = (): void => fail(signal?.reason)
    const onTimeout = (): void => fail(new ConnectError('the operation timed out', Code.DeadlineExceeded))
    const deadline = timeoutMs === undefined ? undefined : setTimeout(onTimeout, timeoutMs)
    const watch = setInterval(() => service.stillThere().catch((cause) => fail(gone(cause))), longCallMs)
    const asker: Asker = {
      answered: (answer) => {
        if (end()) resolve(answer)
      },
      failed: (error) => {
        if (end()) reject(unreachable(error))
      },
    }
    if (signal?.aborted) {
      onAbort()
      return
    }
    signal?.addEventListener('abort', onAbort)
    service.connections.send(request, asker)
  })
}

/** Reads a complete response: returns its message, or throws the error of the service or a protocol error. */
function readAnswerBody(answer: HttpAnswer): { readonly trailer: Headers; readonly message: Buffer } {
  const { status, body } = answer
  if (status !== 200) throw new ConnectError(`HTTP ${status}`, codeFromHttpStatus(status))
  const opened = openedAnswer(body)
  if (opened === undefined) {
    throw new ConnectError('protocol error: the answer is not one whole message', Code.Unimplemented)
  }
  const { message, trailer, isPlainSuccess } = opened
  const refusal = isPlainSuccess ? undefined : findTrailerError(trailer)
  if (refusal !== undefined) {
    for (const [name, value] of passedFields(answer)) refusal.metadata.append(name, value)
    throw refusal
  }
  if (message === undefined) {
    throw new ConnectError('protocol error: the answer holds no message', Code.Unimplemented)
  }
  if (isPlainSuccess) return { trailer: new LateHeaders(), message }
  trailer.delete('grpc-status')
  trailer.delete('grpc-message')
  return { trailer, message }
}

function unreachable(cause: unknown): ConnectError {
  return cause instanceof ConnectError
    ? cause
    : new ConnectError('the connection to the service is broken', Code.Unavailable, undefined, undefined, cause)
}

/**
 * The service became unavailable during a call. A process that stops accepts no new connection, and the call may have had an
 * effect.
 */
function gone(cause: unknown): ConnectError {
  const { code } = ConnectError.from(cause, Code.Unavailable)
  return new ConnectError('the service went away during the call', code, undefined, undefined, { during: cause })
}

/** The fields that are passed on; hardly any response has one. */
function passedFields({ fields }: HttpAnswer): Headers {
  const passed = new LateHeaders()
  for (const name in fields) {
    const value = fields[name]
    if (value !== undefined && !belongsToHop(name)) passed.append(name, value)
  }
  return passed
}
