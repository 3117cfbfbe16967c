import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { invalidArgument, resourceExhausted } from '@assay/errors'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { shown } from './faults.ts'
import { packed, pieces, piecesKept, type StoredPiece, unpacked } from './file-content.ts'
import { type ImportFile, importKeyOf } from './import.ts'
import { ended, selectImport } from './imports.ts'
import { type NamedFile, namedFile, recognised } from './recognise-file.ts'

interface UploadOptions {
  /** Of the unpacked content; more is `resource_exhausted`. Default 16 GiB. */
  readonly maxFileBytes?: number
  /** Aborted when the caller is gone: the upload is then undone even if `bytes` ended, for they may not be all. */
  readonly signal?: AbortSignal
}

/** A caller that goes away may first end its file as if it were whole; this long we wait for word that it is not. */
const cancellationMs = 50

/** Thrown to undo an upload that brought what we have. */
class SameContent extends Error {}

/**
 * Stores one file of an open import. One transaction: when `bytes` breaks off, throws, or is not whole gzip data,
 * nothing of it is left, and what was acknowledged is in the database. The same name again replaces the content; the
 * same content again changes nothing. Files come in any order, as UTF-8 text or gzip of it (told by the bytes).
 * @throws invalid_argument for a file that is not recognised, and for one that would take the place of a file of another
 *   name, such as a second pair file
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
  let file: ImportFile | undefined
  try {
    await inTenant(sql, tenantId, async (scoped) => {
      await requireOpen(scoped, key)
      const before = await replaceFile(scoped, tenantId, key, name)
      const content = recognised(named, pieces(unpacked(bytes, named.isGzipName)))
      file = {
        name,
        ...(await storePieces(scoped, tenantId, key, name, content, options.maxFileBytes ?? 16 * 2 ** 30)),
      }
      if (file.sha256 === before?.sha256) throw new SameContent()
      if (before?.uploadedAs && before.uploadedAs !== fileName) throw refusedInPlaceOf(before.uploadedAs, named)
      await scoped`
        update import_files set size_bytes = ${file.sizeBytes}, sha256 = ${Buffer.from(file.sha256, 'hex')},
          uploaded_at = now(), uploaded_as = ${fileName}
        where import_id = ${key} and name = ${name}`
      if (options.signal !== undefined) await sleep(cancellationMs)
      options.signal?.throwIfAborted()
    })
  } catch (error) {
    if (!(error instanceof SameContent)) throw error
  }
  if (file === undefined) throw new Error('an upload ended without a file')
  return file
}

/** Holds the import open until the upload is through. */
async function requireOpen(sql: TenantSql, key: number): Promise<void> {
  await sql`select from imports where id = ${key} for share`
  const found = await selectImport(sql, key)
  if (found.state !== 'open') throw ended(found, 'given more files')
}

/** Two files of one kind: one would be lost, without a word, if the other replaced it. */
function refusedInPlaceOf(uploadedAs: string, { given, name }: NamedFile): Error {
  const both = `${shown(given)} and ${shown(uploadedAs)} are both taken for ${name}, and an import has one`
  return invalidArgument(
    'file_name',
    `${both}. Join them into one file, or leave one out; to replace what was uploaded, upload under the same name`,
  )
}

interface EarlierUpload {
  readonly sha256: string
  /** Empty where no name was kept. */
  readonly uploadedAs: string
}

/** Takes the file's row, on which a second upload of that name waits, and removes the old content. Tells what it was. */
async function replaceFile(
  sql: TenantSql,
  tenantId: number,
  key: number,
  name: string,
): Promise<EarlierUpload | undefined> {
  const [row] = await sql<EarlierUpload[]>`
    insert into import_files (tenant_id, import_id, name, size_bytes, sha256) values (${tenantId}, ${key}, ${name}, 0, '')
    on conflict (import_id, name) do update set uploaded_at = now()
    returning encode(sha256, 'hex') as sha256, uploaded_as as "uploadedAs"`
  await sql`delete from import_file_chunks where import_id = ${key} and file_name = ${name}`
  return row?.sha256 === '' ? undefined : row
}

async function storePieces(
  sql: TenantSql,
  tenantId: number,
  key: number,
  name: string,
  content: AsyncIterable<Uint8Array>,
  maxFileBytes: number,
): Promise<{ sizeBytes: number; sha256: string }> {
  const hash = createHash('sha256')
  // Pieces under way: compressed by other threads and inserted in order, a few at a time so that memory stays small.
  const underWay: Promise<StoredPiece>[] = []
  let sizeBytes = 0
  let ordinal = 0
  let inserting: Promise<unknown> = Promise.resolve()
  const insertFirst = async () => {
    const piece = await underWay.shift()
    await inserting
    if (piece === undefined) return
    inserting = sql`
      insert into import_file_chunks (tenant_id, import_id, file_name, ordinal, compression, data)
      values (${tenantId}, ${key}, ${name}, ${ordinal++}, ${piece.compression}, ${Buffer.from(piece.data.buffer, piece.data.byteOffset, piece.data.length)})`.execute()
    // Awaited before the next one; until then its error must not count as unhandled.
    inserting.catch(() => {})
  }
  for await (const piece of content) {
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
