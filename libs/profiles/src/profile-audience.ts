import { type EntitlementReference, entitlementKeys } from '@assay/directory'
import { failedPrecondition, itemAt, notFound } from '@assay/errors'
import { onlyRow, type TenantSql } from '@assay/store'
import type { AccessProfile } from './access-profile.ts'
import { lockAccessProfile } from './access-profiles.ts'
import { entitlementNames, recordProfile } from './profile-entry.ts'
import { noRequests } from './profile-purpose.ts'

/** The most entitlements of an audience: calls return them with the profile. */
const mostOfAudience = 1_000

/** The reason why a profile can have no audience: nobody sees it, or everybody does. */
export type AudienceFault = 'unpublished' | 'visible_to_everyone'

/**
 * Lets holders of entitlements see a profile, or ends that. Adding a present entitlement or removing an absent one changes nothing.
 * @param words the API's messages for a profile that cannot have an audience
 * @throws not_found for the profile, and for an entitlement to add that does not exist; failed_precondition for a profile that cannot have
 * an audience, and when it has too many entitlements
 */
export async function changeProfileAudience(
  sql: TenantSql,
  tenantId: number,
  profileId: string,
  change: 'add' | 'remove',
  entitlements: readonly EntitlementReference[],
  words: Readonly<Record<AudienceFault, string>>,
): Promise<void> {
  const profile = await lockAccessProfile(sql, profileId)
  if (entitlements.length === 0) return
  const changed =
    change === 'add'
      ? await added(sql, tenantId, profile, entitlements, words)
      : await removed(sql, profileId, entitlements)
  if (changed.length === 0) return
  await sql`update access_profiles set updated_at = now() where id = ${profileId}`
  const names = await entitlementNames(
    sql,
    changed.map(({ key }) => key),
  )
  await recordProfile(sql, profileId, {
    kind: 'profile.audience',
    after: { [change === 'add' ? 'added' : 'removed']: names },
  })
}

async function added(
  sql: TenantSql,
  tenantId: number,
  profile: AccessProfile,
  entitlements: readonly EntitlementReference[],
  words: Readonly<Record<AudienceFault, string>>,
): Promise<readonly { readonly key: number }[]> {
  if (profile.purpose === 'birthright') throw failedPrecondition(noRequests)
  if (!profile.published) throw failedPrecondition(words.unpublished)
  if (profile.visibleToEveryone) throw failedPrecondition(words.visible_to_everyone)
  const keys = await entitlementKeys(sql, entitlements)
  const unknown = keys.indexOf(undefined)
  if (unknown >= 0)
    throw notFound(
      'entitlement',
      `${itemAt(entitlements, unknown).applicationId}/${itemAt(entitlements, unknown).entitlementId}`,
    )
  const made = await sql<{ key: number }[]>`
    insert into access_profile_audiences (tenant_id, profile_id, entitlement_key, position)
    select ${tenantId}, ${profile.id}, given.key, given.place + coalesce(
      (select max(position) from access_profile_audiences where profile_id = ${profile.id}), 0)
    from unnest(${keys as number[]}::integer[]) with ordinality as given (key, place)
    on conflict do nothing returning entitlement_key as key`
  const { count } = onlyRow(
    await sql<{ count: number }[]>`
    select count(*)::integer as count from access_profile_audiences where profile_id = ${profile.id}`,
  )
  if (count > mostOfAudience)
    throw failedPrecondition(
      `an access profile has an audience of at most ${mostOfAudience} entitlements, not ${count}`,
    )
  return made
}

async function removed(
  sql: TenantSql,
  profileId: string,
  entitlements: readonly EntitlementReference[],
): Promise<readonly { readonly key: number }[]> {
  const keys = await entitlementKeys(sql, entitlements, { includeDeleted: true })
  return sql<{ key: number }[]>`
    delete from access_profile_audiences
    where profile_id = ${profileId} and entitlement_key = any(${keys.filter((key) => key !== undefined)}::integer[])
    returning entitlement_key as key`
}
