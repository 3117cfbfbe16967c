import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { standingAt } from './input-files.ts'

/**
 * Writes the pieces that a call streams into a file, or to the standard output when no file is named.
 * @throws Error naming the file when it cannot be created
 */
export async function writeOutput(pieces: AsyncIterable<{ readonly data: Uint8Array }>, file: string | undefined) {
  if (file === undefined) {
    for await (const { data } of pieces) {
      // Waiting keeps memory from growing when the reader is slow.
      if (!process.stdout.write(data)) await once(process.stdout, 'drain')
    }
    return
  }
  const handle = await open(resolve(standingAt(), file), 'w').catch((cause: Error) => {
    throw new Error(`"${file}" cannot be written: ${cause.message}`, { cause })
  })
  await pipeline(
    pieces,
    async function* (source) {
      for await (const { data } of source) yield data
    },
    handle.createWriteStream(),
  )
}
