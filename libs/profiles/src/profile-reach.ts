import { identityRelation, presentEntitlements } from '@assay/directory'
import { onlyRow, type TenantSql } from '@assay/store'

/** The part of the access data that profiles cover. */
interface ProfileReach {
  /** Number of entitlements of the data in force that at least one profile gives. */
  readonly entitlementCount: number
  /** Number of enabled identities that are members of at least one profile. */
  readonly identityCount: number
}

/** Counts over all profiles that the reader sees. */
export async function profileReach(sql: TenantSql): Promise<ProfileReach> {
  const reach = onlyRow(
    await sql<ProfileReach[]>`
    select
      (select count(distinct given.entitlement_key)::integer from access_profile_entitlements given
        join ${presentEntitlements(sql)} present
          on present.tenant_id = given.tenant_id and present.key = given.entitlement_key) as "entitlementCount",
      (select count(distinct member.identity_key)::integer from access_profile_members member
        join ${identityRelation(sql)} person on person.tenant_id = member.tenant_id and person.key = member.identity_key
        where person.status = 'enabled') as "identityCount"`,
  )
  return reach
}
