import { mkdtemp, open, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPromise } from 'yauzl'

/** A file name that has no path in it on any operating system. */
const plainName = /^\w[\w.-]*$/

/**
 * Writes the files of a zip archive into a folder and replaces files of the same names. Each file is written whole or not at all.
 * @returns their paths, in the order of the archive
 * @throws Error for a name with a path in it
 */
export async function unpackFiles(
  pieces: AsyncIterable<{ readonly data: Uint8Array }>,
  folder: string,
): Promise<string[]> {
  const temporary = await mkdtemp(join(tmpdir(), 'assay-publish-'))
  try {
    const archive = join(temporary, 'files.zip')
    await writeAll(archive, bytesOf(pieces))
    const zip = await openPromise(archive, { lazyEntries: true, autoClose: false })
    const written: string[] = []
    try {
      for await (const entry of zip.eachEntry()) {
        const name = String(entry.fileName)
        if (!plainName.test(name))
          throw new Error(`The platform sent a file with the name ${JSON.stringify(name)}, which is not a plain name`)
        const path = join(folder, name)
        const draft = `${path}.part`
        try {
          await writeAll(draft, await zip.openReadStreamPromise(entry))
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

async function writeAll(path: string, pieces: AsyncIterable<unknown>): Promise<void> {
  const file = await open(path, 'w')
  try {
    for await (const piece of pieces) await file.writeFile(piece as Uint8Array)
  } finally {
    await file.close()
  }
}

async function* bytesOf(pieces: AsyncIterable<{ readonly data: Uint8Array }>): AsyncGenerator<Uint8Array> {
  for await (const { data } of pieces) yield data
}
