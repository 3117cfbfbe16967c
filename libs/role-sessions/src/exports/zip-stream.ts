import { pipeline, Writable } from 'node:stream'
import { crc32, createDeflateRaw } from 'node:zlib'
import { directory, fileHeader, fileTrailer, type ZippedFile } from './zip-format.ts'

/** A part of a file in memory that is used again: `reuse` is called once the bytes are packed and may be written over. */
export interface Block {
  readonly bytes: Buffer
  reuse(): void
}

export interface FileToZip {
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
const packedPieceBytes = 256 * 1024
/** Packing takes place on another thread, while the next piece is made. */
const mostUnpacked = 4

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

async function* packed(
  content: AsyncIterable<string | Block>,
  windowBits: number | undefined,
  onPiece: (bytes: Buffer) => void,
): AsyncGenerator<Buffer> {
  const packing = createDeflateRaw({
    level,
    ...(windowBits !== undefined && { windowBits }),
    chunkSize: packedPieceBytes,
  })
  const blocks = async function* () {
    for await (const piece of content)
      yield typeof piece === 'string' ? { bytes: Buffer.from(piece), reuse() {} } : piece
  }
  const unpacked = new Writable({
    objectMode: true,
    highWaterMark: mostUnpacked,
    write({ bytes, reuse }: Block, _, done) {
      onPiece(bytes)
      packing.write(bytes, (error) => {
        reuse()
        done(error)
      })
    },
    final: (done) => packing.end(done),
    destroy(error, done) {
      if (error !== null) packing.destroy(error)
      done(error)
    },
  })
  // Whoever stops reading ends what is written as well.
  packing.once('close', () => unpacked.destroy())
  pipeline(blocks, unpacked, () => {}) // what goes wrong comes out where it is read
  yield* packing
}
