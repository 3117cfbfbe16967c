import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import type { Http2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import { LazyHeaders } from './lazy-headers.ts'

/** The parts of a request that are used. `IncomingMessage` of node:http and `Http2ServerRequest` of node:http2 have them. */
export interface HttpRequest extends Readable {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly httpVersionMajor: number
  /** Whether the whole request has arrived, even if it was not read. */
  readonly complete?: boolean
}

/** The parts of a response that are used. `ServerResponse` of node:http and `Http2ServerResponse` of node:http2 have them. */
export interface HttpResponse extends Writable {
  readonly headersSent: boolean
  readonly socket?: Socket | null
  writeHead(status: number, headers?: OutgoingHttpHeaders): unknown
}

/** The stream under a request or response of HTTP/2; undefined for HTTP/1. */
export function http2Stream(message: HttpRequest | HttpResponse): Http2Stream | undefined {
  return 'stream' in message ? ((message.stream as Http2Stream | null) ?? undefined) : undefined
}

/** The path and the query of a request target, as sent. The target may be in absolute form, as proxies send it. */
export function splitTarget(target: string): { path: string; query: string } {
  let text = target
  if (text.charCodeAt(0) !== 47) {
    const authority = /^https?:\/\/[^/?#]*/i.exec(text)
    if (authority !== null) text = text.slice(authority[0].length)
    if (text.charCodeAt(0) !== 47) text = text.startsWith('?') ? `/${text}` : text
  }
  const mark = text.indexOf('?')
  return mark === -1 ? { path: text, query: '' } : { path: text.slice(0, mark), query: text.slice(mark + 1) }
}

/** The URL that interceptors see. Its host is what the client claims. */
export function requestUrl(request: HttpRequest): string {
  const host = request.headers[':authority'] ?? request.headers.host ?? 'localhost'
  const isEncrypted = 'socket' in request && request.socket !== null && 'encrypted' in (request.socket as object)
  return `${isEncrypted ? 'https' : 'http'}://${host}${request.url ?? '/'}`
}

/** Header fields that belong to one connection or one protocol, and are never passed between handler and client. */
const ownedFields: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-length',
  'content-encoding',
  'content-type',
  'http2-settings',
])

function isOwned(name: string): boolean {
  return ownedFields.has(name) || name.startsWith('grpc-') || name.startsWith('connect-') || name.startsWith(':')
}

/**
 * The header fields of a handler that are sent to the client.
 * @param spellings how HTTP/1.1 writes names, by the name in lower case
 */
export function responseFields(headers: Headers, spellings?: ReadonlyMap<string, string>): OutgoingHttpHeaders {
  const fields: OutgoingHttpHeaders = {}
  if (headers instanceof LazyHeaders && headers.isUntouched) return fields
  for (const [name, value] of headers) {
    if (name !== 'set-cookie' && !isOwned(name)) fields[spellings?.get(name) ?? name] = value
  }
  const cookies = headers.getSetCookie()
  if (cookies.length > 0) fields['set-cookie'] = cookies
  return fields
}
