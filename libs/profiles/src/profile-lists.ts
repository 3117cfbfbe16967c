import { entitlementRelation, identityRelation } from '@assay/directory'
import type { TenantSql } from '@assay/store'

/** An entitlement of a profile, with the customer's ids. */
export interface GivenEntitlement {
  readonly key: number
  readonly id: string
  readonly displayName: string
  readonly applicationId: string
}

/** A member of a profile, with the customer's ids. */
export interface NamedMember {
  readonly id: string
  readonly displayName: string
  readonly username: string
}

/**
 * The entitlements of each profile in stored order, without those that a later import deleted. Profiles without entitlements are left out.
 */
export async function entitlementsOfProfiles(
  sql: TenantSql,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly GivenEntitlement[]>> {
  if (ids.length === 0) return new Map()
  const rows = await sql<(GivenEntitlement & { profileId: string })[]>`
    select given.profile_id as "profileId", entitlement.key, entitlement.id, entitlement.display_name as "displayName",
      entitlement.application_id as "applicationId"
    from access_profile_entitlements given
    join ${entitlementRelation(sql)} entitlement
      on entitlement.tenant_id = given.tenant_id and entitlement.key = given.entitlement_key
    where given.profile_id = any(${[...ids]}::uuid[]) and not entitlement.deleted
    order by given.profile_id, given.position, given.entitlement_key`
  return Map.groupBy(rows, ({ profileId }) => profileId)
}

/**
 * The members of each profile in the order of their first import, which stays when a person is renamed. Profiles without members are left
 * out. The caller limits the number of members.
 */
export async function membersOfProfiles(
  sql: TenantSql,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly NamedMember[]>> {
  if (ids.length === 0) return new Map()
  const rows = await sql<(NamedMember & { profileId: string })[]>`
    select member.profile_id as "profileId", identity.id, identity.display_name as "displayName", identity.username
    from access_profile_members member
    join ${identityRelation(sql)} identity on identity.tenant_id = member.tenant_id and identity.key = member.identity_key
    where member.profile_id = any(${[...ids]}::uuid[])
    order by member.profile_id, identity.key`
  return Map.groupBy(rows, ({ profileId }) => profileId)
}
