import { aborted, type DomainError, resourceExhausted } from '@assay/errors'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import type { StoredPiece } from './file-content.ts'

/** An import has no more files than that, so all of them may come at once. */
const mostUploads = 8
/** A process that says nothing of its upload for so long has died. */
const leaseSeconds = 30
const renewMs = 10_000

/**
 * The content of a file while it comes: pieces in the database that stay invisible until the file is whole. Each statement is a
 * short transaction, and none is open while a piece is awaited.
 */
export class StagedUpload {
  readonly #sql: Sql
  readonly #tenantId: number
  readonly #id: number
  readonly #renewal: NodeJS.Timeout
  #pieces = 0

  /** @param id as `beginUpload` gave it */
  constructor(sql: Sql, tenantId: number, id: number) {
    this.#sql = sql
    this.#tenantId = tenantId
    this.#id = id
    // One that fails is made up for by the next; when all fail, the next piece does.
    this.#renewal = setInterval(() => void this.#renew().catch(() => {}), renewMs).unref()
  }

  /** Appends a piece. @throws aborted when the upload was given up meanwhile */
  async add({ compression, data }: StoredPiece): Promise<void> {
    const ordinal = this.#pieces++
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.length)
    await this.#within(async (sql) => {
      // Only the whole file is acknowledged: the commit that does so writes out all that came before.
      const lax = sql`set local synchronous_commit = off`.execute()
      const insert = sql`
        insert into import_file_chunks (tenant_id, upload_id, ordinal, compression, data)
        values (${this.#tenantId}, ${this.#id}, ${ordinal}, ${compression}, ${bytes})`
      await Promise.all([lax, insert])
    })
  }

  /**
   * Makes this the content of its file, in place of an earlier one, in the caller's transaction.
   * @throws aborted when the upload was given up meanwhile
   */
  async complete(sql: TenantSql): Promise<void> {
    await sql`
      delete from import_uploads whole using import_uploads mine
      where mine.id = ${this.#id} and whole.import_id = mine.import_id and whole.file_name = mine.file_name
        and whole.live_until is null`
    const completed = await sql`update import_uploads set live_until = null where id = ${this.#id}`
    if (completed.count === 0) throw givenUp()
  }

  /** Ends it; an incomplete one is removed. If that fails, the rest is found by `removeDeadUploads`. */
  async end(): Promise<void> {
    clearInterval(this.#renewal)
    const removal = this.#within(
      (sql) => sql`delete from import_uploads where id = ${this.#id} and live_until is not null`,
    )
    await removal.catch(() => {})
  }

  async #renew(): Promise<void> {
    await this.#within(
      (sql) => sql`
        update import_uploads set live_until = ${liveUntil(sql)} where id = ${this.#id} and live_until is not null`,
    )
  }

  #within<T>(work: (sql: TenantSql) => Promise<T>): Promise<T> {
    return inTenant(this.#sql, this.#tenantId, work, {
      constraints: { import_file_chunks_upload_id_fkey: givenUp },
    })
  }
}

/**
 * Begins an upload of a file, in a transaction that holds the import open. Gives its id.
 * @throws resource_exhausted when the tenant has as many under way as it may
 */
export async function beginUpload(sql: TenantSql, tenantId: number, importKey: number, name: string): Promise<number> {
  await removeDead(sql, importKey)
  const [{ count }] = await sql<{ count: number }[]>`
    select count(*) from import_uploads where live_until is not null`
  if (count >= mostUploads) {
    throw resourceExhausted(
      `${count} uploads of this tenant are under way, and it may have ${mostUploads} at once; try again when one has ended`,
      { reason: 'TOO_MANY_UPLOADS', metadata: { limit: String(mostUploads) }, retryAfterMs: renewMs },
    )
  }
  const [{ id }] = await sql<{ id: number }[]>`
    insert into import_uploads (tenant_id, import_id, file_name, live_until)
    values (${tenantId}, ${importKey}, ${name}, ${liveUntil(sql)}) returning id`
  return id
}

/** @throws aborted while a file of the import comes; what uploads of dead processes left goes */
export async function refuseUploadsUnderWay(sql: TenantSql, importKey: number): Promise<void> {
  await removeDead(sql, importKey)
  const [coming] = await sql<{ name: string }[]>`
    select file_name as name from import_uploads where import_id = ${importKey} and live_until is not null limit 1`
  if (coming === undefined) return
  throw aborted(`"${coming.name}" of import "${importKey}" is being uploaded; commit it when the upload has ended`, {
    reason: 'UPLOAD_IN_PROGRESS',
    retryAfterMs: renewMs,
  })
}

/** Removes the content of all files of an import, whole or not. An upload that is under way ends at its next piece. */
export async function removeUploads(sql: TenantSql, importKey: number): Promise<void> {
  await sql`delete from import_uploads where import_id = ${importKey}`
}

/** Removes what uploads of processes that died have left, of all tenants. Gives their number. */
export async function removeDeadUploads(sql: Sql): Promise<number> {
  const [{ count }] = await sql<{ count: number }[]>`select remove_dead_uploads() as count`
  return count
}

async function removeDead(sql: TenantSql, importKey: number): Promise<void> {
  await sql`delete from import_uploads where import_id = ${importKey} and live_until < now()`
}

function liveUntil(sql: TenantSql) {
  return sql`now() + ${leaseSeconds} * interval '1 second'`
}

function givenUp(cause?: unknown): DomainError {
  const message = `The upload was given up, since its import has ended or nothing was heard of it for ${leaseSeconds} seconds; upload the file again`
  return aborted(message, { reason: 'UPLOAD_GIVEN_UP', cause })
}
