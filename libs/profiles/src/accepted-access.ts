import { onlyRow, type TenantSql } from '@assay/store'
import { membersOf } from './membership-changes.ts'

/** A profile with its entitlements and members; keys of the directory, ascending. */
export interface AcceptedProfile {
  readonly id: string
  readonly displayName: string
  readonly entitlementKeys: readonly number[]
  readonly memberKeys: Int32Array
}

/** All profiles with entitlements and members, except common access: those with the most members first, then by id. */
export async function acceptedProfiles(sql: TenantSql): Promise<AcceptedProfile[]> {
  const rows = await sql<{ id: string; displayName: string; keys: string }[]>`
    select profile.id, profile.display_name as "displayName",
      string_agg(given.entitlement_key::text, ',' order by given.entitlement_key) as keys
    from access_profiles profile
    join access_profile_entitlements given on given.tenant_id = profile.tenant_id and given.profile_id = profile.id
    where not profile.common_access group by profile.id, profile.display_name order by profile.id`
  if (rows.length === 0) return []
  const members = await membersOf(
    sql,
    rows.map(({ id }) => id),
  )
  return rows
    .flatMap(({ id, displayName, keys }) => {
      const memberKeys = members.get(id)
      return memberKeys === undefined
        ? []
        : [{ id, displayName, entitlementKeys: keys.split(',').map(Number), memberKeys }]
    })
    .sort((a, b) => b.memberKeys.length - a.memberKeys.length || (a.id < b.id ? -1 : 1))
}

/** Changes with any profile, its entitlements or its members. It counts the members, so do not call it in every call of a large tenant. */
export async function profilesVersion(sql: TenantSql): Promise<string> {
  const row = onlyRow(
    await sql<{ version: string }[]>`
    select concat_ws('/',
      (select concat_ws(' ', count(*), max(updated_at)) from access_profiles),
      (select concat_ws(' ', count(*), sum(entitlement_key)) from access_profile_entitlements),
      (select concat_ws(' ', count(*), max(joined_at)) from access_profile_members)) as version`,
  )
  return row.version
}
