import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { packed, unpackedPiece } from '@assay/directory'
import { aborted, invalidArgument, notFound, resourceExhausted } from '@assay/errors'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import type { LoadFile } from './load.ts'
import { loadKeyOf } from './load.ts'
import { hashedOn, hashOfState } from './resumed-sha256.ts'
import { recordLoad } from './source-entries.ts'
import { requireRoomForFile } from './stored-content.ts'
import { requireFileName, requireOpen } from './upload-load-file.ts'

/** A file that arrives in parts, before a load uses it. */
export interface Upload {
  readonly id: string
  readonly name: string
  /** The size of the complete file. */
  readonly sizeBytes: number
  readonly receivedBytes: number
  /** In hexadecimal: SHA-256 of this value before the last part and the bytes of that part; empty before the first part. */
  readonly partsHash: string
  readonly createdBy: string
  readonly createdAt: Date
  readonly expiresAt: Date
}

export const mostPartBytes = 2 * 2 ** 20
const mostUploads = 100
/** The limit for all uploads that no load has taken. */
const mostBytes = 16 * 2 ** 30
const idleHours = 24

/** @throws resource_exhausted when too many uploads or bytes already wait for a load */
export async function createUpload(
  sql: TenantSql,
  tenantId: number,
  { name, sizeBytes, createdBy }: Pick<Upload, 'name' | 'sizeBytes' | 'createdBy'>,
): Promise<Upload> {
  requireFileName(name)
  if (sizeBytes < 0) throw invalidArgument('size_bytes', 'must not be negative')
  // One after another, so that two calls do not both take the last place.
  await sql`select pg_advisory_xact_lock(hashtext('assay uploads'), ${tenantId})`
  await sql`
    delete from source_files where load_id is null and live_until < now()
      and not exists (select from source_files taken where taken.content_id = source_files.id)`
  const [there] = await sql<{ count: number; bytes: number }[]>`
    select count(*)::integer as count, coalesce(sum(expected_bytes), 0)::float8 as bytes from source_files
    where load_id is null and live_until >= now()`
  if ((there?.count ?? 0) >= mostUploads || (there?.bytes ?? 0) + sizeBytes > mostBytes) {
    throw resourceExhausted(
      `${mostUploads} uploads and ${mostBytes / 2 ** 30} GiB may wait for a load; delete some, or let a load take them`,
      { reason: 'TOO_MANY_UPLOADS' },
    )
  }
  const [row] = await sql<UploadRow[]>`
    insert into source_files (tenant_id, name, expected_bytes, created_by, live_until)
    values (${tenantId}, ${name}, ${sizeBytes}, ${createdBy}, ${expiry(sql)}) returning ${columns(sql)}`
  if (row === undefined) throw new Error('no upload was begun')
  return uploadOf(row)
}

/**
 * Stores the part at the offset, which must be the end of the parts before it. Sending a stored part again changes nothing, so that
 * a client that lost the answer can repeat it.
 * @throws aborted (WRONG_OFFSET, with `receivedBytes`) for any other offset
 */
export async function storePart(
  sql: Sql,
  tenantId: number,
  id: string,
  offset: number,
  data: Uint8Array,
): Promise<Upload> {
  const key = uploadKeyOf(id)
  if (data.length === 0 || data.length > mostPartBytes) {
    throw invalidArgument('data', `has ${data.length} bytes; a part has 1 to ${mostPartBytes}`)
  }
  if (offset < 0) throw invalidArgument('offset', 'must not be negative')
  // Before the transaction, so that no connection is held meanwhile.
  const piece = await packed(data)
  return inTenant(sql, tenantId, async (scoped) => {
    const before = await selectUpload(scoped, id, scoped`for update`)
    if (offset < before.receivedBytes && offset + data.length <= before.receivedBytes) return before
    if (offset !== before.receivedBytes) {
      throw aborted(`upload "${id}" has ${before.receivedBytes} bytes; the next part begins there, not at ${offset}`, {
        reason: 'WRONG_OFFSET',
        metadata: { receivedBytes: String(before.receivedBytes) },
      })
    }
    const received = offset + data.length
    if (received > before.sizeBytes) {
      throw invalidArgument('data', `ends at byte ${received}; the size of the upload is ${before.sizeBytes}`)
    }
    const bytes = Buffer.from(piece.data.buffer, piece.data.byteOffset, piece.data.length)
    const hashState = await hashedInSlices(await hashStateOf(scoped, before), data)
    await scoped`
      insert into source_file_chunks (tenant_id, file_id, ordinal, compression, data)
      select ${tenantId}, ${key}, coalesce(max(ordinal) + 1, 0), ${piece.compression}, ${bytes}
      from source_file_chunks where file_id = ${key}`
    const hash = createHash('sha256').update(Buffer.from(before.partsHash, 'hex')).update(data).digest()
    const [row] = await scoped<UploadRow[]>`
      update source_files set received_bytes = ${received}, parts_hash = ${hash}, hash_state = ${hashState},
        live_until = ${expiry(scoped)}
      where id = ${key} returning ${columns(scoped)}`
    return uploadOf(row as UploadRow)
  })
}

export function getUpload(sql: TenantSql, id: string): Promise<Upload> {
  return selectUpload(sql, id)
}

/** The uploads that no load has taken, the oldest first; at most a hundred. */
export async function listUploads(sql: TenantSql): Promise<Upload[]> {
  const rows = await sql<UploadRow[]>`
    select ${columns(sql)} from source_files where load_id is null and live_until >= now() order by id limit ${mostUploads}`
  return rows.map(uploadOf)
}

/** An unknown upload counts as deleted. Content that a load still reads is removed when the load has ended. */
export async function deleteUpload(sql: TenantSql, id: string): Promise<void> {
  if (!/^[1-9]\d{0,14}$/.test(id)) return
  // From here on no load can take it.
  await sql`update source_files set live_until = '-infinity' where id = ${id} and load_id is null`
  await sql`
    delete from source_files where id = ${id} and load_id is null
      and not exists (select from source_files taken where taken.content_id = ${id})`
}

/**
 * Makes complete uploads files of an open load, all of them or none; one replaces a file with the same name. Nothing is copied: the
 * uploads stay, so that a load with faults can be tried again.
 * @param signal aborts it when the caller no longer waits; then nothing is taken
 * @throws aborted for an incomplete upload, invalid_argument for two uploads with one name
 */
export async function takeUploads(
  sql: Sql,
  tenantId: number,
  loadId: string,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<readonly LoadFile[]> {
  const loadKey = loadKeyOf(loadId)
  if (ids.length === 0 || ids.length > mostUploads) {
    throw invalidArgument('upload_ids', `names ${ids.length} uploads; give 1 to ${mostUploads}`)
  }
  return inTenant(sql, tenantId, async (scoped) => {
    await requireOpen(scoped, loadKey)
    const uploads: Upload[] = []
    // A shared lock: another load may take the same uploads meanwhile, in any order; only their deletion waits.
    for (const id of new Set(ids)) uploads.push(await selectUpload(scoped, id, scoped`for share`))
    uploads.forEach(requireWhole)
    requireOneOfEachName(uploads)
    const files: LoadFile[] = []
    for (const upload of uploads) {
      signal?.throwIfAborted()
      await requireRoomForFile(scoped, loadKey)
      const { id, name, sizeBytes } = upload
      const file = { name, sizeBytes, sha256: hashOfState(await hashStateOf(scoped, upload), sizeBytes) }
      await scoped`delete from source_files where load_id = ${loadKey} and name = ${name} and live_until is null`
      await scoped`
        insert into source_files (tenant_id, load_id, name, size_bytes, sha256, content_id)
        values (${tenantId}, ${loadKey}, ${name}, ${sizeBytes}, ${Buffer.from(file.sha256, 'hex')}, ${id})`
      await recordLoad(scoped, loadKey, 'load.upload', file)
      files.push(file)
    }
    return files
  })
}

const sliceBytes = 256 * 1024

/** Hashing a whole part takes some 20 ms, and other calls should not wait that long. */
async function hashedInSlices(state: Uint8Array, data: Uint8Array): Promise<Buffer> {
  let hashed = state
  for (let at = 0; at < data.length; at += sliceBytes) {
    hashed = hashedOn(hashed, data.subarray(at, at + sliceBytes))
    await nextTurn()
  }
  return Buffer.from(hashed)
}

/** The hash state of the received parts. For an upload that began before states were stored, the parts are read. */
async function hashStateOf(sql: TenantSql, { id, receivedBytes }: Upload): Promise<Uint8Array> {
  const [row] = await sql<{ state: Uint8Array }[]>`select hash_state as state from source_files where id = ${id}`
  const kept = row?.state ?? new Uint8Array()
  if (kept.length > 0 || receivedBytes === 0) return kept
  let state: Uint8Array = new Uint8Array()
  const pieces = sql<{ compression: string; data: Uint8Array }[]>`
    select compression, data from source_file_chunks where file_id = ${id} order by ordinal`
  for await (const [piece] of pieces.cursor(1)) {
    if (piece !== undefined) state = await hashedInSlices(state, await unpackedPiece(piece.compression, piece.data))
  }
  return state
}

/** Refuses two uploads with one name, since the later one would replace the earlier one without notice. */
function requireOneOfEachName(uploads: readonly Upload[]): void {
  const names = new Set<string>()
  for (const { name } of uploads) {
    if (names.has(name)) {
      throw invalidArgument(
        'upload_ids',
        `names two uploads of "${name}"; a load has one file of a name, so leave one out`,
      )
    }
    names.add(name)
  }
}

function requireWhole({ id, name, receivedBytes, sizeBytes }: Upload): void {
  if (receivedBytes === sizeBytes) return
  throw aborted(`"${name}" (upload "${id}") has ${receivedBytes} of ${sizeBytes} bytes; send the rest first`, {
    reason: 'UPLOAD_IN_PROGRESS',
  })
}

/** The received parts of an upload, one at a time; each is a short query. */
export async function* uploadContent(
  sql: Sql,
  tenantId: number,
  id: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const key = uploadKeyOf(id)
  for (let ordinal = 0; ; ordinal++) {
    const [piece] = await inTenant(
      sql,
      tenantId,
      (scoped) => scoped<{ compression: string; data: Uint8Array }[]>`
        select c.compression, c.data from source_file_chunks c join source_files f on f.id = c.file_id
        where f.id = ${key} and c.ordinal = ${ordinal}`,
    )
    if (piece === undefined) return
    yield await unpackedPiece(piece.compression, piece.data)
  }
}

/** Ids are integers in the database and text outside; other texts name no upload. @throws not_found */
function uploadKeyOf(id: string): string {
  if (!/^[1-9]\d{0,14}$/.test(id)) throw notFound('upload', id)
  return id
}

interface UploadRow {
  readonly id: string | number | bigint
  readonly name: string
  readonly sizeBytes: number
  readonly receivedBytes: number
  readonly partsHash: string
  readonly createdBy: string
  readonly createdAt: Date
  readonly expiresAt: Date
}

async function selectUpload(sql: TenantSql, id: string, lock = sql``): Promise<Upload> {
  const key = uploadKeyOf(id)
  const [row] = await sql<UploadRow[]>`
    select ${columns(sql)} from source_files where id = ${key} and load_id is null and live_until >= now() ${lock}`
  if (row === undefined) throw notFound('upload', id)
  return uploadOf(row)
}

function columns(sql: TenantSql) {
  return sql`id, name, expected_bytes::float8 as "sizeBytes", received_bytes::float8 as "receivedBytes",
    encode(parts_hash, 'hex') as "partsHash", created_by as "createdBy", created_at as "createdAt", live_until as "expiresAt"`
}

function uploadOf({ id, ...row }: UploadRow): Upload {
  return { id: String(id), ...row }
}

function expiry(sql: TenantSql) {
  return sql`now() + ${idleHours} * interval '1 hour'`
}
