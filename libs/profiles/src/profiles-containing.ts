import type { TenantSql } from '@assay/store'

/** A summary of a profile that gives the requested entitlements. */
interface ContainingProfile {
  readonly id: string
  readonly displayName: string
  readonly memberCount: number
  readonly entitlementCount: number
}

/** The profiles that give all of some entitlements, by name and id, at most `limit`. Pass at least one key, and each key once. */
export async function profilesContaining(
  sql: TenantSql,
  entitlementKeys: readonly number[],
  limit: number,
): Promise<ContainingProfile[]> {
  return sql<ContainingProfile[]>`
    select profile.id, profile.display_name as "displayName",
      (select count(*)::integer from access_profile_members member where member.profile_id = profile.id) as "memberCount",
      (select count(*)::integer from access_profile_entitlements given where given.profile_id = profile.id) as "entitlementCount"
    from access_profiles profile
    where (
      select count(*) from access_profile_entitlements given
      where given.profile_id = profile.id and given.entitlement_key = any(${[...entitlementKeys]}::integer[])
    ) = ${entitlementKeys.length}
    order by profile.name_order, profile.id limit ${limit}`
}
