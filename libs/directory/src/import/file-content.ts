import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import * as zlib from 'node:zlib'
import { invalidArgument } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import { copiedRows } from '../copy/copy-out.ts'

/** Content is sent and stored in pieces of this size, before compression. */
const pieceBytes = 1024 * 1024

export interface StoredPiece {
  readonly compression: 'none' | 'zstd'
  readonly data: Uint8Array
}

/** The bytes of an upload, unpacked if they are gzip. The first two bytes decide that; the name alone does not. */
export async function* unpacked(
  bytes: AsyncIterable<Uint8Array>,
  isGzipName: boolean,
): AsyncGenerator<Uint8Array, void, undefined> {
  const source = bytes[Symbol.asyncIterator]()
  let head = new Uint8Array(0)
  let over = false
  while (head.length < 2 && !over) {
    const { done, value } = await source.next()
    if (done) over = true
    else head = head.length === 0 ? new Uint8Array(value) : Buffer.concat([head, value])
  }
  const all = async function* () {
    try {
      yield head
      if (!over) yield* { [Symbol.asyncIterator]: () => source }
    } finally {
      await source.return?.()
    }
  }
  if (head[0] === 0x1f && head[1] === 0x8b) yield* gunzipped(all())
  else if (isGzipName) throw invalidArgument('file', 'is named .gz and is not gzip')
  else yield* all()
}

async function* gunzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const gunzip = zlib.createGunzip({ chunkSize: 256 * 1024 })
  const feeding = pipeline(Readable.from(source), gunzip)
  // The loop below throws the same error.
  feeding.catch(() => {})
  try {
    yield* gunzip as AsyncIterable<Buffer>
    await feeding
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (!code.startsWith('Z_')) throw error
    const reason = error instanceof Error ? error.message : code
    throw invalidArgument('file', `is not whole gzip data: ${reason}`, { cause: error })
  }
}

/** A piece stays valid while this many further pieces are read; then `pieces` reuses its buffer. */
export const piecesKept = 5

/** Cuts bytes into pieces of `pieceBytes`, in a few buffers that are reused in rotation. */
export async function* pieces(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const most = piecesKept + 1
  const buffers = [new Uint8Array(pieceBytes)]
  let turn = 0
  let filled = 0
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + pieceBytes - filled)
      buffers[turn]!.set(part, filled)
      filled += part.length
      at += part.length
      if (filled === pieceBytes) {
        yield buffers[turn]!
        turn = (turn + 1) % most
        buffers[turn] ??= new Uint8Array(pieceBytes)
        filled = 0
      }
    }
  }
  if (filled > 0) yield buffers[turn]!.subarray(0, filled)
}

// zstd exists since Node 22.15; older versions store the content uncompressed.
const compress = zlib.zstdCompress === undefined ? undefined : promisify(zlib.zstdCompress)
const decompress = zlib.zstdDecompress === undefined ? undefined : promisify(zlib.zstdDecompress)
// One output buffer for each piece: with the default of 16 KiB, joining the buffers costs more than the compression.
const chunkSize = pieceBytes + 16 * 1024
const fastest = { chunkSize, params: { [zlib.constants.ZSTD_c_compressionLevel]: 1 } }

/** Compresses a piece outside the event loop's thread. A piece that compression would make longer stays as it is. */
export async function packed(piece: Uint8Array): Promise<StoredPiece> {
  const data = await compress?.(piece, fastest)
  return data === undefined || data.length >= piece.length
    ? { compression: 'none', data: piece }
    : { compression: 'zstd', data }
}

export async function unpackedPiece(compression: string, data: Uint8Array): Promise<Uint8Array> {
  if (compression === 'none') return data
  if (decompress === undefined) throw new Error('the content was stored by a Node.js with zstd and this one has none')
  return decompress(data, { chunkSize })
}

/** The whole content of an uploaded file in order. The next piece is unpacked while the caller uses the current one. */
export async function* storedContent(
  sql: TenantSql,
  importKey: number,
  name: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  // COPY takes no parameters. The key is a number, and the name is one of the fixed file names.
  const stream = await sql
    .unsafe(
      `copy (select compression, data from import_file_chunks where upload_id = (select id from import_uploads
        where import_id = ${Number(importKey)} and file_name = '${name.replaceAll("'", "''")}' and live_until is null)
        order by ordinal) to stdout (format binary)`,
    )
    .readable()
  let next: Promise<Uint8Array> | undefined
  for await (const [compression, data] of copiedRows(stream)) {
    if (compression === null || data === null) throw new Error('a stored piece has no content')
    const current = next
    next = unpackedPiece(compression!.toString(), data!)
    // It is awaited in the next iteration; until then its error must not count as unhandled.
    next.catch(() => {})
    if (current !== undefined) yield await current
  }
  if (next !== undefined) yield await next
}
