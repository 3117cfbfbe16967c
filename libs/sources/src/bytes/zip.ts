import type { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { UnreadableFile } from '../faults.ts'
import { type InputFile, limitsOf, type ReadingOptions } from '../input-file.ts'
import { bounded, pathOf } from './spool.ts'

/**
 * The files of a zip archive, in its order; each can be opened several times. Sizes come from the directory of the archive and are
 * checked during reading, so that a zip bomb ends at the limit.
 */
export async function archiveEntries(file: InputFile, options: ReadingOptions): Promise<InputFile[]> {
  const path = await pathOf(file, options)
  const limits = limitsOf(options)
  const entries: { entry: Entry; name: string }[] = []
  let unpackedBytes = 0
  await withArchive(file.name, path, async (zip) => {
    for await (const entry of zip.eachEntry()) {
      const name = String(entry.fileName)
      // macOS adds such an entry for each file.
      if (name.endsWith('/') || name.startsWith('__MACOSX/')) continue
      if ((entry.generalPurposeBitFlag & 1) !== 0) {
        throw new UnreadableFile(`${file.name}/${name}`, 0, 'is protected by a password; unpack it first')
      }
      unpackedBytes += entry.uncompressedSize
      if (entries.push({ entry, name }) > limits.archiveFiles) {
        throw new UnreadableFile(file.name, 0, `holds more than ${limits.archiveFiles} files`)
      }
    }
  })
  if (unpackedBytes > limits.unpackedBytes) {
    throw new UnreadableFile(file.name, 0, `unpacks to ${unpackedBytes} bytes; the limit is ${limits.unpackedBytes}`)
  }
  return entries.map(({ entry, name }) => ({
    name: `${file.name}/${name}`,
    open: () => bounded(entryBytes(file.name, path, entry), `${file.name}/${name}`, limits.unpackedBytes),
  }))
}

async function* entryBytes(file: string, path: string, entry: Entry): AsyncGenerator<Uint8Array, void, undefined> {
  const zip = await opened(file, path)
  let stream: Readable | undefined
  try {
    stream = await zip.openReadStreamPromise(entry)
    let sum = 0
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      sum = crc32(chunk, sum)
      yield chunk
    }
    if (sum !== entry.crc32) throw new Error('its checksum is wrong')
  } catch (error) {
    throw damaged(`${file}/${entry.fileName}`, error)
  } finally {
    stream?.destroy()
    zip.close()
  }
}

async function withArchive(file: string, path: string, use: (zip: ZipFile) => Promise<void>): Promise<void> {
  const zip = await opened(file, path)
  try {
    await use(zip)
  } catch (error) {
    throw damaged(file, error)
  } finally {
    zip.close()
  }
}

async function opened(file: string, path: string): Promise<ZipFile> {
  try {
    return await openPromise(path, { lazyEntries: true, autoClose: false })
  } catch (error) {
    throw damaged(file, error)
  }
}

function damaged(file: string, error: unknown): unknown {
  if (error instanceof UnreadableFile) return error
  const message = error instanceof Error ? error.message : String(error)
  return new UnreadableFile(file, 0, `is a damaged zip file (${message}); copy or export it again`, { cause: error })
}
