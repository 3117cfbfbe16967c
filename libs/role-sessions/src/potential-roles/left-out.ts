import { type EntitlementDetails, entitlementsByKey } from '@assay/directory'
import type { TenantSql } from '@assay/store'
import type { LeftOutEntitlement } from '../calculations/mining-events.ts'
import { isRole, type PotentialRoleKey, roleNotFound } from './role-rows.ts'

/**
 * The entitlements that policies left out of a potential role, in order, with the directory's data of each.
 * @throws not_found
 */
export async function leftOutOfRole(
  sql: TenantSql,
  key: PotentialRoleKey,
): Promise<(LeftOutEntitlement & { readonly details: EntitlementDetails | undefined })[]> {
  const [role] = await sql<{ leftOut: LeftOutEntitlement[] }[]>`
    select left_out as "leftOut" from potential_roles role where ${isRole(sql, key)}`
  if (role === undefined) throw await roleNotFound(sql, key)
  const known = await entitlementsByKey(
    sql,
    role.leftOut.map((one) => one.key),
  )
  return role.leftOut.map((one) => ({ ...one, details: known.get(one.key) }))
}
