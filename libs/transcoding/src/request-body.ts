import { createGunzip, type Gunzip, gunzip } from 'node:zlib'
import { Code, ConnectError } from '@connectrpc/connect'
import { bodyTooLarge, unsupportedEncoding, unsupportedType } from './failure.ts'
import { type HttpRequest, http2Stream } from './http-messages.ts'
import { invalidRequest } from './violations.ts'

const noBytes: Buffer = Buffer.alloc(0)

/** The media type must be JSON or end in +json, with any parameters. No content type counts as JSON. */
export function checkJsonType(request: HttpRequest): void {
  const type = request.headers['content-type']
  if (type === undefined || type === '' || type === 'application/json') return
  if (
    !/^\s*application\/(?:[\w.!#$&^-]+\+)?json\s*(?:;|$)|^\s*[\w.!#$&^-]+\/[\w.!#$&^-]+\+json\s*(?:;|$)/i.test(type)
  ) {
    throw unsupportedType(type)
  }
}

/** False if the header says that no body follows; true if one may follow. */
export function mayHaveBody(request: HttpRequest): boolean {
  const length = request.headers['content-length']
  if (length !== undefined) return !/^0+$/.test(length)
  const stream = http2Stream(request)
  return stream === undefined ? request.headers['transfer-encoding'] !== undefined : !stream.endAfterHeaders
}

/** A call without a body binding accepts only an empty body. */
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
 * Reads the whole body, and decompresses gzip.
 * @param maxBytes the limit of the received bytes, and of the decompressed ones
 * @throws {HttpFailure} 413 above the limit, 415 for another encoding
 */
export async function readBody(request: HttpRequest, maxBytes: number): Promise<Buffer> {
  const isGzip = isGzipped(request)
  if (!mayHaveBody(request)) return noBytes
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw bodyTooLarge(maxBytes)
  const raw = readRaw(request, maxBytes)
  return isGzip ? unpack(await raw, maxBytes) : raw
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
    const onData = (chunk: Buffer): void => {
      size += chunk.length
      if (size <= maxBytes) {
        chunks.push(chunk)
        return
      }
      // The caller refuses the request and discards the rest.
      request.off('data', onData).off('end', onEnd).off('error', onBroken)
      request.pause()
      reject(bodyTooLarge(maxBytes))
    }
    // After 'end' only 'close' is emitted, so the listeners need not be removed.
    let isWhole = false
    const onEnd = (): void => {
      isWhole = !isBroken(request)
      if (isWhole) resolve((chunks.length === 1 ? chunks[0] : undefined) ?? Buffer.concat(chunks, size))
      else onBroken()
    }
    const onBroken = (error?: unknown): void => {
      if (!isWhole) reject(reasonOf(error))
    }
    request
      .on('data', onData)
      .on('end', onEnd)
      .on('error', onBroken)
      .on('close', () => onBroken())
  })
}

function unpack(packed: Buffer, maxBytes: number): Promise<Buffer> {
  if (packed.length === 0) return Promise.resolve(packed)
  return new Promise((resolve, reject) => {
    gunzip(packed, { maxOutputLength: Math.max(1, maxBytes) }, (error, bytes) => {
      if (error === null) resolve(bytes)
      else reject('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE' ? bodyTooLarge(maxBytes) : badGzip())
    })
  })
}

/**
 * The pieces of the body as they arrive, read only as fast as the caller takes them. If the client disconnects, it ends with an
 * error and never like a complete body. It releases the request when the signal aborts.
 */
export async function* streamBody(request: HttpRequest, signal: AbortSignal): AsyncGenerator<Buffer> {
  const isGzip = isGzipped(request)
  if (!mayHaveBody(request)) return
  const pieces = receive(request, signal)
  if (!isGzip) {
    yield* pieces
    return
  }
  const gunzip = createGunzip()
  const feeding = feed(pieces, gunzip)
  feeding.catch((error: unknown) => gunzip.destroy(error instanceof Error ? error : brokenOff()))
  try {
    yield* gunzip
    await feeding
  } catch (error) {
    throw error instanceof ConnectError ? error : badGzip()
  }
}

async function feed(pieces: AsyncIterable<Buffer>, gunzip: Gunzip): Promise<void> {
  for await (const piece of pieces) {
    if (!gunzip.write(piece)) await settled(gunzip)
    if (gunzip.destroyed) return
  }
  gunzip.end()
}

function settled(gunzip: Gunzip): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      gunzip.off('drain', go).off('close', go)
      resolve()
    }
    gunzip.on('drain', go).on('close', go)
  })
}

/**
 * Not the iterator of the stream, which holds the stream while it waits for a piece. When a call is over, the request must be
 * released at once, so that the rest of the body can be discarded and the connection used again.
 */
async function* receive(request: HttpRequest, signal: AbortSignal): AsyncGenerator<Buffer> {
  const queue: Buffer[] = []
  let isWhole = false
  let failure: unknown
  let wake = (): void => {}
  const onData = (piece: Buffer): void => {
    queue.push(piece)
    request.pause()
    wake()
  }
  const onEnd = (): void => {
    isWhole = !isBroken(request)
    if (isWhole) letGo()
    else onBroken()
  }
  const onBroken = (error?: unknown): void => {
    failure ??= reasonOf(error)
    letGo()
  }
  const onAbort = (): void => {
    failure ??= signal.reason
    letGo()
  }
  const letGo = (): void => {
    request.off('data', onData).off('end', onEnd).off('error', onBroken).off('aborted', onBroken).off('close', onBroken)
    signal.removeEventListener('abort', onAbort)
    wake()
  }
  request.on('data', onData).on('end', onEnd).on('error', onBroken).on('aborted', onBroken).on('close', onBroken)
  signal.addEventListener('abort', onAbort)
  try {
    for (;;) {
      for (let piece = queue.shift(); piece !== undefined; piece = queue.shift()) yield piece
      if (failure !== undefined) throw failure
      if (isWhole) return
      await new Promise<void>((resolve) => {
        wake = resolve
        request.resume()
      })
    }
  } finally {
    letGo()
  }
}

/** Over HTTP/2, a body that was reset ends like a complete one. */
function isBroken(request: HttpRequest): boolean {
  const stream = http2Stream(request)
  return stream !== undefined && (stream.aborted || (stream.rstCode !== undefined && stream.rstCode !== 0))
}

/**
 * A server that ends a body gives the reason as a ConnectError on the request. Any other error means that the client has
 * disconnected.
 */
function reasonOf(error: unknown): ConnectError {
  return error instanceof ConnectError ? error : brokenOff()
}

function brokenOff(): ConnectError {
  return new ConnectError('The client broke off the request', Code.Canceled)
}

function badGzip(): ConnectError {
  return invalidRequest([{ field: '', description: 'is not valid gzip, though Content-Encoding says so' }])
}
