import { itemAt } from '@assay/errors'
import type { SnapshotParts } from '@assay/mining'
import type { TenantSql } from '@assay/store'
import { IncomingTable } from '../import/incoming-table.ts'

const groupColumns = ['tenant_id', 'key', 'closure']
const closureColumns = ['tenant_id', 'closure', 'entitlement_keys']

/** Replaces the stored access that the tenant's groups give with that of the snapshot, for queries. */
export async function storeClosure(
  sql: TenantSql,
  tenantId: number,
  { closure, entitlementKey }: Pick<SnapshotParts, 'closure' | 'entitlementKey'>,
): Promise<void> {
  await sql`delete from entitlement_groups`
  await sql`delete from entitlement_closures`
  if (closure === undefined) return
  const { group, groupRow, givenOffset, givenEntitlement } = closure
  const groups = await IncomingTable.open(sql, 'entitlement_groups', groupColumns)
  for (let i = 0; i < group.length; i++) {
    groups.copy.rows.row(groupColumns.length)
    groups.copy.rows.int32(tenantId)
    groups.copy.rows.int32(itemAt(entitlementKey, itemAt(group, i)))
    groups.copy.rows.int32(itemAt(groupRow, i))
    if (groups.copy.rows.length > 512 * 1024) await groups.copy.flush()
  }
  await groups.finish()
  await groups.insert()
  const closures = await IncomingTable.open(sql, 'entitlement_closures', closureColumns)
  const { rows } = closures.copy
  for (let row = 0; row + 1 < givenOffset.length; row++) {
    const given = givenEntitlement.subarray(givenOffset[row], givenOffset[row + 1])
    rows.row(closureColumns.length)
    rows.int32(tenantId)
    rows.int32(row)
    rows.int32s(given.map((entitlement) => itemAt(entitlementKey, entitlement)))
    if (rows.length > 512 * 1024) await closures.copy.flush()
  }
  await closures.finish()
  await closures.insert()
}
