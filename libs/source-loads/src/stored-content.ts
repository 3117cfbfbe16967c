import { type StoredPiece, unpackedPiece } from '@assay/directory'
import { aborted, type DomainError, resourceExhausted } from '@assay/errors'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { failFollowers } from './changes/gathering-loads.ts'

/** As many as an import. */
const mostUploads = 8
const mostFiles = 1_000
/** A process that says nothing of its upload for so long has died. */
const leaseSeconds = 30
const renewMs = 10_000

/** A file while it comes: pieces in the database that stay invisible until it is whole. No transaction waits for bytes. */
export class StoredUpload {
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
    await this.#within(
      (sql) => sql`
        insert into source_file_chunks (tenant_id, file_id, ordinal, compression, data)
        values (${this.#tenantId}, ${this.#id}, ${ordinal}, ${compression}, ${bytes})`,
    )
  }

  /** Makes it the file of its name, in place of an earlier one, in the caller's transaction. */
  async complete(sql: TenantSql, sizeBytes: number, sha256: string): Promise<void> {
    await sql`
      delete from source_files whole using source_files mine
      where mine.id = ${this.#id} and whole.load_id = mine.load_id and whole.name = mine.name and whole.live_until is null`
    const completed = await sql`
      update source_files set live_until = null, size_bytes = ${sizeBytes}, sha256 = ${Buffer.from(sha256, 'hex')}
      where id = ${this.#id}`
    if (completed.count === 0) throw givenUp()
  }

  /** Ends it; an incomplete one is removed. */
  async end(): Promise<void> {
    clearInterval(this.#renewal)
    const removal = this.#within(
      (sql) => sql`delete from source_files where id = ${this.#id} and live_until is not null`,
    )
    // What stays behind goes when its lease has lapsed and the load goes on.
    await removal.catch(() => {})
  }

  async #renew(): Promise<void> {
    await this.#within(
      (sql) => sql`
        update source_files set live_until = ${liveUntil(sql)} where id = ${this.#id} and live_until is not null`,
    )
  }

  #within<T>(work: (sql: TenantSql) => Promise<T>): Promise<T> {
    return inTenant(this.#sql, this.#tenantId, work, {
      constraints: { source_file_chunks_file_id_fkey: givenUp },
    })
  }
}

/**
 * Begins an upload, in a transaction that holds the load open. Gives its id.
 * @throws resource_exhausted for too many at once, and too many files
 */
export async function beginUpload(sql: TenantSql, tenantId: number, loadKey: number, name: string): Promise<number> {
  await removeDead(sql, loadKey)
  const [row] = await sql<{ under_way: number; files: number }[]>`
    select count(*) filter (where live_until >= now()) as under_way, count(*) filter (where load_id = ${loadKey}) as files
    from source_files`
  if (row !== undefined && row.under_way >= mostUploads) {
    throw resourceExhausted(
      `${row.under_way} uploads of this tenant are under way, and it may have ${mostUploads} at once; try again when one has ended`,
      { reason: 'TOO_MANY_UPLOADS', metadata: { limit: String(mostUploads) }, retryAfterMs: renewMs },
    )
  }
  if (row !== undefined && row.files >= mostFiles) {
    throw resourceExhausted(`A load has at most ${mostFiles} files; put them into a zip archive`)
  }
  const [begun] = await sql<{ id: number }[]>`
    insert into source_files (tenant_id, load_id, name, live_until)
    values (${tenantId}, ${loadKey}, ${name}, ${liveUntil(sql)}) returning id`
  if (begun === undefined) throw new Error('no upload was begun')
  return begun.id
}

/** @throws aborted while a file of the load comes */
export async function refuseUploadsUnderWay(sql: TenantSql, loadKey: number): Promise<void> {
  await removeDead(sql, loadKey)
  const [coming] = await sql<{ name: string }[]>`
    select name from source_files where load_id = ${loadKey} and live_until is not null limit 1`
  if (coming === undefined) return
  throw aborted(`"${coming.name}" of load "${loadKey}" is being uploaded; commit it when the upload has ended`, {
    reason: 'UPLOAD_IN_PROGRESS',
    retryAfterMs: renewMs,
  })
}

/** Removes the files and the changes of a load. Its records go with the next composition. */
export async function removeLoadContent(sql: TenantSql, loadKey: number): Promise<void> {
  await sql`update source_change_sets set changes = null where load_id = ${loadKey} and changes is not null`
  await failFollowers(sql, loadKey)
  await sql`delete from source_files where load_id = ${loadKey}`
}

/** The bytes of a file of a load, a piece at a time; each is a short query, since a file is read twice and slowly. */
export async function* loadContent(
  sql: Sql,
  tenantId: number,
  loadKey: number,
  name: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let ordinal = 0; ; ordinal++) {
    const [piece] = await inTenant(
      sql,
      tenantId,
      (scoped) => scoped<{ compression: string; data: Uint8Array }[]>`
        select c.compression, c.data from source_file_chunks c join source_files f on f.id = c.file_id
        where f.load_id = ${loadKey} and f.name = ${name} and f.live_until is null and c.ordinal = ${ordinal}`,
    )
    if (piece === undefined) return
    yield await unpackedPiece(piece.compression, piece.data)
  }
}

/** Removes what uploads of processes that died have left, of all tenants. Gives their number. */
export async function removeDeadLoadUploads(sql: Sql): Promise<number> {
  const [{ count } = { count: 0 }] = await sql<{ count: number }[]>`select remove_dead_load_uploads() as count`
  return count
}

async function removeDead(sql: TenantSql, loadKey: number): Promise<void> {
  await sql`delete from source_files where load_id = ${loadKey} and live_until < now()`
}

function liveUntil(sql: TenantSql) {
  return sql`now() + ${leaseSeconds} * interval '1 second'`
}

function givenUp(cause?: unknown): DomainError {
  const message = `The upload was given up, since its load has ended or nothing was heard of it for ${leaseSeconds} seconds; upload the file again`
  return aborted(message, { reason: 'UPLOAD_GIVEN_UP', cause })
}
