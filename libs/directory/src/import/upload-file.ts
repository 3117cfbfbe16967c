import { setTimeout as sleep } from 'node:timers/promises'
import { invalidArgument } from '@assay/errors'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { shown } from './faults.ts'
import { pieces, unpacked } from './file-content.ts'
import { type ImportFile, importKeyOf } from './import.ts'
import { ended, recordImport, selectImport } from './imports.ts'
import { type NamedFile, namedFile, recognised } from './recognise-file.ts'
import { beginUpload, completeUpload, stagedUpload } from './staged-uploads.ts'

interface UploadOptions {
  /** The limit of the unpacked content; a larger file is `resource_exhausted`. Default 16 GiB. */
  readonly maxFileBytes?: number
  /** Aborted when the client disconnects. The upload is then undone even if `bytes` ended, since they may be incomplete. */
  readonly signal?: AbortSignal
}

/**
 * A client that disconnects may first end its file as if it were complete. The upload waits this long for the signal that it is
 * not.
 */
const cancellationMs = 50

/**
 * Stores one file of an open import. It is invisible until it is complete: when `bytes` breaks off, throws, or is incomplete gzip
 * data, nothing of it is stored. An acknowledged file is in the database. An upload under the same name replaces the content; the
 * same content again changes nothing. Files come in any order, as UTF-8 text or as gzip of it (the bytes decide). No connection is
 * held while the upload waits for bytes.
 * @throws invalid_argument for a file that is not recognised, and for one that would replace a file with another name, such as a
 * second pair file; resource_exhausted when the tenant has too many uploads in progress; aborted when the upload was removed
 * meanwhile
 */
export async function uploadImportFile(
  sql: Sql,
  tenantId: number,
  importId: string,
  fileName: string,
  bytes: AsyncIterable<Uint8Array>,
  options: UploadOptions = {},
): Promise<ImportFile> {
  const key = importKeyOf(importId)
  const named = namedFile(fileName)
  const { name } = named
  const id = await inTenant(sql, tenantId, async (scoped) => {
    await requireOpen(scoped, key)
    return beginUpload(scoped, tenantId, key, name)
  })
  const upload = stagedUpload(sql, tenantId, id)
  try {
    const content = recognised(named, pieces(unpacked(bytes, named.isGzipName)))
    const stored = await upload.store(name, content, options.maxFileBytes ?? 16 * 2 ** 30)
    if (options.signal !== undefined) await sleep(cancellationMs)
    options.signal?.throwIfAborted()
    const file = { name, ...stored }
    await inTenant(sql, tenantId, async (scoped) => {
      await requireOpen(scoped, key)
      await takeContent(scoped, tenantId, key, named, file, id)
      options.signal?.throwIfAborted()
    })
    return file
  } finally {
    await upload.end()
  }
}

/** Locks the open import until the transaction ends, so that its uploads begin and end one after another. */
async function requireOpen(sql: TenantSql, key: number): Promise<void> {
  await sql`select from imports where id = ${key} for no key update`
  const found = await selectImport(sql, key)
  if (found.state !== 'open') throw ended(found, 'given more files')
}

/** Makes the upload the content of the file, unless the file already has the same content. */
async function takeContent(
  sql: TenantSql,
  tenantId: number,
  key: number,
  named: NamedFile,
  { name, sizeBytes, sha256 }: ImportFile,
  upload: number,
): Promise<void> {
  const [before] = await sql<{ sha256: string; uploadedAs: string }[]>`
    select encode(sha256, 'hex') as sha256, uploaded_as as "uploadedAs" from import_files
    where import_id = ${key} and name = ${name}`
  if (sha256 === before?.sha256) {
    // The content stays, but the time shows that a client still uses the import.
    await sql`update import_files set uploaded_at = now() where import_id = ${key} and name = ${name}`
    return
  }
  if (before?.uploadedAs && before.uploadedAs !== named.given) throw refusedInPlaceOf(before.uploadedAs, named)
  await completeUpload(sql, upload)
  const hash = Buffer.from(sha256, 'hex')
  await sql`
    insert into import_files (tenant_id, import_id, name, size_bytes, sha256, uploaded_as)
    values (${tenantId}, ${key}, ${name}, ${sizeBytes}, ${hash}, ${named.given})
    on conflict (import_id, name) do update set size_bytes = excluded.size_bytes, sha256 = excluded.sha256,
      uploaded_at = now(), uploaded_as = excluded.uploaded_as`
  await recordImport(sql, key, 'import.upload', { name, sizeBytes, sha256 })
}

/** The error for two files of one kind: if one replaced the other, its data would be lost without notice. */
function refusedInPlaceOf(uploadedAs: string, { given, name }: NamedFile): Error {
  const both = `${shown(given)} and ${shown(uploadedAs)} are both taken for ${name}, and an import has one`
  return invalidArgument(
    'file_name',
    `${both}. Join them into one file, or leave one out; to replace what was uploaded, upload under the same name`,
  )
}
