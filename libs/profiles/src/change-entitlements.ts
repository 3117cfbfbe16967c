import { type EntitlementReference, entitlementKeys } from '@assay/directory'
import type { TenantSql } from '@assay/store'
import { lockAccessProfile } from './access-profiles.ts'
import { entitlementNames, recordProfile } from './profile-entry.ts'
import { resolveEntitlements } from './resolve-entitlements.ts'

/**
 * Adds entitlements to a profile behind those that it has, removes them, or replaces all of them; they keep the order in which they
 * are given. Adding a present entitlement or removing an absent one changes nothing, and so does an empty list to add or to remove.
 * What an import deleted since may stay and may be removed. What members hold is not touched.
 * @param field what the caller calls the list
 * @throws not_found for the profile; invalid_argument naming all unknown or repeated entitlements, but of those to remove
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
  const { keys: before, lastPosition } = await orderedKeys(sql, profileId)
  const after = await keysAfter(sql, before, change, entitlements, field)
  const had = new Set(before)
  const has = new Set(after)
  const removed = before.filter((key) => !has.has(key))
  const added = after.filter((key) => !had.has(key))
  const stayed = after.filter((key) => had.has(key))
  const isMoved = before.filter((key) => has.has(key)).some((key, place) => key !== stayed[place])
  if (removed.length + added.length === 0 && !isMoved) return
  await sql`
    delete from access_profile_entitlements where profile_id = ${profileId} and entitlement_key = any(${removed}::integer[])`
  // Those that stay have their places, unless all places are given anew.
  const [placed, behind] = change === 'replace' ? [after, 0] : [added, lastPosition]
  await sql`
    insert into access_profile_entitlements as kept (tenant_id, profile_id, entitlement_key, position)
    select ${tenantId}, ${profileId}, given.key, given.place + ${behind}
    from unnest(${placed}::integer[]) with ordinality as given (key, place)
    on conflict (tenant_id, profile_id, entitlement_key) do update set position = excluded.position
    where kept.position <> excluded.position`
  await sql`update access_profiles set updated_at = now() where id = ${profileId}`
  await recordProfile(sql, profileId, {
    kind: 'profile.entitlements',
    after: {
      removed: await entitlementNames(sql, removed),
      added: await entitlementNames(sql, added),
      ...(isMoved && { reordered: true }),
    },
  })
}

async function keysAfter(
  sql: TenantSql,
  before: readonly number[],
  change: 'add' | 'remove' | 'replace',
  entitlements: readonly EntitlementReference[],
  field: string,
): Promise<readonly number[]> {
  if (change === 'remove') {
    const gone = new Set(await entitlementKeys(sql, entitlements, { includeDeleted: true }))
    return before.filter((key) => !gone.has(key))
  }
  const keys = await resolveEntitlements(sql, entitlements, field, new Set(before))
  return change === 'replace' ? keys : [...new Set([...before, ...keys])]
}

/** What a profile gives, in its order. */
async function orderedKeys(
  sql: TenantSql,
  profileId: string,
): Promise<{ readonly keys: readonly number[]; readonly lastPosition: number }> {
  const rows = await sql<{ key: number; position: number }[]>`
    select entitlement_key as key, position from access_profile_entitlements where profile_id = ${profileId}
    order by position, entitlement_key`
  return { keys: rows.map(({ key }) => key), lastPosition: rows.at(-1)?.position ?? 0 }
}
