import type { OutgoingHttpHeaders } from 'node:http'
import { constants } from 'node:http2'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Message } from '@bufbuild/protobuf'
import { reflect } from '@bufbuild/protobuf/reflect'
import type { Binding } from './binding.ts'
import { type HttpRequest, type HttpResponse, http2Stream, responseFields } from './http-messages.ts'
import type { Route } from './mount.ts'
import { mayHaveBody } from './request-body.ts'
import { readAnswer } from './response-json.ts'

const gzipBytes = promisify(gzip)

/** Sends one body in one piece. Text is sent with the header in one write. A HEAD gets all header fields and no body. */
function sendBytes(
  request: HttpRequest,
  response: HttpResponse,
  status: number,
  headers: OutgoingHttpHeaders,
  body: string | Uint8Array,
): void {
  headers['content-length'] = typeof body === 'string' ? Buffer.byteLength(body) : body.length
  response.writeHead(status, headers)
  if (request.method === 'HEAD' || body.length === 0) response.end()
  else response.end(body)
}

/** Sends the message of a unary call. */
export function sendMessage(
  route: Route,
  request: HttpRequest,
  response: HttpResponse,
  handlerHeaders: Headers,
  message: Message,
): Promise<void> | undefined {
  const { binding, mount } = route
  const headers = responseFields(handlerHeaders, mount.fieldSpellings)
  const { successStatus } = binding
  if (successStatus === 204 || successStatus === 205) {
    response.writeHead(successStatus, headers)
    response.end()
    return undefined
  }
  if (binding.hasRawResponse) {
    const { contentType, data } = rawBody(binding, readAnswer(binding, message, mount.wireOf))
    headers['content-type'] = rawType(contentType, handlerHeaders)
    sendBytes(request, response, successStatus, headers, data)
    return undefined
  }
  const json = route.writeJson(message)
  headers['content-type'] = 'application/json'
  if (Buffer.byteLength(json) >= mount.gzipMinBytes) {
    headers.vary = headers.vary === undefined ? 'Accept-Encoding' : `${headers.vary}, Accept-Encoding`
    if (acceptsGzip(request)) return sendPacked(request, response, successStatus, headers, json)
  }
  sendBytes(request, response, successStatus, headers, json)
  return undefined
}

async function sendPacked(
  request: HttpRequest,
  response: HttpResponse,
  status: number,
  headers: OutgoingHttpHeaders,
  json: string | Buffer,
): Promise<void> {
  const body = await gzipBytes(json)
  sendBytes(request, response, status, { ...headers, 'content-encoding': 'gzip' }, body)
}

/**
 * Sends a stream: lines of JSON, or raw bytes with nothing added. It waits for the first message before it sends anything, so
 * that an error instead of it has its own status.
 *
 * @param next returns the next message; rejects when the call is aborted, even if the handler ignores the abort
 */
export async function sendStream(
  route: Route,
  request: HttpRequest,
  response: HttpResponse,
  handlerHeaders: Headers,
  next: () => Promise<IteratorResult<Message>>,
): Promise<void> {
  const { binding, mount } = route
  let result = await next()
  const headers = responseFields(handlerHeaders, mount.fieldSpellings)
  headers['content-type'] = !binding.hasRawResponse
    ? 'application/x-ndjson'
    : rawType(result.done === true ? '' : rawBody(binding, result.value).contentType, handlerHeaders)
  response.writeHead(binding.successStatus, headers)
  if (request.method === 'HEAD') {
    response.end()
    return
  }
  for (; result.done !== true; result = await next()) {
    const chunk = binding.hasRawResponse ? rawBody(binding, result.value).data : `${route.writeJson(result.value)}\n`
    if (chunk.length > 0) await write(response, chunk)
  }
  response.end()
}

/** Ends a response with an error after what was sent already, so that no client takes it for complete. */
export function breakOff(response: HttpResponse): void {
  const stream = http2Stream(response)
  if (stream !== undefined) stream.close(constants.NGHTTP2_INTERNAL_ERROR)
  else if (response.socket)
    response.socket.destroySoon() // without the chunk that would end the body
  else response.destroy()
}

const mostDiscardedBytes = 16 * 1024 * 1024
const longestDiscardMs = 2000

/**
 * Answers a request whose body may not have been read to its end. Over HTTP/1 the connection must stay open while the client
 * still sends: a reset would reach the client before it has read the response. So the rest of the body is discarded, up to a
 * limit of bytes and time.
 */
export function sendRefusal(
  request: HttpRequest,
  response: HttpResponse,
  status: number,
  headers: OutgoingHttpHeaders,
  body: Uint8Array,
): void {
  // A complete request sends nothing more.
  if (
    request.method === 'HEAD' ||
    request.httpVersionMajor !== 1 ||
    request.complete === true ||
    !mayHaveBody(request)
  ) {
    sendBytes(request, response, status, headers, body)
    request.resume()
    return
  }
  headers['content-length'] = body.length
  response.writeHead(status, headers)
  response.write(body)
  let left = mostDiscardedBytes
  const finish = (): void => {
    clearTimeout(timer)
    request.off('data', discard).off('end', finish).off('error', finish).off('close', finish)
    response.end()
    request.resume()
  }
  const discard = (chunk: Buffer): void => {
    left -= chunk.length
    if (left < 0) finish()
  }
  const timer = setTimeout(finish, longestDiscardMs)
  if (request.readableEnded || request.destroyed) finish()
  else request.on('data', discard).on('end', finish).on('error', finish).on('close', finish).resume()
}

function write(response: HttpResponse, chunk: string | Uint8Array): Promise<void> | undefined {
  if (response.write(chunk)) return undefined
  return new Promise((resolve) => {
    const go = (): void => {
      response.off('drain', go).off('close', go)
      resolve()
    }
    response.on('drain', go).on('close', go)
  })
}

interface RawBody {
  readonly contentType: string
  readonly data: Uint8Array
}

const noBody: RawBody = { contentType: '', data: new Uint8Array(0) }

function rawBody({ method, responseField }: Binding, message: Message): RawBody {
  if (responseField === undefined) return message as Message & RawBody
  if (responseField.fieldKind !== 'message') return noBody
  const holder = reflect(method.output, message)
  return holder.isSet(responseField) ? (holder.get(responseField).message as Message & RawBody) : noBody
}

function rawType(contentType: string, handlerHeaders: Headers): string {
  return contentType || handlerHeaders.get('content-type') || 'application/octet-stream'
}

function acceptsGzip(request: HttpRequest): boolean {
  const accepted = request.headers['accept-encoding']
  return (
    accepted !== undefined &&
    /(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))[\d.]+\s*)?(?:,|$)/i.test(String(accepted))
  )
}
