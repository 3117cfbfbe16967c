import { encodeSnapshot, type SnapshotParts } from '@assay/mining'
import type { TenantSql } from '@assay/store'
import { IncomingTable } from '../import/incoming-table.ts'
import { storeClosure } from './store-closure.ts'

/** The size of a row of the table. The limit is 8 MB; an eighth of that keeps the import's memory small. */
const chunkBytes = 1024 * 1024

/** The number of older snapshots that stay stored besides the one in force, so that a load can be compared with earlier ones. */
const keptBefore = 2

/**
 * Replaces the tenant's snapshot and the access that its groups give. When grants were changed in place, the access of groups
 * stays.
 */
export async function storeSnapshot(
  sql: TenantSql,
  tenantId: number,
  snapshot: {
    readonly importKey: number
    readonly contentHash: Buffer
    readonly hasUsage: boolean
    readonly parts: SnapshotParts
    /** The import in whose partition the grants were changed; undefined when this import has its own partition. */
    readonly grantsKey?: number
  },
): Promise<void> {
  const { importKey, contentHash, hasUsage, parts, grantsKey } = snapshot
  if (grantsKey === undefined) await storeClosure(sql, tenantId, parts)
  await sql`
    delete from snapshot_chunks where import_id = ${importKey} or import_id < (
      select min(import_id) from (
        select distinct import_id from snapshot_chunks where import_id <> ${importKey} order by import_id desc limit ${keptBefore}
      ) kept)`
  let byteLength = 0
  let ordinal = 0
  // Refuses parts that contradict each other before it copies anything.
  const chunks = encodeSnapshot(parts, { chunkBytes })
  // A parameter would send the chunk as hexadecimal text, twice as long, and copy it several times.
  const incoming = await IncomingTable.open(sql, 'snapshot_chunks', ['tenant_id', 'import_id', 'ordinal', 'data'])
  const { copy } = incoming
  for (const chunk of chunks) {
    byteLength += chunk.length
    copy.rows.row(4)
    copy.rows.int32(tenantId)
    copy.rows.int32(importKey)
    copy.rows.int32(ordinal++)
    copy.rows.bytes(chunk, 0, chunk.length)
    await copy.flush()
  }
  await incoming.finish()
  await incoming.insert()
  await sql`
    insert into snapshots (tenant_id, import_id, content_hash, byte_length, has_usage, attribute_keys,
      list_keys, grants_import_id, grants_changed_by)
    values (${tenantId}, ${importKey}, ${contentHash}, ${byteLength}, ${hasUsage},
      ${parts.attributes.map(({ key }) => key)},
      ${parts.attributes.filter(({ lists }) => lists !== undefined).map(({ key }) => key)},
      ${grantsKey ?? null}, ${grantsKey === undefined ? null : importKey})
    on conflict (tenant_id) do update set import_id = excluded.import_id, content_hash = excluded.content_hash,
      byte_length = excluded.byte_length, has_usage = excluded.has_usage,
      attribute_keys = excluded.attribute_keys, list_keys = excluded.list_keys,
      grants_import_id = case when snapshots.import_id = excluded.import_id then snapshots.grants_import_id
        else excluded.grants_import_id end,
      grants_changed_by = case when snapshots.import_id = excluded.import_id then snapshots.grants_changed_by
        else excluded.grants_changed_by end,
      -- A snapshot that is made again of the same import is as old as before.
      created_at = case when snapshots.import_id = excluded.import_id then snapshots.created_at else now() end`
}
