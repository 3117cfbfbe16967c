import { open } from 'node:fs/promises'
import { parentPort, workerData } from 'node:worker_threads'
import * as zlib from 'node:zlib'
import { type AsyncBuffer, type Compressors, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet'
import { decompressLz4, decompressLz4Raw, decompressSnappy } from 'hyparquet-compressors'
import type { Value } from '../value.ts'

/** Decodes one Parquet file in a thread with limited memory, so that a hostile file ends only the thread. */
export interface ParquetBirth {
  readonly path: string
  /** For one column of one row group, compressed, and for one page, uncompressed. */
  readonly longestPiece: number
}

export interface ParquetRequest {
  readonly start: number
  readonly end: number
}

export type ParquetAnswer =
  | { readonly kind: 'opened'; readonly columns: readonly string[]; readonly rowCounts: readonly number[] }
  | { readonly kind: 'rows'; readonly rows: readonly (readonly Value[])[] }
  | { readonly kind: 'failed'; readonly reason: string }

const mostNesting = 50
/** The limit for all columns of a row group, as a multiple of the longest piece. */
const mostPieces = 8

async function serve({ path, longestPiece }: ParquetBirth): Promise<void> {
  const port = parentPort
  if (port === null) return
  const answer = (message: ParquetAnswer) => port.postMessage(message)
  const failed = (error: unknown) =>
    answer({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) })
  try {
    const fetched = { bytes: 0 }
    const file = await bufferOf(path, longestPiece, fetched)
    const metadata = await parquetMetadataAsync(file, { parsers })
    const columns = parquetSchema(metadata).children.map(({ element }) => element.name)
    const rowCounts = metadata.row_groups.map(({ num_rows }) => Number(num_rows))
    if (columns.some((name) => typeof name !== 'string' || name === '')) throw new Error('a column has no name')
    if (rowCounts.some((count) => !(Number.isSafeInteger(count) && count >= 0)))
      throw new Error('a row group has no count')
    const rows = rowCounts.reduce((sum, count) => sum + count, 0)
    if (rows !== Number(metadata.num_rows)) throw new Error('its counts of rows differ')
    const compressors = compressorsWithin(longestPiece)
    port.on('message', ({ start, end }: ParquetRequest) => {
      fetched.bytes = 0
      parquetReadObjects({ file, metadata, compressors, parsers, rowStart: start, rowEnd: end })
        .then((records) => {
          if (records.length !== end - start) throw new Error('a row group has fewer rows than it says')
          answer({ kind: 'rows', rows: records.map((record) => columns.map((name) => cellOf(record, name))) })
        })
        .catch(failed)
    })
    answer({ kind: 'opened', columns, rowCounts })
  } catch (error) {
    failed(error)
  }
}

/** @param fetched counts the bytes of one request, since any number of columns may name the same place */
async function bufferOf(path: string, longestPiece: number, fetched: { bytes: number }): Promise<AsyncBuffer> {
  const handle = await open(path)
  const { size } = await handle.stat()
  return {
    byteLength: size,
    slice: async (start, end = size) => {
      const length = Math.min(end, size) - start
      if (!(start >= 0 && length >= 0)) throw new Error('a piece lies outside of the file')
      if (length > longestPiece)
        throw new Error(`a column of a row group has ${length} bytes; write smaller row groups`)
      fetched.bytes += length
      if (fetched.bytes > longestPiece * mostPieces)
        throw new Error('a row group is too large; write smaller row groups')
      const bytes = new Uint8Array(length)
      const { bytesRead } = await handle.read(bytes, 0, length, start)
      if (bytesRead < length) throw new Error('the file is cut off')
      return bytes.buffer
    },
  }
}

/** Node's own decompressors where they exist, since they stop at a limit. */
function compressorsWithin(longest: number): Compressors {
  const checked =
    (unpack: (input: Uint8Array, length: number) => Uint8Array) => (input: Uint8Array, length: number) => {
      if (!(length >= 0 && length <= longest)) throw new Error(`a page unpacks to ${length} bytes; write smaller pages`)
      return unpack(input, length)
    }
  const options = (length: number) => ({ maxOutputLength: Math.max(1, length) })
  return {
    SNAPPY: checked(decompressSnappy),
    GZIP: checked((input, length) => zlib.gunzipSync(input, options(length))),
    BROTLI: checked((input, length) => zlib.brotliDecompressSync(input, options(length))),
    ZSTD: checked((input, length) => zlib.zstdDecompressSync(input, options(length))),
    LZ4: checked(decompressLz4),
    LZ4_RAW: checked(decompressLz4Raw),
  }
}

const day = (time: Date) => (Number.isNaN(time.getTime()) ? '' : time.toISOString().slice(0, 10))
const second = (time: Date) => (Number.isNaN(time.getTime()) ? '' : `${time.toISOString().slice(0, 19)}Z`)

const parsers = {
  dateFromDays: (days: number) => day(new Date(days * 86_400_000)),
  timestampFromMilliseconds: (count: bigint) => second(new Date(Number(count))),
  timestampFromMicroseconds: (count: bigint) => second(new Date(Number(count / 1000n))),
  timestampFromNanoseconds: (count: bigint) => second(new Date(Number(count / 1_000_000n))),
}

function cellOf(record: Readonly<Record<string, unknown>>, name: string): Value {
  const value = record[name]
  if (value === undefined) throw new Error(`the column "${name}" has fewer values than the file has rows`)
  return plainValue(value, 0)
}

function plainValue(value: unknown, depth: number): Value {
  if (depth > mostNesting) throw new Error(`values are nested deeper than ${mostNesting}`)
  if (value === null || value === undefined) return depth === 0 ? '' : undefined
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map((each) => plainValue(each, depth + 1))
  if (value instanceof Date) return second(value)
  if (typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plainValue(member, depth + 1)]))
  }
  return String(value)
}

await serve(workerData as ParquetBirth)
