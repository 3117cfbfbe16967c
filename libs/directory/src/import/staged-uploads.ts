import { onlyRow, type Sql, type TenantSql } from '@assay/store'
import {
  liveUntil,
  PiecewiseUpload,
  refuseTooManyUploads,
  uploadGivenUp,
  uploadInProgress,
} from './piecewise-upload.ts'

/** @param id from `beginUpload` */
export function stagedUpload(sql: Sql, tenantId: number, id: number): PiecewiseUpload {
  return new PiecewiseUpload(sql, tenantId, {
    of: 'import',
    foreignKey: 'import_file_chunks_upload_id_fkey',
    insertPiece: (scoped, ordinal, compression, data) => scoped`
      insert into import_file_chunks (tenant_id, upload_id, ordinal, compression, data)
      values (${tenantId}, ${id}, ${ordinal}, ${compression}, ${data})`,
    renew: (scoped, until) => scoped`
      update import_uploads set live_until = ${until} where id = ${id} and live_until is not null`,
    remove: (scoped) => scoped`delete from import_uploads where id = ${id} and live_until is not null`,
  })
}

/**
 * Makes an upload the content of its file, instead of an earlier upload, in the caller's transaction.
 * @throws aborted when the upload was removed meanwhile
 */
export async function completeUpload(sql: TenantSql, id: number): Promise<void> {
  await sql`
    delete from import_uploads whole using import_uploads mine
    where mine.id = ${id} and whole.import_id = mine.import_id and whole.file_name = mine.file_name
      and whole.live_until is null`
  const completed = await sql`update import_uploads set live_until = null where id = ${id}`
  if (completed.count === 0) throw uploadGivenUp('import')
}

/**
 * Begins an upload of a file, in a transaction that locks the open import. Returns the id of the upload.
 * @throws resource_exhausted when the tenant has the maximum number of uploads in progress
 */
export async function beginUpload(sql: TenantSql, tenantId: number, importKey: number, name: string): Promise<number> {
  await removeDead(sql, importKey)
  const { count } = onlyRow(
    await sql<{ count: number }[]>`
    select count(*) from import_uploads where live_until is not null`,
  )
  refuseTooManyUploads(count)
  const { id } = onlyRow(
    await sql<{ id: number }[]>`
    insert into import_uploads (tenant_id, import_id, file_name, live_until)
    values (${tenantId}, ${importKey}, ${name}, ${liveUntil(sql)}) returning id`,
  )
  return id
}

/** Removes uploads of dead processes. @throws aborted while a file of the import is being uploaded */
export async function refuseUploadsUnderWay(sql: TenantSql, importKey: number): Promise<void> {
  await removeDead(sql, importKey)
  const [coming] = await sql<{ name: string }[]>`
    select file_name as name from import_uploads where import_id = ${importKey} and live_until is not null limit 1`
  if (coming !== undefined) throw uploadInProgress(coming.name, 'import', importKey)
}

/** Removes the content of all files of an import, complete or not. An upload in progress ends at its next piece. */
export async function removeUploads(sql: TenantSql, importKey: number): Promise<void> {
  await sql`delete from import_uploads where import_id = ${importKey}`
}

/** Removes uploads of processes that died, for all tenants. Returns their number. */
export async function removeDeadUploads(sql: Sql): Promise<number> {
  const { count } = onlyRow(await sql<{ count: number }[]>`select remove_dead_uploads() as count`)
  return count
}

async function removeDead(sql: TenantSql, importKey: number): Promise<void> {
  await sql`delete from import_uploads where import_id = ${importKey} and live_until < now()`
}
