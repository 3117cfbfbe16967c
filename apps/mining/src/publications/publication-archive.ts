import { createReadStream, createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { PublicationFiles } from '@assay/publications'
import { zipped } from '@assay/role-sessions'
import { withWorkingFolder } from '@assay/source-loads'

/** An archive that lies in a file until it is read or given up. */
interface Archive {
  read(): AsyncIterable<Buffer>
  /** Removes the file. */
  end(): Promise<void>
}

/** The same files are the same bytes, so nothing in the archive tells when it was made. */
const noTime = new Date('1980-01-01T00:00:00Z')
const pieceBytes = 256 * 1024

/** Makes a zip archive of the files at once, so that whoever reads it slowly keeps neither the profiles nor a place. */
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
    await pipeline(zipped(files, noTime), createWriteStream(path), { signal })
    made.resolve(path)
    await ended.promise
  })
  // What goes wrong before the archive is made; afterwards `end` tells.
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
