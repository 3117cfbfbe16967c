import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { type Logger, type NodeHandler, type NodeRequest, type NodeResponse, reply } from '@assay/server'

/** A file with its headers; it is the same for all callers until the process ends. */
interface ServedFile {
  readonly headers: Readonly<Record<string, string>>
  readonly plain: Uint8Array
  readonly packed: Uint8Array
  readonly tag: string
}

const gzipBytes = promisify(gzip)

export async function servedFile(
  headers: Readonly<Record<string, string>>,
  content: Uint8Array | string,
): Promise<ServedFile> {
  const plain = typeof content === 'string' ? Buffer.from(content) : content
  const tag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`
  return { headers: { ...common, ...headers }, plain, packed: await gzipBytes(plain), tag }
}

const common = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' }

/**
 * Serves one file without a token, by GET and HEAD. The file is made at the first request and cached; if that fails, the next request tries
 * again.
 */
export function serveFile(make: () => Promise<ServedFile>, logger: Logger): NodeHandler {
  let made: Promise<ServedFile> | undefined
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      reply(response, 405, { allow: 'GET, HEAD' })
      request.resume()
      return
    }
    made ??= make()
    made.then(
      (file) => sendFile(request, response, file),
      (err: unknown) => {
        made = undefined
        logger.error({ err }, 'a page that describes the API could not be made')
        reply(response, 500, { 'content-type': 'text/plain; charset=utf-8' }, 'This page could not be made\n')
      },
    )
  }
}

function sendFile(request: NodeRequest, response: NodeResponse, file: ServedFile): void {
  // Browsers cache the file but revalidate it each time, so that an upgrade of the server is visible at once.
  const headers = { ...file.headers, etag: file.tag, 'cache-control': 'no-cache', vary: 'Accept-Encoding' }
  if (isNamedBy(request.headers['if-none-match'], file.tag)) {
    reply(response, 304, headers)
    return
  }
  const isPacked = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(String(request.headers['accept-encoding'] ?? ''))
  const body = isPacked ? file.packed : file.plain
  reply(
    response,
    200,
    { ...headers, 'content-length': String(body.length), ...(isPacked ? { 'content-encoding': 'gzip' } : {}) },
    request.method === 'HEAD' ? undefined : body,
  )
}

/** Whether the `If-None-Match` of a request has the tag, so that the client has the file already. */
export function isNamedBy(condition: string | undefined, tag: string): boolean {
  if (condition === undefined) return false
  return condition.split(',').some((each) => each.trim().replace(/^W\//, '') === tag || each.trim() === '*')
}
