import { filterCondition, type Listed, type ListQuery, sortOrder } from '@assay/collection-query'
import { identityRelation } from '@assay/directory'
import { type Fragment, isUuid, type TenantSql } from '@assay/store'
import type { AccessProfile } from './access-profile.ts'
import { columns, type ProfileRow, profilesOf } from './access-profiles.ts'

/** The fields by which profiles are filtered. The owner is the one of `ownerIdOf`, if that is an identity. */
export type ProfileField =
  | 'id'
  | 'name'
  | 'description'
  | 'createdAt'
  | 'updatedAt'
  | 'ownerId'
  | 'published'
  | 'commonAccess'

/** The fields by which profiles are sorted. */
export type ProfileSorter = 'name' | 'createdAt' | 'updatedAt'

/** The profiles that match a filter; without sorters by name regardless of case, then by id. */
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

/** The id of the owner of a profile, or else of its creator, which may be a client and no identity. */
export function ownerIdOf({ ownerId, createdBy }: Pick<AccessProfile, 'ownerId' | 'createdBy'>): string {
  return ownerId === '' ? createdBy : ownerId
}

function ownerOf(sql: TenantSql): Fragment {
  return sql`case when owner_id <> '' then owner_id else (
    select maker.id from ${identityRelation(sql)} maker
    where maker.tenant_id = access_profiles.tenant_id and maker.id = access_profiles.created_by) end`
}

/** The ids of existing profiles, in the spelling of the database. */
export async function knownProfileIds(sql: TenantSql, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const wanted = ids.filter(isUuid)
  if (wanted.length === 0) return new Set()
  const rows = await sql<{ id: string }[]>`select id from access_profiles where id = any(${wanted}::uuid[])`
  return new Set(rows.map(({ id }) => id))
}
