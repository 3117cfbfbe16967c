import { entitlementRelation, identityRelation } from '@assay/directory'
import type { TenantSql } from '@assay/store'
import { type Page, requireAccessProfile } from './access-profiles.ts'

interface ProfileEntitlement {
  readonly key: number
  readonly applicationId: string
  readonly applicationDisplayName: string
  readonly entitlementId: string
  readonly entitlementDisplayName: string
}

/** The position at which a page of entitlements ends. */
export type ProfileEntitlementPosition = readonly [applicationOrder: string, entitlementOrder: string, key: number]

/**
 * The entitlements of a profile, sorted by the names of application and entitlement, regardless of case.
 * @throws not_found for the profile
 */
export async function listProfileEntitlements(
  sql: TenantSql,
  profileId: string,
  page: Page<ProfileEntitlementPosition>,
): Promise<{ entitlements: ProfileEntitlement[]; last: ProfileEntitlementPosition | undefined }> {
  await requireAccessProfile(sql, profileId)
  const { after } = page
  const rows = await sql<(ProfileEntitlement & { applicationOrder: string; entitlementOrder: string })[]>`
    select entitlement.key, entitlement.application_id as "applicationId",
      entitlement.application_name as "applicationDisplayName", entitlement.id as "entitlementId",
      entitlement.display_name as "entitlementDisplayName", entitlement.application_order as "applicationOrder",
      entitlement.name_order as "entitlementOrder"
    from access_profile_entitlements given
    join ${entitlementRelation(sql)} entitlement
      on entitlement.tenant_id = given.tenant_id and entitlement.key = given.entitlement_key
    where given.profile_id = ${profileId}
      ${after === undefined ? sql`` : sql`and (entitlement.application_order, entitlement.name_order, entitlement.key) > (${after[0]}, ${after[1]}, ${after[2]}::integer)`}
    order by entitlement.application_order, entitlement.name_order, entitlement.key limit ${page.size + 1}`
  const shown = rows.slice(0, page.size)
  const end = rows.length > page.size ? shown.at(-1) : undefined
  return {
    entitlements: shown.map(({ applicationOrder: _, entitlementOrder: __, ...entitlement }) => entitlement),
    last: end && [end.applicationOrder, end.entitlementOrder, end.key],
  }
}

export interface ProfileMember {
  readonly key: number
  readonly identityId: string
  readonly identityDisplayName: string
  readonly identityEmail: string
  readonly joinedAt: Date
}

/** The position at which a page of members ends. */
export type ProfileMemberPosition = readonly [nameOrder: string, key: number]

/**
 * The members of a profile, sorted by name regardless of case.
 * @throws not_found for the profile
 */
export async function listProfileMembers(
  sql: TenantSql,
  profileId: string,
  page: Page<ProfileMemberPosition>,
): Promise<{ members: ProfileMember[]; last: ProfileMemberPosition | undefined }> {
  await requireAccessProfile(sql, profileId)
  const { after } = page
  const rows = await sql<(ProfileMember & { nameOrder: string })[]>`
    select identity.key, identity.id as "identityId", identity.display_name as "identityDisplayName",
      identity.email as "identityEmail", member.joined_at as "joinedAt", identity.name_order as "nameOrder"
    from access_profile_members member
    join ${identityRelation(sql)} identity on identity.tenant_id = member.tenant_id and identity.key = member.identity_key
    where member.profile_id = ${profileId}
      ${after === undefined ? sql`` : sql`and (identity.name_order, identity.key) > (${after[0]}, ${after[1]}::integer)`}
    order by identity.name_order, identity.key limit ${page.size + 1}`
  const shown = rows.slice(0, page.size)
  const end = rows.length > page.size ? shown.at(-1) : undefined
  return { members: shown.map(({ nameOrder: _, ...member }) => member), last: end && [end.nameOrder, end.key] }
}
