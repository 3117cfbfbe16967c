import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { standingAt } from './input-files.ts'

/**
 * Writes the pieces that a call streams into a file, or to the standard output when no file is named. It ends when the reader of the standard
 * output, such as `head`, closes the pipe.
 * @throws Error naming the file when it cannot be created
 */
export async function writeOutput(pieces: AsyncIterable<{ readonly data: Uint8Array }>, file: string | undefined) {
  if (file === undefined) {
    for await (const { data } of pieces) {
      // Waiting keeps memory from growing when the reader is slow.
      if (!process.stdout.write(data) && !(await hasReader())) return
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

/** Waits until the standard output takes more. @returns false when its reader has closed the pipe */
function hasReader(): Promise<boolean> {
  return once(process.stdout, 'drain').then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') return false
      throw error
    },
  )
}
