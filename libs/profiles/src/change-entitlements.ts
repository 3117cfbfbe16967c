import type { EntitlementReference } from '@assay/directory'
import type { TenantSql } from '@assay/store'
import { lockAccessProfile } from './access-profiles.ts'
import { entitlementNames, recordProfile } from './profile-entry.ts'
import { resolveEntitlements } from './resolve-entitlements.ts'

/**
 * Adds entitlements to a profile, removes them, or replaces all of them. Adding a present entitlement or removing an absent
 * one changes nothing. What members hold is not touched.
 * @param field what the caller calls the list
 * @throws not_found for the profile; invalid_argument naming all unknown or repeated entitlements
 */
export async function changeProfileEntitlements(
  sql: TenantSql,
  tenantId: number,
  profileId: string,
  change: 'add' | 'remove' | 'replace',
  entitlements: readonly EntitlementReference[],
  field = 'entitlements',
): Promise<void> {
  // So that of two that replace at a time one comes out and not a mixture of both.
  await lockAccessProfile(sql, profileId)
  const keys = await resolveEntitlements(sql, entitlements, field)
  let removed: { key: number }[] = []
  let added: { key: number }[] = []
  if (change !== 'add') {
    const isGone =
      change === 'remove'
        ? sql`entitlement_key = any(${keys}::integer[])`
        : sql`not (entitlement_key = any(${keys}::integer[]))`
    removed = await sql<{ key: number }[]>`
      delete from access_profile_entitlements where profile_id = ${profileId} and ${isGone}
      returning entitlement_key as key`
  }
  if (change !== 'remove') {
    added = await sql<{ key: number }[]>`
      insert into access_profile_entitlements (tenant_id, profile_id, entitlement_key)
      select ${tenantId}, ${profileId}, unnest(${keys}::integer[]) on conflict do nothing
      returning entitlement_key as key`
  }
  if (removed.length + added.length === 0) return
  await sql`update access_profiles set updated_at = now() where id = ${profileId}`
  const names = (keyed: readonly { key: number }[]) =>
    entitlementNames(
      sql,
      keyed.map(({ key }) => key),
    )
  const after = { removed: await names(removed), added: await names(added) }
  await recordProfile(sql, profileId, { kind: 'profile.entitlements', after })
}
