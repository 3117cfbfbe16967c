import {
  liveUntil,
  PiecewiseUpload,
  refuseTooManyUploads,
  unpackedPiece,
  uploadGivenUp,
  uploadInProgress,
} from '@assay/directory'
import { resourceExhausted } from '@assay/errors'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { failFollowers } from './changes/gathering-loads.ts'

const mostFiles = 1_000

/** @param id from `beginUpload` */
export function storedUpload(sql: Sql, tenantId: number, id: number): PiecewiseUpload {
  return new PiecewiseUpload(sql, tenantId, {
    of: 'load',
    foreignKey: 'source_file_chunks_file_id_fkey',
    insertPiece: (scoped, ordinal, compression, data) => scoped`
      insert into source_file_chunks (tenant_id, file_id, ordinal, compression, data)
      values (${tenantId}, ${id}, ${ordinal}, ${compression}, ${data})`,
    renew: (scoped, until) => scoped`
      update source_files set live_until = ${until} where id = ${id} and live_until is not null`,
    remove: (scoped) => scoped`delete from source_files where id = ${id} and live_until is not null`,
  })
}

/**
 * Makes an upload the file with its name, instead of an earlier upload, in the caller's transaction.
 * @throws aborted when the upload was removed meanwhile
 */
export async function completeUpload(
  sql: TenantSql,
  id: number,
  { sizeBytes, sha256 }: { readonly sizeBytes: number; readonly sha256: string },
): Promise<void> {
  await sql`
    delete from source_files whole using source_files mine
    where mine.id = ${id} and whole.load_id = mine.load_id and whole.name = mine.name and whole.live_until is null`
  const completed = await sql`
    update source_files set live_until = null, created_at = now(), size_bytes = ${sizeBytes}, sha256 = ${Buffer.from(sha256, 'hex')}
    where id = ${id}`
  if (completed.count === 0) throw uploadGivenUp('load')
}

/**
 * Begins an upload, in a transaction that locks the open load. Returns the id of the upload.
 * @throws resource_exhausted for too many uploads at once, or too many files
 */
export async function beginUpload(sql: TenantSql, tenantId: number, loadKey: number, name: string): Promise<number> {
  await removeDead(sql, loadKey)
  const [row] = await sql<{ under_way: number; files: number }[]>`
    select count(*) filter (where live_until >= now()) as under_way, count(*) filter (where load_id = ${loadKey}) as files
    from source_files where load_id is not null`
  refuseTooManyUploads(row?.under_way ?? 0)
  refuseTooManyFiles(row?.files ?? 0)
  const [begun] = await sql<{ id: number }[]>`
    insert into source_files (tenant_id, load_id, name, live_until)
    values (${tenantId}, ${loadKey}, ${name}, ${liveUntil(sql)}) returning id`
  if (begun === undefined) throw new Error('no upload was begun')
  return begun.id
}

/** @throws resource_exhausted when a load has the maximum number of files */
export async function requireRoomForFile(sql: TenantSql, loadKey: number): Promise<void> {
  const [row] = await sql<{ files: number }[]>`
    select count(*)::integer as files from source_files where load_id = ${loadKey}`
  refuseTooManyFiles(row?.files ?? 0)
}

function refuseTooManyFiles(files: number): void {
  if (files < mostFiles) return
  throw resourceExhausted(`A load has at most ${mostFiles} files; put them into a zip archive`)
}

/** @throws aborted while a file of the load is being uploaded */
export async function refuseUploadsUnderWay(sql: TenantSql, loadKey: number): Promise<void> {
  await removeDead(sql, loadKey)
  const [coming] = await sql<{ name: string }[]>`
    select name from source_files where load_id = ${loadKey} and live_until is not null limit 1`
  if (coming !== undefined) throw uploadInProgress(coming.name, 'load', loadKey)
}

/** Removes the files and the changes of a load. The next composition removes its records. */
export async function removeLoadContent(sql: TenantSql, loadKey: number): Promise<void> {
  await sql`update source_change_sets set changes = null where load_id = ${loadKey} and changes is not null`
  await failFollowers(sql, loadKey)
  await sql`delete from source_files where load_id = ${loadKey}`
}

/**
 * The bytes of a file of a load, a piece at a time. Each piece is a short query, since a file is read twice and slowly. The next
 * piece is fetched and unpacked while the caller uses the current one.
 */
export async function* loadContent(
  sql: Sql,
  tenantId: number,
  loadKey: number,
  name: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const fetch = (ordinal: number) => {
    const fetched = pieceOf(sql, tenantId, { loadKey, name, ordinal })
    // It is awaited in the next iteration; until then its error must not count as unhandled.
    fetched.catch(() => {})
    return fetched
  }
  let next = fetch(0)
  try {
    for (let ordinal = 1; ; ordinal++) {
      const piece = await next
      if (piece === undefined) return
      next = fetch(ordinal)
      yield piece
    }
  } finally {
    // A caller that stops early may close the database.
    await next.catch(() => {})
  }
}

/** Undefined after the last piece. */
async function pieceOf(
  sql: Sql,
  tenantId: number,
  { loadKey, name, ordinal }: { readonly loadKey: number; readonly name: string; readonly ordinal: number },
): Promise<Uint8Array | undefined> {
  const [piece] = await inTenant(
    sql,
    tenantId,
    (scoped) => scoped<{ compression: string; data: Uint8Array }[]>`
      select c.compression, c.data from source_files f join source_file_chunks c on c.file_id = coalesce(f.content_id, f.id)
      where f.load_id = ${loadKey} and f.name = ${name} and f.live_until is null and c.ordinal = ${ordinal}`,
  )
  return piece === undefined ? undefined : unpackedPiece(piece.compression, piece.data)
}

/** Removes uploads of processes that died, for all tenants. Returns their number. */
export async function removeDeadLoadUploads(sql: Sql): Promise<number> {
  const [{ count } = { count: 0 }] = await sql<{ count: number }[]>`select remove_dead_load_uploads() as count`
  return count
}

async function removeDead(sql: TenantSql, loadKey: number): Promise<void> {
  await sql`delete from source_files where load_id = ${loadKey} and live_until < now()`
}
