import { promisify } from 'node:util'
import { constants, crc32, deflateRaw } from 'node:zlib'
import { directory, fileHeader, fileTrailer, type ZippedFile } from './zip-format.ts'

const deflatePiece = promisify(deflateRaw)

/** A part of a file in memory that is used again. `reuse` is called when the bytes were compressed and may be overwritten. */
export interface Block {
  readonly bytes: Buffer
  reuse(): void
}

interface FileToZip {
  /** ASCII. */
  readonly name: string
  content(): AsyncIterable<string | Block>
  /**
   * The window in which repetitions are found, as a power of two; default 15. Shorter distances take fewer bits, so lines that
   * are similar to the line before become a quarter smaller with 11.
   */
  readonly windowBits?: number
}

/** Repeated lines become no larger than with level 3, in less than half of the time. */
const level = 1
/** Two pieces keep two cores busy, and a third is ready when the first one ends. */
const packedAtOnce = 3
/** Smaller pieces of text are joined. */
const smallestPieceBytes = 256 * 1024
/** The compressed size of about 1 MiB of similar lines. */
const packedPieceBytes = 128 * 1024

/**
 * A zip file, written while its content is read; it needs the same memory for any size. The same content gives the same bytes.
 * We do not use a library (yazl, zip-stream), because those compute the checksum in JavaScript, which takes as long as the
 * compression.
 */
export async function* zipped(files: readonly FileToZip[], modifiedAt: Date): AsyncGenerator<Buffer> {
  const done: ZippedFile[] = []
  let offset = 0
  for (const { name, content, windowBits } of files) {
    const header = fileHeader(name, modifiedAt)
    yield header
    let [crc, packedBytes, contentBytes] = [0, 0, 0]
    const pieces = packed(content(), windowBits, (bytes) => {
      crc = crc32(bytes, crc)
      contentBytes += bytes.length
    })
    for await (const piece of pieces) {
      packedBytes += piece.length
      yield piece
    }
    const file = { name, modifiedAt, crc, packedBytes, contentBytes, offset }
    const trailer = fileTrailer(file)
    yield trailer
    done.push(file)
    offset += header.length + packedBytes + trailer.length
  }
  yield directory(done, offset)
}

/**
 * Compresses pieces on several threads at once. Each piece ends on a whole byte and does not refer to earlier pieces, so that
 * together they are one compressed file, as pigz writes it. A piece of 1 MiB grows by less than a hundredth.
 */
async function* packed(
  content: AsyncIterable<string | Block>,
  windowBits: number | undefined,
  onPiece: (bytes: Buffer) => void,
): AsyncGenerator<Buffer> {
  const options = {
    level,
    ...(windowBits !== undefined && { windowBits }),
    chunkSize: packedPieceBytes,
    finishFlush: constants.Z_SYNC_FLUSH,
  }
  const packing: Promise<Buffer>[] = []
  for await (const { bytes, reuse } of gathered(content)) {
    onPiece(bytes)
    const piece = deflatePiece(bytes, options).finally(reuse)
    piece.catch(() => {}) // the error is thrown when this piece is awaited, or ignored if the reader has stopped
    packing.push(piece)
    if (packing.length >= packedAtOnce) yield (await packing.shift()) as Buffer
  }
  for (const piece of packing) yield await piece
  yield await deflatePiece(Buffer.alloc(0), { level })
}

/** Blocks as they are; text joined to larger blocks. */
async function* gathered(content: AsyncIterable<string | Block>): AsyncGenerator<Block> {
  let text = ''
  for await (const piece of content) {
    if (typeof piece === 'string') {
      text += piece
      if (text.length < smallestPieceBytes) continue
    }
    if (text !== '') yield { bytes: Buffer.from(text), reuse() {} }
    text = ''
    if (typeof piece !== 'string') yield piece
  }
  if (text !== '') yield { bytes: Buffer.from(text), reuse() {} }
}
