import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { PublicationFiles } from '@assay/publications'
import { zipped } from '@assay/role-sessions'
import { withWorkingFolder } from '@assay/source-loads'

/** An archive in a temporary file. */
interface Archive {
  read(): AsyncIterable<Buffer>
  /** Removes the file. */
  end(): Promise<void>
}

/** The time of all files in an archive. It is fixed, so that the same files give the same bytes. */
const noTime = new Date('1980-01-01T00:00:00Z')
const pieceBytes = 256 * 1024

/**
 * Writes a zip archive of the files to disk at once. A client that reads slowly then holds neither the profiles in memory nor a place for
 * downloads.
 */
export async function makeArchive(
  { target, profiles }: PublicationFiles,
  temporaryDirectory: string,
  signal: AbortSignal,
): Promise<Archive> {
  const files = target.files(profiles).map(({ name, content }) => ({
    name,
    async *content() {
      yield* content()
    },
  }))
  const made = Promise.withResolvers<string>()
  const ended = Promise.withResolvers<void>()
  const work = withWorkingFolder(temporaryDirectory, async (folder) => {
    const path = join(folder, 'publication.zip')
    const file = await open(path, 'w')
    try {
      for await (const piece of zipped(files, noTime)) {
        signal.throwIfAborted()
        await file.writeFile(piece)
      }
    } finally {
      await file.close()
    }
    made.resolve(path)
    await ended.promise
  })
  // An error before the archive is complete rejects `made`; a later one is thrown by `end`.
  work.catch(made.reject)
  const path = await made.promise
  return {
    read: () => createReadStream(path, { highWaterMark: pieceBytes }) as AsyncIterable<Buffer>,
    end: async () => {
      ended.resolve()
      await work
    },
  }
}
