import type { TenantSql } from '@assay/store'

/** A membership of an identity in an access profile. */
export interface IdentityMembership {
  readonly profileId: string
  readonly profileName: string
  readonly joinedAt: Date
}

/** The access profiles that an identity is a member of, by name. @param identityKey the key of `@assay/directory` */
export async function membershipsOfIdentity(
  sql: TenantSql,
  identityKey: number,
): Promise<readonly IdentityMembership[]> {
  return sql<IdentityMembership[]>`
    select p.id as "profileId", p.display_name as "profileName", m.joined_at as "joinedAt"
    from access_profile_members m join access_profiles p on p.id = m.profile_id
    where m.identity_key = ${identityKey} order by lower(p.display_name) collate "C", p.id`
}

/** Keys of the entitlements of an identity's access profiles. */
export async function entitlementsOfMemberships(sql: TenantSql, identityKey: number): Promise<readonly number[]> {
  const rows = await sql<{ key: number }[]>`
    select distinct e.entitlement_key as key
    from access_profile_members m join access_profile_entitlements e on e.profile_id = m.profile_id
    where m.identity_key = ${identityKey}`
  return rows.map(({ key }) => key)
}
