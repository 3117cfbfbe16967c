import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { UnreadableFile } from '../faults.ts'
import { type InputFile, limitsOf, type ReadingOptions } from '../input-file.ts'

/** Passes bytes on. @throws UnreadableFile for more than `limit`, which no export of access data reaches */
export async function* bounded(
  bytes: AsyncIterable<Uint8Array>,
  file: string,
  limit: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let length = 0
  for await (const chunk of bytes) {
    length += chunk.length
    if (length > limit) {
      throw new UnreadableFile(
        file,
        0,
        `unpacks to more than ${limit} bytes, the limit; unpack it first and load its parts`,
      )
    }
    yield chunk
  }
}

const spooled = new WeakMap<() => unknown, string>()

/** The path of the file on disk. A file that is not on disk is written into the temporary folder, which the caller removes. */
export async function pathOf(file: InputFile, options: ReadingOptions): Promise<string> {
  if (file.path !== undefined) return file.path
  const before = spooled.get(file.open)
  if (before !== undefined) return before
  const path = join(options.temporaryFolder, randomUUID())
  const { unpackedBytes, spooledBytes } = limitsOf(options)
  const limit = Math.min(unpackedBytes, spooledBytes)
  await pipeline(Readable.from(bounded(file.open(), file.name, limit)), createWriteStream(path))
  spooled.set(file.open, path)
  return path
}
