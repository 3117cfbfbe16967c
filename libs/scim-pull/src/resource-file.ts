import { createReadStream } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { quoted } from '@assay/outbound'
import type { Resource } from './list-resources.ts'
import { ScimFault } from './scim-fault.ts'

const bufferedBytes = 1 << 20

interface Place {
  readonly id: string
  readonly at: number
  readonly length: number
}

/**
 * The resources of one type on disk, in the order of arrival. They are written as one answer of a SCIM server, in the order of their ids:
 * servers that do not sort may answer in another order each time, and the same data must give the same file.
 */
export class ResourceFile {
  readonly #path: string
  readonly #handle: FileHandle
  readonly #places: Place[] = []
  #bytes = 0
  #pending: Buffer[] = []
  #pendingBytes = 0

  private constructor(path: string, handle: FileHandle) {
    this.#path = path
    this.#handle = handle
  }

  static async create(path: string): Promise<ResourceFile> {
    return new ResourceFile(path, await open(path, 'wx+', 0o600))
  }

  get count(): number {
    return this.#places.length
  }

  get bytes(): number {
    return this.#bytes
  }

  async add({ id, document }: Resource): Promise<void> {
    const text = Buffer.from(textOf(document, id))
    this.#places.push({ id, at: this.#bytes, length: text.length })
    this.#bytes += text.length
    this.#pending.push(text)
    this.#pendingBytes += text.length
    if (this.#pendingBytes >= bufferedBytes) await this.#flush()
  }

  /** Writes all resources as one list. */
  async writeList(path: string): Promise<void> {
    await this.#flush()
    const sorted = this.#places.toSorted((one, other) => (one.id < other.id ? -1 : one.id > other.id ? 1 : 0))
    const list = await open(path, 'wx', 0o600)
    try {
      await list.appendFile('{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],')
      await list.appendFile(`"totalResults":${sorted.length},"Resources":[`)
      let separator = '\n'
      for (const { at, length } of sorted) {
        const { buffer } = await this.#handle.read(Buffer.allocUnsafe(length), 0, length, at)
        this.#pending.push(Buffer.from(separator), buffer)
        this.#pendingBytes += length
        separator = ',\n'
        if (this.#pendingBytes >= bufferedBytes) await list.appendFile(this.#taken())
      }
      await list.appendFile(this.#taken())
      await list.appendFile('\n]}\n')
    } finally {
      await list.close()
    }
  }

  async remove(): Promise<void> {
    await this.#handle.close()
    await rm(this.#path, { force: true })
  }

  async #flush(): Promise<void> {
    await this.#handle.appendFile(this.#taken())
  }

  #taken(): Buffer {
    const all = Buffer.concat(this.#pending)
    this.#pending = []
    this.#pendingBytes = 0
    return all
  }
}

function textOf(document: Resource['document'], id: string): string {
  try {
    return JSON.stringify(document)
  } catch (error) {
    // The parser accepts any depth, but the writer is recursive.
    if (error instanceof RangeError) throw new ScimFault(`The resource ${quoted(id)} is nested too deep`)
    throw error
  }
}

/** A list as a file that can be read. */
export function listFile(path: string, name: string, sizeBytes: number) {
  return { name, path, sizeBytes, open: () => createReadStream(path, { highWaterMark: 256 * 1024 }) }
}
