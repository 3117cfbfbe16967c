import { createHash } from 'node:crypto'
import { aborted, type DomainError, resourceExhausted } from '@assay/errors'
import { type Fragment, inTenant, type Sql, type TenantSql } from '@assay/store'
import { packed, piecesKept, type StoredPiece } from './file-content.ts'

/** An upload whose process does not renew its lease for this long is dead. */
const leaseSeconds = 30
const renewMs = 10_000

/**
 * The number of uploads of a tenant at once, for each kind. An import has no more files, so that all of them may be uploaded at
 * once.
 */
const mostUploads = 8

/** The statements of an upload on its tables: one for uploads, with a lease, and one for their pieces. */
interface UploadStatements {
  /** The thing that the upload belongs to, for messages: `import`. */
  readonly of: string
  /** The foreign key of pieces, which fails after the upload was removed. */
  readonly foreignKey: string
  insertPiece(sql: TenantSql, ordinal: number, compression: string, data: Uint8Array): PromiseLike<unknown>
  renew(sql: TenantSql, liveUntil: Fragment): PromiseLike<unknown>
  /** Removes the upload unless it is complete. */
  remove(sql: TenantSql): PromiseLike<unknown>
}

/**
 * The content of a file during its upload: pieces in the database that stay invisible until the file is complete. Each statement is
 * a short transaction, and no transaction is open while the upload waits for a piece.
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
    // After a failed renewal the next one may succeed. If all fail, storing the next piece fails too.
    this.#renewal = setInterval(() => void this.#renew().catch(() => {}), renewMs).unref()
  }

  /**
   * Stores all pieces. `bytes` may reuse the memory of its pieces like `pieces` does.
   * @throws aborted when the upload was removed meanwhile, resource_exhausted for more than `maxFileBytes`
   */
  async store(
    name: string,
    bytes: AsyncIterable<Uint8Array>,
    maxFileBytes: number,
  ): Promise<{ readonly sizeBytes: number; readonly sha256: string }> {
    const hash = createHash('sha256')
    // Pieces in progress. Other threads compress them, and they are inserted in order, a few at a time so that memory stays small.
    const underWay: Promise<StoredPiece>[] = []
    let sizeBytes = 0
    let inserting: Promise<unknown> = Promise.resolve()
    const insertFirst = async () => {
      const piece = await underWay.shift()
      await inserting
      if (piece === undefined) return
      inserting = this.#add(piece)
      // It is awaited before the next insert; until then its error must not count as unhandled.
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
      // Together with the piece being inserted and the piece being filled, this is two less than `piecesKept`.
      if (underWay.length >= piecesKept - 2) await insertFirst()
    }
    while (underWay.length > 0) await insertFirst()
    await inserting
    return { sizeBytes, sha256: hash.digest('hex') }
  }

  /** Ends the upload and removes it if it is incomplete. If that fails, its lease expires and it is removed later. */
  async end(): Promise<void> {
    clearInterval(this.#renewal)
    await this.#within((sql) => this.#statements.remove(sql)).catch(() => {})
  }

  async #add({ compression, data }: StoredPiece): Promise<void> {
    const ordinal = this.#pieces++
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.length)
    await this.#within(async (sql) => {
      // Only the complete file is acknowledged: the commit that does so also writes all earlier commits to disk.
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

/** The end of the lease of an upload that renews it now. */
export function liveUntil(sql: TenantSql): Fragment {
  return sql`now() + ${leaseSeconds} * interval '1 second'`
}

/** @throws resource_exhausted when the tenant has the maximum number of uploads in progress */
export function refuseTooManyUploads(underWay: number): void {
  if (underWay < mostUploads) return
  throw resourceExhausted(
    `${underWay} uploads of this tenant are in progress, and the limit is ${mostUploads}; try again when one has ended`,
    { reason: 'TOO_MANY_UPLOADS', metadata: { limit: String(mostUploads) }, retryAfterMs: renewMs },
  )
}

/** The error when a file is still being uploaded, so that nothing can be committed. */
export function uploadInProgress(file: string, of: string, id: number): DomainError {
  return aborted(`"${file}" of ${of} "${id}" is being uploaded; commit it when the upload has ended`, {
    reason: 'UPLOAD_IN_PROGRESS',
    retryAfterMs: renewMs,
  })
}

export function uploadGivenUp(of: string, cause?: unknown): DomainError {
  const message = `The upload was removed, since its ${of} has ended or its process did not report for ${leaseSeconds} seconds; upload the file again`
  return aborted(message, { reason: 'UPLOAD_GIVEN_UP', cause })
}
