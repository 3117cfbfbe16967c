import { createGunzip, gunzip } from 'node:zlib'
import { Code, ConnectError } from '@connectrpc/connect'
import { bodyTooLarge, unsupportedEncoding, unsupportedType } from './failure.ts'
import { type HttpRequest, http2Stream } from './http-messages.ts'
import { invalidRequest } from './violations.ts'

const noBytes: Buffer = Buffer.alloc(0)

/** The media type must be JSON of some kind, with any parameters; none at all counts as JSON. */
export function checkJsonType(request: HttpRequest): void {
  const type = request.headers['content-type']
  if (type === undefined || type === '' || type === 'application/json') return
  if (
    !/^\s*application\/(?:[\w.!#$&^-]+\+)?json\s*(?:;|$)|^\s*[\w.!#$&^-]+\/[\w.!#$&^-]+\+json\s*(?:;|$)/i.test(type)
  ) {
    throw unsupportedType()
  }
}

/** False when the framing says that nothing follows; true when something may. */
export function mayHaveBody(request: HttpRequest): boolean {
  const length = request.headers['content-length']
  if (length !== undefined) return !/^0+$/.test(length)
  const stream = http2Stream(request)
  return stream === undefined ? request.headers['transfer-encoding'] !== undefined : !stream.endAfterHeaders
}

/** A call without a body binding may still be sent an empty one. */
export async function refuseBody(request: HttpRequest): Promise<void> {
  if (!mayHaveBody(request)) return
  if (request.headers['content-length'] === undefined) {
    try {
      await readRaw(request, 0)
      return
    } catch (error) {
      if (error instanceof ConnectError) throw error
    }
  }
  throw invalidRequest([{ field: '', description: 'must be empty for this call' }])
}

/**
 * The whole body, unpacked if it is gzip.
 * @param maxBytes of what is received and of what it unpacks to
 * @throws {HttpFailure} 413 above the limit, 415 for another encoding
 */
export async function readBody(request: HttpRequest, maxBytes: number): Promise<Buffer> {
  const isGzip = isGzipped(request)
  if (!mayHaveBody(request)) return noBytes
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw bodyTooLarge(maxBytes)
  const raw = await readRaw(request, maxBytes)
  return isGzip && raw.length > 0 ? unpack(raw, maxBytes) : raw
}

function isGzipped(request: HttpRequest): boolean {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? ''
  if (encoding === '' || encoding === 'identity') return false
  if (encoding === 'gzip' || encoding === 'x-gzip') return true
  throw unsupportedEncoding()
}

function readRaw(request: HttpRequest, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const settle = (act: () => void): void => {
      request
        .off('data', onData)
        .off('end', onEnd)
        .off('error', onBroken)
        .off('aborted', onBroken)
        .off('close', onBroken)
      act()
    }
    const onData = (chunk: Buffer): void => {
      size += chunk.length
      if (size > maxBytes) {
        settle(() => reject(bodyTooLarge(maxBytes)))
        request.pause()
        return
      }
      chunks.push(chunk)
    }
    const onEnd = (): void => {
      if (isBroken(request)) onBroken()
      else settle(() => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, size)))
    }
    const onBroken = (): void => settle(() => reject(brokenOff()))
    request.on('data', onData).on('end', onEnd).on('error', onBroken).on('aborted', onBroken).on('close', onBroken)
  })
}

function unpack(packed: Buffer, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gunzip(packed, { maxOutputLength: Math.max(1, maxBytes) }, (error, bytes) => {
      if (error === null) resolve(bytes)
      else reject('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE' ? bodyTooLarge(maxBytes) : badGzip())
    })
  })
}

/**
 * The body in the pieces in which it arrives, read only as fast as they are taken. It ends with an error, never as if
 * it were whole, when the client breaks off.
 */
export async function* streamBody(request: HttpRequest, clientSignal: AbortSignal): AsyncGenerator<Buffer> {
  // Over HTTP/2 a request that is reset may neither end nor fail by itself.
  clientSignal.addEventListener('abort', () => request.destroy(brokenOff()), { once: true })
  const isGzip = isGzipped(request)
  if (!mayHaveBody(request)) return
  if (!isGzip) {
    yield* receive(request)
    return
  }
  const gzip = createGunzip()
  const feeding = feed(request, gzip)
  feeding.catch((error: unknown) => gzip.destroy(error instanceof Error ? error : brokenOff()))
  try {
    yield* gzip
    await feeding
  } catch (error) {
    throw error instanceof ConnectError ? error : badGzip()
  }
}

async function feed(request: HttpRequest, gzip: ReturnType<typeof createGunzip>): Promise<void> {
  for await (const chunk of receive(request)) {
    if (gzip.write(chunk)) continue
    await new Promise<void>((resolve) => {
      const go = (): void => {
        gzip.off('drain', go).off('close', go)
        resolve()
      }
      gzip.on('drain', go).on('close', go)
    })
    if (gzip.destroyed) return
  }
  gzip.end()
}

async function* receive(request: HttpRequest): AsyncGenerator<Buffer> {
  try {
    // Left open at an early end: the response still has to go out over the same connection.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) yield chunk
  } catch {
    throw brokenOff()
  }
  if (isBroken(request)) throw brokenOff()
}

/** HTTP/2 lets a body that was reset end like a whole one. */
function isBroken(request: HttpRequest): boolean {
  const stream = http2Stream(request)
  return stream !== undefined && (stream.aborted || (stream.rstCode !== undefined && stream.rstCode !== 0))
}

function brokenOff(): ConnectError {
  return new ConnectError('The client broke off the request', Code.Canceled)
}

function badGzip(): ConnectError {
  return invalidRequest([{ field: '', description: 'is not valid gzip, though Content-Encoding says so' }])
}
