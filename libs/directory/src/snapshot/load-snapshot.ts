import { aborted } from '@assay/errors'
import { hasFormatInForce } from '@assay/mining'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { copiedRows } from '../copy/copy-out.ts'
import { rebuildSnapshot } from './rebuild-snapshot.ts'

interface StoredSnapshot {
  /** The import that made it, which is the import in force. */
  readonly importId: string
  /** For `readSnapshot` of @assay/mining, in this thread and in others. */
  readonly buffer: SharedArrayBuffer
}

/** During an upgrade an older process may write its own format at the same time, so a rebuild is tried again. */
const mostRebuilds = 3

/**
 * The snapshot of the import in force; undefined before the first import. 10 million grants with last use take 66 MB. A snapshot in
 * the format of another version is first rebuilt from the stored rows.
 */
export async function loadCurrentSnapshot(sql: Sql, tenantId: number): Promise<StoredSnapshot | undefined> {
  for (let rebuilds = 0; ; rebuilds++) {
    const stored = await loadStored(sql, tenantId)
    if (stored === undefined || hasFormatInForce(new Uint8Array(stored.buffer))) return stored
    if (rebuilds === mostRebuilds) throw aborted('the access data is being rewritten by another version; try again')
    await rebuildSnapshot(sql, tenantId)
  }
}

function loadStored(sql: Sql, tenantId: number): Promise<StoredSnapshot | undefined> {
  return inTenant(sql, tenantId, (scoped) => storedSnapshot(scoped))
}

/**
 * The stored snapshot, in any format. One statement, so that it is whole and of one import even while another import is committed.
 */
export async function storedSnapshot(scoped: TenantSql): Promise<StoredSnapshot | undefined> {
  const stream = await scoped
    .unsafe(
      `copy (select s.import_id, s.byte_length, c.data from snapshots s join snapshot_chunks c using (tenant_id, import_id)
          order by c.ordinal) to stdout (format binary)`,
    )
    .readable()
  let snapshot: StoredSnapshot | undefined
  let target: Uint8Array = new Uint8Array(0)
  let filled = 0
  for await (const [importKey = null, byteLength = null, data = null] of copiedRows(stream)) {
    if (importKey === null || byteLength === null || data === null) throw new Error('a snapshot row has no content')
    if (snapshot === undefined) {
      const buffer = new SharedArrayBuffer(Number(byteLength.readBigInt64BE()))
      snapshot = { importId: String(importKey.readInt32BE()), buffer }
      target = new Uint8Array(buffer)
    }
    target.set(data, filled)
    filled += data.length
  }
  if (filled !== target.length) throw new Error(`a snapshot has ${filled} bytes instead of ${target.length}`)
  return snapshot
}

/**
 * The snapshot of the import before the one in force, if it is stored and this version can read it. Runs in the caller's
 * transaction.
 */
export async function loadPreviousSnapshot(scoped: TenantSql): Promise<StoredSnapshot | undefined> {
  const [previous] = await scoped<{ importId: number | null; byteLength: string | null }[]>`
    select import_id as "importId", sum(length(data))::text as "byteLength" from snapshot_chunks
    where import_id = (select max(import_id) from snapshot_chunks where import_id < (select import_id from snapshots))
    group by import_id`
  if (previous?.importId == null) return undefined
  const buffer = new SharedArrayBuffer(Number(previous.byteLength))
  const target = new Uint8Array(buffer)
  let filled = 0
  const chunks = scoped<{ data: Buffer }[]>`
    select data from snapshot_chunks where import_id = ${previous.importId} order by ordinal`
  // One chunk at a time, since each has 4 MB.
  for await (const rows of chunks.cursor(1)) {
    for (const { data } of rows) {
      target.set(data, filled)
      filled += data.length
    }
  }
  return hasFormatInForce(target) ? { importId: String(previous.importId), buffer } : undefined
}
