import { filterCondition, type Listed, type ListQuery, sortOrder } from '@assay/collection-query'
import { identityRelation } from '@assay/directory'
import { type Fragment, isUuid, type TenantSql } from '@assay/store'
import type { AccessProfile } from './access-profile.ts'
import { columns, type ProfileRow, profilesOf } from './access-profiles.ts'

/** What profiles are filtered by; the owner is that of `ownerIdOf`, where it is an identity. */
export type ProfileField =
  | 'id'
  | 'name'
  | 'description'
  | 'createdAt'
  | 'updatedAt'
  | 'ownerId'
  | 'published'
  | 'commonAccess'

/** What profiles are sorted by. */
export type ProfileSorter = 'name' | 'createdAt' | 'updatedAt'

/** Profiles that a filter lets through; without sorters by name regardless of case, then id. */
export async function queryProfiles(
  sql: TenantSql,
  { filter, sorters, page, wantsTotal }: ListQuery<ProfileField, ProfileSorter>,
): Promise<Listed<AccessProfile>> {
  const passes = filterCondition(sql, filter, {
    id: sql`id::text`,
    name: sql`display_name`,
    description: sql`description`,
    createdAt: sql`created_at`,
    updatedAt: sql`updated_at`,
    ownerId: ownerOf(sql),
    published: sql`published`,
    commonAccess: sql`common_access`,
  })
  const order = { name: sql`name_order`, createdAt: sql`created_at`, updatedAt: sql`updated_at` }
  const rows =
    page.limit === 0
      ? []
      : await sql<ProfileRow[]>`
          select ${columns(sql)} from access_profiles where ${passes}
          ${sortOrder(sql, sorters, order, [sql`name_order`, sql`id`])}
          limit ${page.limit} offset ${page.offset}`
  const counted = wantsTotal
    ? await sql<{ total: number }[]>`select count(*)::integer as total from access_profiles where ${passes}`
    : []
  return { items: await profilesOf(sql, rows), total: counted[0]?.total }
}

/** The id of who answers for a profile: its owner, else who made it, which may be a client and no identity. */
export function ownerIdOf({ ownerId, createdBy }: Pick<AccessProfile, 'ownerId' | 'createdBy'>): string {
  return ownerId === '' ? createdBy : ownerId
}

function ownerOf(sql: TenantSql): Fragment {
  return sql`case when owner_id <> '' then owner_id else (
    select maker.id from ${identityRelation(sql)} maker
    where maker.tenant_id = access_profiles.tenant_id and maker.id = access_profiles.created_by) end`
}

/** Those of the ids that are profiles, as the database writes them. */
export async function knownProfileIds(sql: TenantSql, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const wanted = ids.filter(isUuid)
  if (wanted.length === 0) return new Set()
  const rows = await sql<{ id: string }[]>`select id from access_profiles where id = any(${wanted}::uuid[])`
  return new Set(rows.map(({ id }) => id))
}
