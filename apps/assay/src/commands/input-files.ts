import { createReadStream, createWriteStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { InputFile } from '@assay/sources'
import { isServerAddress, type PulledFilesOptions, pulledFiles } from './pulled-files.ts'

/** A file to read, and whether the user named it and not only its folder: a named file must be readable data. */
export interface NamedFile extends InputFile {
  readonly isNamed: boolean
  readonly sizeBytes: number
  /** The number of bytes that were read so far, in all readings together. */
  readonly read: { bytes: number }
}

/** The user's working folder; npm runs scripts in the folder of their package. */
export function standingAt(environment: NodeJS.ProcessEnv = process.env): string {
  return (environment.npm_lifecycle_event === 'assay' && environment.INIT_CWD) || process.cwd()
}

/**
 * The files to read: the files in folders, archives (not unpacked), standard input for `-`, and the data of SCIM servers. The last two are
 * written into the temporary folder.
 */
export async function inputFiles(
  paths: readonly string[],
  temporaryFolder: string,
  options: PulledFilesOptions,
): Promise<NamedFile[]> {
  const files: NamedFile[] = []
  for (const path of paths) {
    if (isServerAddress(path)) {
      const pulled = await pulledFiles(path, temporaryFolder, options)
      for (const file of pulled) files.push(await fileAt(file.path, file.name, true))
      continue
    }
    if (path === '-') {
      const spooled = join(temporaryFolder, 'standard-input')
      await pipeline(process.stdin, createWriteStream(spooled, { mode: 0o600 }))
      files.push(await fileAt(spooled, 'standard input', true))
      continue
    }
    const full = resolve(standingAt(), path)
    const found = await stat(full).catch((cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'ENOENT' ? 'no file or folder has this name' : cause.message
      throw new Error(`"${path}" cannot be read: ${why}`, { cause })
    })
    if (!found.isDirectory()) {
      files.push(await fileAt(full, basename(full), true))
      continue
    }
    const names = (await readdir(full, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => relative(full, join(entry.parentPath, entry.name)))
      // Hidden files are those of editors and version control.
      .filter((name) => !name.split('/').some((step) => step.startsWith('.')))
      .sort()
    for (const name of names) files.push({ ...(await fileAt(join(full, name), name, false)), folder: full })
  }
  return files
}

async function fileAt(path: string, name: string, isNamed: boolean): Promise<NamedFile> {
  const { size: sizeBytes } = await stat(path)
  const read = { bytes: 0 }
  async function* open() {
    for await (const bytes of createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
      read.bytes += bytes.length
      yield bytes
    }
  }
  return { name, path, isNamed, sizeBytes, read, open }
}
