import type { Fragment, TenantSql } from '@assay/store'

// Access profiles for the queries of other rooms, see relations.ts of @assay/directory.

/**
 * Access profiles: `tenant_id, id, display_name, description, enabled, published, created_at, updated_at`, and `answers_for_id`: the id of
 * the responsible identity, which is the owner or else the creator.
 */
export function profileRelation(sql: TenantSql): Fragment {
  return sql`(
    select tenant_id, id, display_name, description, enabled, published, created_at, updated_at,
      coalesce(nullif(owner_id, ''), created_by) as answers_for_id
    from access_profiles)`
}

/** Entitlements of access profiles: `tenant_id, profile_id, entitlement_key`. */
export function profileEntitlementRelation(sql: TenantSql): Fragment {
  return sql`(select tenant_id, profile_id, entitlement_key from access_profile_entitlements)`
}

/** Members of access profiles: `tenant_id, profile_id, identity_key`. */
export function memberRelation(sql: TenantSql): Fragment {
  return sql`(select tenant_id, profile_id, identity_key from access_profile_members)`
}
