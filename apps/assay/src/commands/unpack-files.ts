import { createWriteStream } from 'node:fs'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { openPromise } from 'yauzl'

/** A name that stays in its folder, whatever the platform. */
const plainName = /^\w[\w.-]*$/

/**
 * Writes the files of a zip archive into a folder, in the place of those that have their names. Each is there whole or not at all.
 * @returns their paths, in the order of the archive
 * @throws Error for a name that leads elsewhere
 */
export async function unpackFiles(
  pieces: AsyncIterable<{ readonly data: Uint8Array }>,
  folder: string,
): Promise<string[]> {
  const temporary = await mkdtemp(join(tmpdir(), 'assay-publish-'))
  try {
    const archive = join(temporary, 'files.zip')
    await pipeline(Readable.from(bytesOf(pieces), { objectMode: false }), createWriteStream(archive))
    const zip = await openPromise(archive, { lazyEntries: true, autoClose: false })
    const written: string[] = []
    try {
      for await (const entry of zip.eachEntry()) {
        const name = String(entry.fileName)
        if (!plainName.test(name))
          throw new Error(`The platform sent a file with the name ${JSON.stringify(name)}, which is no plain name`)
        const path = join(folder, name)
        const draft = `${path}.part`
        try {
          await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(draft))
          await rename(draft, path)
        } finally {
          await rm(draft, { force: true })
        }
        written.push(path)
      }
    } finally {
      zip.close()
    }
    return written
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

async function* bytesOf(pieces: AsyncIterable<{ readonly data: Uint8Array }>): AsyncGenerator<Uint8Array> {
  for await (const { data } of pieces) yield data
}
