import { type EntitlementReference, entitlementRelation } from '@assay/directory'
import type { TenantSql } from '@assay/store'
import { type Page, requireAccessProfile } from './access-profiles.ts'

/** An entitlement of a profile with its position, also a deleted one. */
interface ProfileEntry extends EntitlementReference {
  readonly key: number
  readonly position: number
}

/** The position at which a page of entries ends. */
export type ProfileEntryPosition = readonly [position: number, key: number]

/** The entitlements that a profile gives, or those of its audience, in the order in which callers added them. */
type EntryTable = 'access_profile_entitlements' | 'access_profile_audiences'

/**
 * The entitlements that a profile gives, in the order in which callers added them.
 * @throws not_found for the profile
 */
export function listProfileEntries(sql: TenantSql, profileId: string, page: Page<ProfileEntryPosition>) {
  return listEntries(sql, 'access_profile_entitlements', profileId, page)
}

/**
 * The entitlements of a profile's audience, in the order in which callers added them.
 * @throws not_found for the profile
 */
export function listProfileAudience(sql: TenantSql, profileId: string, page: Page<ProfileEntryPosition>) {
  return listEntries(sql, 'access_profile_audiences', profileId, page)
}

/**
 * All entitlements that a profile gives, in the order in which callers added them.
 * @throws not_found for the profile
 */
export async function profileEntries(sql: TenantSql, profileId: string): Promise<readonly EntitlementReference[]> {
  await requireAccessProfile(sql, profileId)
  return sql<EntitlementReference[]>`
    select entitlement.application_id as "applicationId", entitlement.id as "entitlementId"
    from access_profile_entitlements given
    join ${entitlementRelation(sql)} entitlement
      on entitlement.tenant_id = given.tenant_id and entitlement.key = given.entitlement_key
    where given.profile_id = ${profileId} order by given.position, given.entitlement_key`
}

/** The entitlements of profiles, by the ids of the profiles: keys in the order in which callers added them. */
export async function entitlementsInOrder(
  sql: TenantSql,
  profileIds: readonly string[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  const rows = await sql<{ id: string; keys: number[] }[]>`
    select profile_id as id, array_agg(entitlement_key order by position, entitlement_key) as keys
    from access_profile_entitlements where profile_id = any(${[...profileIds]}::uuid[]) group by profile_id`
  return new Map(rows.map(({ id, keys }) => [id, keys]))
}

/**
 * Whether a profile gives an entitlement, also one that an import deleted since.
 * @throws not_found for the profile
 */
export async function givesEntitlement(
  sql: TenantSql,
  profileId: string,
  { applicationId, entitlementId }: EntitlementReference,
): Promise<boolean> {
  await requireAccessProfile(sql, profileId)
  const found = await sql`
    select from access_profile_entitlements given
    join ${entitlementRelation(sql)} entitlement
      on entitlement.tenant_id = given.tenant_id and entitlement.key = given.entitlement_key
    where given.profile_id = ${profileId} and entitlement.application_id = ${applicationId}
      and entitlement.id = ${entitlementId}`
  return found.count > 0
}

async function listEntries(
  sql: TenantSql,
  table: EntryTable,
  profileId: string,
  { size, after }: Page<ProfileEntryPosition>,
): Promise<{ entries: ProfileEntry[]; last: ProfileEntryPosition | undefined }> {
  await requireAccessProfile(sql, profileId)
  const given = table === 'access_profile_audiences' ? sql`access_profile_audiences` : sql`access_profile_entitlements`
  const rows = await sql<ProfileEntry[]>`
    select given.entitlement_key as key, given.position, entitlement.application_id as "applicationId",
      entitlement.id as "entitlementId"
    from ${given} given
    join ${entitlementRelation(sql)} entitlement
      on entitlement.tenant_id = given.tenant_id and entitlement.key = given.entitlement_key
    where given.profile_id = ${profileId}
      ${after === undefined ? sql`` : sql`and (given.position, given.entitlement_key) > (${after[0]}::integer, ${after[1]}::integer)`}
    order by given.position, given.entitlement_key limit ${size + 1}`
  const entries = rows.slice(0, size)
  const end = rows.length > size ? entries.at(-1) : undefined
  return { entries, last: end && [end.position, end.key] }
}
