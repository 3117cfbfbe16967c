import { type EntitlementReference, entitlementKeys } from '@assay/directory'
import type { TenantSql } from '@assay/store'
import { lockAccessProfile } from './access-profiles.ts'
import { entitlementNames, recordProfile } from './profile-entry.ts'
import { resolveEntitlements } from './resolve-entitlements.ts'

/**
 * Adds entitlements to a profile after the present ones, removes entitlements, or replaces all of them; the order of the list is kept.
 * Adding a present entitlement, removing an absent one, and adding or removing an empty list change nothing. An entitlement that an import
 * deleted since may stay and may be removed. The access of members does not change.
 * @param field the name of the list in the caller's API
 * @throws not_found for the profile; invalid_argument with all unknown or repeated entitlements, except those to remove
 */
export async function changeProfileEntitlements(
  sql: TenantSql,
  tenantId: number,
  profileId: string,
  change: 'add' | 'remove' | 'replace',
  entitlements: readonly EntitlementReference[],
  field = 'entitlements',
): Promise<void> {
  // Of two concurrent replacements one must be the result, and not a mixture of both.
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
  // Entitlements that stay keep their positions, unless the whole list is replaced.
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

/** The entitlements of a profile, in its order. */
async function orderedKeys(
  sql: TenantSql,
  profileId: string,
): Promise<{ readonly keys: readonly number[]; readonly lastPosition: number }> {
  const rows = await sql<{ key: number; position: number }[]>`
    select entitlement_key as key, position from access_profile_entitlements where profile_id = ${profileId}
    order by position, entitlement_key`
  return { keys: rows.map(({ key }) => key), lastPosition: rows.at(-1)?.position ?? 0 }
}
