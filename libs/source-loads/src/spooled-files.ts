import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { ImportFile } from '@assay/directory'

/** Files of an import on disk, in a folder that the caller removes. */
export class SpooledFiles {
  readonly files: ImportFile[] = []
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async add(name: string, content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    const file = await open(this.pathOf(name), 'w')
    const hash = createHash('sha256')
    let sizeBytes = 0
    try {
      for await (const bytes of content) {
        hash.update(bytes)
        sizeBytes += bytes.length
        await file.writeFile(bytes)
      }
    } finally {
      await file.close()
    }
    this.files.push({ name, sizeBytes, sha256: hash.digest('hex') })
  }

  pathOf(name: string): string {
    return join(this.#folder, name)
  }

  open(name: string): AsyncIterable<Uint8Array> | undefined {
    if (!this.files.some((file) => file.name === name)) return undefined
    return createReadStream(this.pathOf(name), { highWaterMark: 1024 * 1024 })
  }
}
