import { hasFormatInForce } from '@assay/mining'
import { type Fragment, serverHistory, type TenantSql } from '@assay/store'

/** Whether this version can read the format of the tenant's snapshot. True when there is no snapshot. */
export async function isFormatInForce(sql: TenantSql): Promise<boolean> {
  const [first] = await sql<{ head: Buffer }[]>`
    select substring(data from 1 for 64) as head from snapshot_chunks
    where ordinal = 0 and import_id = (select import_id from snapshots)`
  return first === undefined || hasFormatInForce(first.head)
}

/** A text that differs between any two snapshots that are or were in force; undefined before the first import. */
export async function snapshotVersion(sql: TenantSql): Promise<string | undefined> {
  const [row] = await sql<{ version: string }[]>`select ${versionOf(sql)} as version from snapshots`
  return row?.version
}

/** A condition of a query: the snapshot of this version is in force. */
export function isInForce(sql: TenantSql, version: string): Fragment {
  return sql`(select ${versionOf(sql)} from snapshots) = ${version}`
}

function versionOf(sql: TenantSql): Fragment {
  return sql`concat_ws('/', import_id::text, xmin::text, ${serverHistory(sql)})`
}
