import type { Fragment, TenantSql } from '@assay/store'

// Access profiles in the queries of other rooms, see relations.ts of @assay/directory.

/** Access profiles: `tenant_id, id, display_name`. */
export function profileRelation(sql: TenantSql): Fragment {
  return sql`(select tenant_id, id, display_name from access_profiles)`
}

/** Members of access profiles: `tenant_id, profile_id, identity_key`. */
export function memberRelation(sql: TenantSql): Fragment {
  return sql`(select tenant_id, profile_id, identity_key from access_profile_members)`
}
