import { encodeSnapshot, type SnapshotParts } from '@assay/mining'
import type { TenantSql } from '@assay/store'
import { storeClosure } from './store-closure.ts'

/** Rows of the table; bounded by 8 MB, and half of that keeps the import's memory small. */
const chunkBytes = 4 * 1024 * 1024

/** Replaces the tenant's snapshot, and what its groups give; of one whose grants were changed in place the groups stay. */
export async function storeSnapshot(
  sql: TenantSql,
  tenantId: number,
  snapshot: {
    readonly importKey: number
    readonly contentHash: Buffer
    readonly hasUsage: boolean
    readonly parts: SnapshotParts
    /** The import in whose partition the grants were changed; undefined where this import has one of its own. */
    readonly grantsKey?: number
  },
): Promise<void> {
  const { importKey, contentHash, hasUsage, parts, grantsKey } = snapshot
  if (grantsKey === undefined) await storeClosure(sql, tenantId, parts)
  await sql`delete from snapshot_chunks`
  let byteLength = 0
  let ordinal = 0
  for (const chunk of encodeSnapshot(parts, { chunkBytes })) {
    byteLength += chunk.length
    await sql`
      insert into snapshot_chunks (tenant_id, import_id, ordinal, data)
      values (${tenantId}, ${importKey}, ${ordinal++}, ${Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)})`
  }
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
