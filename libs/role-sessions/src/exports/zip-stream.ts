import { promisify } from 'node:util'
import { constants, crc32, deflateRaw } from 'node:zlib'
import { directory, fileHeader, fileTrailer, type ZippedFile } from './zip-format.ts'

const deflatePiece = promisify(deflateRaw)

/** A part of a file in memory that is used again: `reuse` is called once the bytes are packed and may be written over. */
export interface Block {
  readonly bytes: Buffer
  reuse(): void
}

interface FileToZip {
  /** ASCII. */
  readonly name: string
  content(): AsyncIterable<string | Block>
  /**
   * How far back repetitions are looked for, as a power of two; 15 by default. What is near takes fewer bits to point to, so
   * lines that resemble the one before come out a quarter smaller with 11.
   */
  readonly windowBits?: number
}

/** Lines that repeat come out no larger than at 3, in less than half of the time. */
const level = 1
/** Two keep two cores busy, and one more is there when the first of them ends. */
const packedAtOnce = 3
/** Text in smaller pieces is gathered. */
const smallestPieceBytes = 256 * 1024
/** Of what 1 MiB of lines that resemble each other is packed into. */
const packedPieceBytes = 128 * 1024

/**
 * A zip file, written while its content is read; nothing of it is kept, whatever its size. The same content gives the same
 * bytes. Our own, since libraries for it (yazl, zip-stream) compute the checksum in JavaScript, which takes as long as
 * packing.
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
 * Packs pieces on several threads at once. Each ends on a whole byte and is packed without a look at those before, so that
 * one behind another they are one packed file, as pigz writes it; a piece of 1 MiB grows by less than a hundredth.
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
    piece.catch(() => {}) // heard when its turn comes, or when nobody reads on
    packing.push(piece)
    if (packing.length >= packedAtOnce) yield (await packing.shift()) as Buffer
  }
  for (const piece of packing) yield await piece
  yield await deflatePiece(Buffer.alloc(0), { level })
}

/** Blocks as they are, text in blocks of some size. */
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
