import { Readable } from 'node:stream'
import * as zlib from 'node:zlib'
import { UnreadableFile } from '../faults.ts'
import { type InputFile, limitsOf, type ReadingOptions } from '../input-file.ts'
import { headOf } from './head.ts'
import { bounded } from './spool.ts'
import { archiveEntries } from './zip.ts'

/** An unpacked file with its first bytes. */
export interface UnpackedFile extends InputFile {
  readonly head: Uint8Array
  /** Whether it is a zip whose entries make a workbook. */
  readonly isWorkbook: boolean
}

/** Unpacks a file that its content shows as gzip, zstd or zip, also nested in each other. A workbook stays whole. */
export async function* unpackedFiles(
  file: InputFile,
  options: ReadingOptions,
  depth = 0,
): AsyncGenerator<UnpackedFile, void, undefined> {
  const head = await headOf(file)
  const packing = packingOf(head)
  if (packing === undefined) {
    yield { ...plain(file), head, isWorkbook: false }
    return
  }
  if (depth === limitsOf(options).depth) {
    throw new UnreadableFile(file.name, 0, `is packed more than ${depth} times; unpack it first`)
  }
  if (packing === 'zip') {
    const entries = await archiveEntries(file, options)
    if (entries.some(({ name }) => name.endsWith('/xl/workbook.xml'))) {
      yield { ...plain(file), head, isWorkbook: true }
      return
    }
    for (const entry of entries) yield* unpackedFiles(entry, options, depth + 1)
    return
  }
  yield* unpackedFiles(unpackedStream(file, packing, options), options, depth + 1)
}

function plain({ name, open, path }: InputFile): InputFile {
  return path === undefined ? { name, open } : { name, open, path }
}

type Packing = 'gzip' | 'zstd' | 'zip' | 'c1z'

/** The bytes before the zstd data of a connector's file. */
const connectorMagic = Buffer.from('C1ZF\0')

function packingOf(head: Uint8Array): Packing | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip'
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return 'zstd'
  if (connectorMagic.equals(head.subarray(0, connectorMagic.length))) return 'c1z'
  // An archive without entries consists only of its end record.
  if (head[0] === 0x50 && head[1] === 0x4b && ((head[2] === 3 && head[3] === 4) || (head[2] === 5 && head[3] === 6)))
    return 'zip'
  return undefined
}

function unpackedStream(file: InputFile, packing: 'gzip' | 'zstd' | 'c1z', options: ReadingOptions): InputFile {
  const name = file.name.replace(/\.(gz|gzip|zst|zstd)$/i, '')
  const limit = limitsOf(options).unpackedBytes
  return { name, open: () => bounded(unpackedBytes(file, packing), file.name, limit) }
}

async function* unpackedBytes(
  file: InputFile,
  packing: 'gzip' | 'zstd' | 'c1z',
): AsyncGenerator<Uint8Array, void, undefined> {
  if (packing !== 'gzip' && zlib.createZstdDecompress === undefined) {
    throw new UnreadableFile(
      file.name,
      0,
      'is packed by zstd, which this version of Node.js cannot read; unpack it first',
    )
  }
  const unpacker = packing === 'gzip' ? zlib.createGunzip({ chunkSize: 256 * 1024 }) : zlib.createZstdDecompress()
  const source = Readable.from(packing === 'c1z' ? without(file.open(), connectorMagic.length) : file.open())
  source.on('error', (error) => unpacker.destroy(error))
  source.pipe(unpacker)
  try {
    yield* unpacker as AsyncIterable<Buffer>
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (!code.startsWith('Z_') && !code.startsWith('ZSTD_')) throw error
    const reason = `is not whole ${packing === 'gzip' ? 'gzip' : 'zstd'} data (${error instanceof Error ? error.message : code}); copy it again`
    throw new UnreadableFile(file.name, 0, reason, { cause: error })
  } finally {
    source.destroy()
    unpacker.destroy()
  }
}

async function* without(bytes: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<Uint8Array, void, undefined> {
  let left = count
  for await (const chunk of bytes) {
    const rest = chunk.subarray(left)
    left = Math.max(0, left - chunk.length)
    if (rest.length > 0) yield rest
  }
}
