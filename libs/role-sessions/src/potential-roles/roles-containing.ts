import type { TenantSql } from '@assay/store'
import { defaultRoleName } from '../potential-role.ts'

/** A summary of a potential role that contains the entitlements. */
interface ContainingRole {
  readonly id: string
  readonly name: string
  readonly saved: boolean
  readonly identityCount: number
  readonly entitlementCount: number
}

/** The potential roles that contain all these entitlements and exclude none of them, by quality and id, at most `limit`. */
export async function rolesContaining(
  sql: TenantSql,
  entitlementKeys: readonly number[],
  limit: number,
): Promise<ContainingRole[]> {
  const keys = [...entitlementKeys]
  const rows = await sql<(Omit<ContainingRole, 'name'> & { name: string | null })[]>`
    select id, name, saved, identity_count as "identityCount", entitlement_count as "entitlementCount"
    from potential_roles
    where entitlement_keys @> ${keys}::integer[] and not excluded_entitlement_keys && ${keys}::integer[]
    order by quality desc, id limit ${limit}`
  return rows.map((row) => ({ ...row, name: row.name ?? defaultRoleName(row.id) }))
}
