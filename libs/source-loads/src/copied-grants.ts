import { CopyIn } from '@assay/directory'
import type { GrantRecord } from '@assay/sources'
import type { TenantSql } from '@assay/store'

interface Destination {
  readonly tenantId: number
  readonly loadKey: number
  /** The ordinal of the first. */
  readonly first: number
  /** Where the forms of the map begin among those of the load. */
  readonly formOffset: number
}

const columns = [
  'ordinal',
  'form',
  'holder',
  'holder_application',
  'application',
  'entitlement',
  'granted_at',
  'last_used_at',
  'ends',
]

/** So many lie in the twin at a time: enough for the server to be busy with, and a moment until an abort is noticed. */
const rowsAtOnce = 100_000

/**
 * Stores grants while they are read. COPY refuses tables under row level security, so they go into a temporary twin and
 * from there into the table: binary rows of ten million grants cost the server and us a third of what arrays of texts do.
 * Gives their number.
 */
export async function copyGrants(
  sql: TenantSql,
  { tenantId, loadKey, first, formOffset }: Destination,
  batches: AsyncIterable<readonly GrantRecord[]>,
): Promise<number> {
  let copy: CopyIn | undefined
  let count = 0
  let inTwin = 0
  const empty = async () => {
    await copy?.finish()
    copy = undefined
    await sql`
      insert into source_grants (tenant_id, load_id, ordinal, form, holder, holder_application, application, entitlement,
        granted_at, last_used_at, ends)
      select ${tenantId}, ${loadKey}, * from incoming_source_grants`
    await sql`truncate incoming_source_grants`
    inTwin = 0
  }
  await sql`drop table if exists incoming_source_grants`
  await sql`
    create temporary table incoming_source_grants on commit drop as
      select ordinal, form, holder, holder_application, application, entitlement, granted_at, last_used_at, ends
      from source_grants with no data`
  try {
    for await (const batch of batches) {
      copy ??= await CopyIn.open(sql, 'incoming_source_grants', columns)
      for (const grant of batch) addRow(copy, grant, first + count++, formOffset)
      inTwin += batch.length
      await copy.flush()
      if (inTwin >= rowsAtOnce) await empty()
    }
    if (inTwin > 0) await empty()
  } catch (error) {
    CopyIn.abandon(sql)
    throw error
  }
  await sql`drop table incoming_source_grants`
  return count
}

function addRow({ rows }: CopyIn, grant: GrantRecord, ordinal: number, formOffset: number): void {
  rows.row(columns.length)
  rows.int64(ordinal)
  rows.int16(grant.form + formOffset)
  rows.text(grant.holder)
  rows.text(grant.holderApplication)
  rows.text(grant.application)
  rows.text(grant.entitlement)
  rows.text(grant.grantedAt)
  rows.text(grant.lastUsedAt)
  rows.text(grant.ends)
}
