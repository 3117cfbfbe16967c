import { failedPrecondition } from '@assay/errors'

/** The beginning of a backup, as a line of JSON. */
export interface BackupHeader {
  readonly format: 'assay backup 1'
  readonly takenAt: string
  /** Names of the migrations of its schema. */
  readonly migrations: readonly string[]
  /** The only tenant in the backup; absent for all tenants. */
  readonly tenant?: { readonly id: number; readonly name: string }
  /** The order is such that a row comes after those to which it refers. */
  readonly tables: readonly BackupTable[]
  /** Those of the tables that are made while the platform runs, not by a migration. */
  readonly partitions: readonly BackupPartition[]
  readonly sequences: readonly { readonly name: string; readonly last: number; readonly isCalled: boolean }[]
}

/** A partition, as the catalog describes it. */
export interface BackupPartition {
  readonly name: string
  /** The partitioned table to which it belongs. */
  readonly of: string
  /** `FOR VALUES IN (17)` */
  readonly bound: string
  /** `alter import_id set default 17` */
  readonly defaults: readonly string[]
  /** Statements that make the indexes that the partitioned table does not have. */
  readonly indexes: readonly string[]
}

export interface BackupTable {
  readonly schema: string
  readonly name: string
  readonly columns: readonly string[]
}

/**
 * After the header, each table is a sequence of frames: four bytes of length and so many bytes of a binary COPY. An empty frame ends the
 * table.
 */
export function frame(bytes: Uint8Array): Uint8Array[] {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return [length, bytes]
}

/** The end of a backup; a backup without it is incomplete. */
export const endMark = Buffer.from('END OF BACKUP\n')

/** A larger header is refused. */
const mostHeaderBytes = 64 * 1024 * 1024
const mostFrameBytes = 256 * 1024 * 1024

/** Reads a backup in pieces, at most one frame ahead. @throws failed_precondition (BACKUP_UNREADABLE) */
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

  /** The frames of the next table. */
  async *frames(): AsyncGenerator<Buffer> {
    for (;;) {
      const length = (await this.#take(4)).readUInt32BE(0)
      if (length === 0) return
      if (length > mostFrameBytes) throw damaged()
      yield await this.#take(length)
    }
  }

  /** Reads to the end of the stream: a checksum follows the mark and is only verified when it is read. */
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
    // The error below says so.
  }
  throw notOurs()
}

function notOurs() {
  return failedPrecondition('This is not a backup that this version of Assay can read', { reason: 'BACKUP_UNREADABLE' })
}

function damaged() {
  return failedPrecondition('The backup is cut off or damaged; nothing was restored', { reason: 'BACKUP_UNREADABLE' })
}
