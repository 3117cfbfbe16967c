import { failedPrecondition } from '@assay/errors'

/** The beginning of a backup, as a line of JSON. */
export interface BackupHeader {
  readonly format: 'assay backup 1'
  readonly takenAt: string
  /** Names of the migrations that its schema has. */
  readonly migrations: readonly string[]
  /** The only tenant that it holds; absent for all. */
  readonly tenant?: { readonly id: number; readonly name: string }
  /** In an order in which a row comes after those that it refers to. */
  readonly tables: readonly BackupTable[]
  /** Those among the tables that are made while the platform runs, and not by a migration. */
  readonly partitions: readonly BackupPartition[]
  readonly sequences: readonly { readonly name: string; readonly last: number; readonly isCalled: boolean }[]
}

/** A partition, as the catalog describes it. */
export interface BackupPartition {
  readonly name: string
  /** The table that it is a part of. */
  readonly of: string
  /** `FOR VALUES IN (17)` */
  readonly bound: string
  /** `alter import_id set default 17` */
  readonly defaults: readonly string[]
  /** Statements that make the indexes which are not those of the table that it is a part of. */
  readonly indexes: readonly string[]
}

export interface BackupTable {
  readonly schema: string
  readonly name: string
  readonly columns: readonly string[]
}

/** After the header each table comes as frames, four bytes of length and so many bytes of a binary COPY; a frame of none ends it. */
export function frame(bytes: Uint8Array): Uint8Array[] {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return [length, bytes]
}

/** The end of a backup: without it the backup was cut off. */
export const endMark = Buffer.from('END OF BACKUP\n')

/** A header of more than this is none. */
const mostHeaderBytes = 64 * 1024 * 1024
const mostFrameBytes = 256 * 1024 * 1024

/** Reads a backup piece by piece, and never more than a frame ahead. @throws failed_precondition (BACKUP_UNREADABLE) */
export class BackupReader {
  readonly #pieces: AsyncIterator<Uint8Array>
  #held: Buffer = Buffer.alloc(0)

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]()
  }

  async header(): Promise<BackupHeader> {
    for (;;) {
      const end = this.#held.indexOf(0x0a)
      if (end >= 0) {
        const line = this.#held.subarray(0, end).toString()
        this.#held = this.#held.subarray(end + 1)
        return parseHeader(line)
      }
      if (this.#held.length > mostHeaderBytes || !(await this.#more())) throw notOurs()
    }
  }

  /** The frames of the table that is next. */
  async *frames(): AsyncGenerator<Buffer> {
    for (;;) {
      const length = (await this.#take(4)).readUInt32BE(0)
      if (length === 0) return
      if (length > mostFrameBytes) throw damaged()
      yield await this.#take(length)
    }
  }

  /** Reads to the very end: a checksum follows the mark, and is checked when it is read. */
  async end(): Promise<void> {
    if (!(await this.#take(endMark.length)).equals(endMark)) throw damaged()
    do if (this.#held.length > 0) throw damaged()
    while (await this.#more())
  }

  async #take(length: number): Promise<Buffer> {
    while (this.#held.length < length) if (!(await this.#more())) throw damaged()
    const taken = this.#held.subarray(0, length)
    this.#held = this.#held.subarray(length)
    return taken
  }

  async #more(): Promise<boolean> {
    const next = await this.#pieces.next()
    if (next.done) return false
    this.#held = this.#held.length === 0 ? Buffer.from(next.value) : Buffer.concat([this.#held, next.value])
    return true
  }
}

function parseHeader(line: string): BackupHeader {
  try {
    const header = JSON.parse(line) as BackupHeader
    if (header.format === 'assay backup 1') return header
  } catch {
    // It is said below.
  }
  throw notOurs()
}

function notOurs() {
  return failedPrecondition('This is no backup that this version of Assay can read', { reason: 'BACKUP_UNREADABLE' })
}

function damaged() {
  return failedPrecondition('The backup is cut off or damaged; nothing was restored', { reason: 'BACKUP_UNREADABLE' })
}
