import type { TenantSql } from '@assay/store'
import { defaultRoleName } from '../potential-role.ts'

/** A potential role that somebody saved, with its content; with keys of the directory. */
interface SavedRole {
  readonly id: string
  readonly name: string
  /** Whole percents. */
  readonly quality: number
  readonly identityKeys: readonly number[]
  /** Without excluded ones. */
  readonly entitlementKeys: readonly number[]
}

/** The saved potential roles of every session, the best first, then by id; at most `limit`. */
export async function savedRoles(sql: TenantSql, limit: number): Promise<SavedRole[]> {
  const rows = await sql<(Omit<SavedRole, 'name'> & { name: string | null })[]>`
    select role.id, role.name, role.quality, role.identity_keys as "identityKeys",
      array(select own.key from unnest(role.entitlement_keys) own (key)
        where not own.key = any(role.excluded_entitlement_keys)) as "entitlementKeys"
    from potential_roles role where role.saved order by role.quality desc, role.id limit ${limit}`
  return rows.map((row) => ({ ...row, name: row.name ?? defaultRoleName(row.id) }))
}
