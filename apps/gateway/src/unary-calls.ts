import { type ClientHttp2Stream, constants, type IncomingHttpHeaders } from 'node:http2'
import { enveloped, opened } from '@assay/server'
import { create, type DescMessage, fromBinary, type Message, type MessageShape, toBinary } from '@bufbuild/protobuf'
import { Code, ConnectError, type Transport } from '@connectrpc/connect'
import { codeFromHttpStatus, findTrailerError } from '@connectrpc/connect/protocol-grpc'
import type { Http2SessionManager } from '@connectrpc/connect-node'

/** Makes an answer's message of its bytes, which stay as they are. */
export type ReadAnswer = (output: DescMessage, wire: Buffer) => Message

/**
 * Unary calls by gRPC with nothing in between: the request is one write, the answer is taken from the events of its stream.
 * Connect's own transport carries every message through some ten async generators, which took most of the gateway's time.
 * Without compression, which between our own processes costs more than it saves. Errors are those of Connect's transport:
 * what the service answered is a wire error, the rest is not.
 */
export function unaryCalls(
  baseUrl: string,
  sessions: Http2SessionManager,
  readAnswer: ReadAnswer = fromBinary,
): Transport['unary'] {
  const prefix = new URL(baseUrl).pathname.replace(/\/$/, '')
  return async (method, signal, timeoutMs, header, input) => {
    const fields = requestFields(new Headers(header), timeoutMs)
    const request = enveloped(toBinary(method.input, create(method.input, input)))
    let stream: ClientHttp2Stream
    try {
      stream = await sessions.request('POST', `${prefix}/${method.parent.typeName}/${method.name}`, fields, {})
    } catch (error) {
      throw unreachable(error)
    }
    const answer = await exchange(stream, request, { sessions, signal, timeoutMs })
    return {
      stream: false,
      service: method.parent,
      method,
      header: answer.header,
      trailer: answer.trailer,
      message: readAnswer(method.output, wholeMessage(answer.body)) as MessageShape<typeof method.output>,
    }
  }
}

function wholeMessage(body: Buffer): Buffer {
  const envelope = opened(body)
  if (envelope === undefined) {
    throw new ConnectError('protocol error: the answer is not one whole message', Code.Unimplemented)
  }
  if (envelope.isPacked) throw new ConnectError('protocol error: the answer is packed, unasked', Code.Internal)
  return envelope.message
}

function requestFields(header: Headers, timeoutMs: number | undefined): Record<string, string> {
  const fields: Record<string, string> = Object.fromEntries(header)
  fields['content-type'] = 'application/grpc+proto'
  fields.te = 'trailers'
  fields['user-agent'] ??= 'assay-gateway'
  if (timeoutMs !== undefined) fields['grpc-timeout'] = `${Math.min(99_999_999, Math.ceil(timeoutMs))}m`
  return fields
}

interface Answer {
  readonly header: Headers
  readonly trailer: Headers
  readonly body: Buffer
}

interface Bounds {
  readonly sessions: Http2SessionManager
  readonly signal: AbortSignal | undefined
  readonly timeoutMs: number | undefined
}

function exchange(
  stream: ClientHttp2Stream,
  request: Buffer,
  { sessions, signal, timeoutMs }: Bounds,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let header: IncomingHttpHeaders = {}
    let trailer: IncomingHttpHeaders = {}
    let failure: unknown
    const cancel = (reason: unknown): void => {
      finish(() => reject(reason))
      stream.close(constants.NGHTTP2_CANCEL)
    }
    const onAbort = (): void => cancel(signal?.reason)
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => cancel(new ConnectError('the operation timed out', Code.DeadlineExceeded)), timeoutMs)
    const finish = (settle: () => void): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      settle()
    }
    stream.on('response', (fields) => {
      header = fields
      sessions.notifyResponseByteRead(stream)
    })
    stream.on('trailers', (fields) => {
      trailer = fields
    })
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      sessions.notifyResponseByteRead(stream)
    })
    stream.on('error', (error) => {
      failure = error
    })
    stream.on('close', () =>
      finish(() => {
        try {
          resolve(readAnswer(stream, header, trailer, chunks, failure))
        } catch (error) {
          reject(error)
        }
      }),
    )
    if (signal?.aborted) {
      onAbort()
      return
    }
    signal?.addEventListener('abort', onAbort)
    stream.end(request)
  })
}

/** Takes the stream, which is over, for what it says: an answer, an error of the service, or neither. */
function readAnswer(
  stream: ClientHttp2Stream,
  header: IncomingHttpHeaders,
  trailer: IncomingHttpHeaders,
  chunks: readonly Buffer[],
  failure: unknown,
): Answer {
  // Without a message the status may stand in the header already.
  const status = webHeaders('grpc-status' in trailer ? trailer : header)
  const refusal = findTrailerError(status)
  if (refusal !== undefined) {
    if ('grpc-status' in trailer) for (const [name, value] of webHeaders(header)) refusal.metadata.append(name, value)
    throw refusal
  }
  if (!status.has('grpc-status')) throw brokenOff(stream, header, failure)
  return {
    header: webHeaders(header),
    trailer: webHeaders(trailer),
    body: chunks.length === 1 ? chunks[0] : Buffer.concat(chunks),
  }
}

function brokenOff(stream: ClientHttp2Stream, header: IncomingHttpHeaders, failure: unknown): ConnectError {
  const httpStatus = Number(header[':status'] ?? 200)
  if (httpStatus !== 200) return new ConnectError(`HTTP ${httpStatus}`, codeFromHttpStatus(httpStatus))
  switch (stream.rstCode) {
    case constants.NGHTTP2_CANCEL:
      return new ConnectError('the service cancelled the call', Code.Canceled, undefined, undefined, failure)
    case constants.NGHTTP2_ENHANCE_YOUR_CALM:
      return new ConnectError('the service has too much to do', Code.ResourceExhausted, undefined, undefined, failure)
    default:
      return unreachable(failure)
  }
}

function unreachable(cause: unknown): ConnectError {
  return cause instanceof ConnectError
    ? cause
    : new ConnectError('the connection to the service is broken', Code.Unavailable, undefined, undefined, cause)
}

/** The fields that an answer has besides the pseudo ones. */
function webHeaders(fields: IncomingHttpHeaders): Headers {
  const headers = new Headers()
  for (const name in fields) {
    const value = fields[name]
    if (value === undefined || name.charCodeAt(0) === 58) continue
    for (const each of Array.isArray(value) ? value : [value]) headers.append(name, each)
  }
  return headers
}
