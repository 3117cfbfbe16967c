import { createHash } from 'node:crypto'
import { aborted, type DomainError, resourceExhausted } from '@assay/errors'
import { type Fragment, inTenant, type Sql, type TenantSql } from '@assay/store'
import { packed, piecesKept, type StoredPiece } from './file-content.ts'

/** A process that says nothing of its upload for so long has died. */
const leaseSeconds = 30
const renewMs = 10_000

/** Uploads of a tenant at once, of one kind. An import has no more files than that, so all of them may come at once. */
const mostUploads = 8

/** What an upload does to the tables that hold it: `uploads` with a lease, and their pieces. */
interface UploadStatements {
  /** What it is an upload for, in messages: `import`. */
  readonly of: string
  /** The foreign key of pieces, which fails when the upload was given up. */
  readonly foreignKey: string
  insertPiece(sql: TenantSql, ordinal: number, compression: string, data: Uint8Array): PromiseLike<unknown>
  renew(sql: TenantSql, liveUntil: Fragment): PromiseLike<unknown>
  /** Removes the upload unless it is whole. */
  remove(sql: TenantSql): PromiseLike<unknown>
}

/**
 * The content of a file while it comes: pieces in the database that stay invisible until the file is whole. Each statement is a
 * short transaction, and none is open while a piece is awaited.
 */
export class PiecewiseUpload {
  readonly #sql: Sql
  readonly #tenantId: number
  readonly #statements: UploadStatements
  readonly #renewal: NodeJS.Timeout
  #pieces = 0

  constructor(sql: Sql, tenantId: number, statements: UploadStatements) {
    this.#sql = sql
    this.#tenantId = tenantId
    this.#statements = statements
    // One that fails is made up for by the next; when all fail, the next piece does.
    this.#renewal = setInterval(() => void this.#renew().catch(() => {}), renewMs).unref()
  }

  /**
   * Stores all pieces, of which `bytes` may use the memory of each again as `pieces` does.
   * @throws aborted when the upload was given up meanwhile, resource_exhausted for more than `maxFileBytes`
   */
  async store(
    name: string,
    bytes: AsyncIterable<Uint8Array>,
    maxFileBytes: number,
  ): Promise<{ readonly sizeBytes: number; readonly sha256: string }> {
    const hash = createHash('sha256')
    // Pieces under way: compressed by other threads and inserted in order, a few at a time so that memory stays small.
    const underWay: Promise<StoredPiece>[] = []
    let sizeBytes = 0
    let inserting: Promise<unknown> = Promise.resolve()
    const insertFirst = async () => {
      const piece = await underWay.shift()
      await inserting
      if (piece === undefined) return
      inserting = this.#add(piece)
      // Awaited before the next one; until then its error must not count as unhandled.
      inserting.catch(() => {})
    }
    for await (const piece of bytes) {
      sizeBytes += piece.length
      if (sizeBytes > maxFileBytes) {
        throw resourceExhausted(`${name} is larger than ${maxFileBytes} bytes, the limit of a file`)
      }
      const packing = packed(piece)
      packing.catch(() => {})
      underWay.push(packing)
      hash.update(piece)
      // With the one being inserted and the one being filled, two less than `pieces` keeps.
      if (underWay.length >= piecesKept - 2) await insertFirst()
    }
    while (underWay.length > 0) await insertFirst()
    await inserting
    return { sizeBytes, sha256: hash.digest('hex') }
  }

  /** Ends it; an incomplete one is removed. What stays behind when that fails is found by its lease. */
  async end(): Promise<void> {
    clearInterval(this.#renewal)
    await this.#within((sql) => this.#statements.remove(sql)).catch(() => {})
  }

  async #add({ compression, data }: StoredPiece): Promise<void> {
    const ordinal = this.#pieces++
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.length)
    await this.#within(async (sql) => {
      // Only the whole file is acknowledged: the commit that does so writes out all that came before.
      const lax = sql`set local synchronous_commit = off`.execute()
      await Promise.all([lax, this.#statements.insertPiece(sql, ordinal, compression, bytes)])
    })
  }

  async #renew(): Promise<void> {
    await this.#within((sql) => this.#statements.renew(sql, liveUntil(sql)))
  }

  #within<T>(work: (sql: TenantSql) => PromiseLike<T>): Promise<T> {
    const { of, foreignKey } = this.#statements
    return inTenant(this.#sql, this.#tenantId, async (sql) => work(sql), {
      constraints: { [foreignKey]: (cause) => uploadGivenUp(of, cause) },
    })
  }
}

/** Until when an upload is taken to be alive that says so now. */
export function liveUntil(sql: TenantSql): Fragment {
  return sql`now() + ${leaseSeconds} * interval '1 second'`
}

/** @throws resource_exhausted when so many of the tenant are under way as it may have */
export function refuseTooManyUploads(underWay: number): void {
  if (underWay < mostUploads) return
  throw resourceExhausted(
    `${underWay} uploads of this tenant are under way, and it may have ${mostUploads} at once; try again when one has ended`,
    { reason: 'TOO_MANY_UPLOADS', metadata: { limit: String(mostUploads) }, retryAfterMs: renewMs },
  )
}

/** A file still comes: nothing can be committed. */
export function uploadInProgress(file: string, of: string, id: number): DomainError {
  return aborted(`"${file}" of ${of} "${id}" is being uploaded; commit it when the upload has ended`, {
    reason: 'UPLOAD_IN_PROGRESS',
    retryAfterMs: renewMs,
  })
}

export function uploadGivenUp(of: string, cause?: unknown): DomainError {
  const message = `The upload was given up, since its ${of} has ended or nothing was heard of it for ${leaseSeconds} seconds; upload the file again`
  return aborted(message, { reason: 'UPLOAD_GIVEN_UP', cause })
}
