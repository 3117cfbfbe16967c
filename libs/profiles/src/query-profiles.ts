import { type Filter, filterCondition, type Page, type Sorter, sortOrder } from '@assay/collection-query'
import { identityRelation } from '@assay/directory'
import { type Fragment, isUuid, type TenantSql } from '@assay/store'
import { type AccessProfile, columns, type ProfileRow, profilesOf } from './access-profiles.ts'

/** A part of a list, and how long the list is where that was asked for. */
export interface PartOfList<Field extends string, Sort extends string> {
  readonly filter: Filter<Field>
  readonly sorters: readonly Sorter<Sort>[]
  readonly page: Page
  readonly wantsTotal: boolean
}

/** What profiles are filtered by. */
export type ProfileField = 'id' | 'name' | 'created' | 'modified' | 'owner.id' | 'requestable' | 'dimensional'

/** What profiles are sorted by. */
export type ProfileSort = 'name' | 'created' | 'modified'

export interface FoundProfiles {
  readonly profiles: readonly AccessProfile[]
  readonly total: number | undefined
}

/** Profiles that a filter lets through; without sorters by name regardless of case, then id. */
export async function queryProfiles(
  sql: TenantSql,
  { filter, sorters, ...part }: PartOfList<ProfileField, ProfileSort>,
): Promise<FoundProfiles> {
  const passes = filterCondition(sql, filter, {
    id: sql`id::text`,
    name: sql`display_name`,
    created: sql`created_at`,
    modified: sql`updated_at`,
    'owner.id': ownerOf(sql),
    requestable: sql`published`,
    // No profile has dimensions.
    dimensional: sql`false`,
  })
  const order = { name: sql`name_order`, created: sql`created_at`, modified: sql`updated_at` }
  return found(sql, passes, sortOrder(sql, sorters, order, [sql`name_order`, sql`id`]), part)
}

/** What profiles that are common access are filtered by. */
export type CommonProfileField =
  | 'status'
  | 'reviewedByUser'
  | 'access.id'
  | 'access.type'
  | 'access.name'
  | 'access.description'

/** Profiles that are confirmed as common access; without sorters by name regardless of case, then id. */
export async function queryCommonProfiles(
  sql: TenantSql,
  { filter, sorters, ...part }: PartOfList<CommonProfileField, 'access.name' | 'status'>,
): Promise<FoundProfiles> {
  const passes = filterCondition(sql, filter, {
    status: sql`'CONFIRMED'::text`,
    reviewedByUser: sql`true`,
    'access.id': sql`id::text`,
    'access.type': sql`'ROLE'::text`,
    'access.name': sql`display_name`,
    'access.description': sql`description`,
  })
  // All have the same status.
  const order = { 'access.name': sql`name_order`, status: sql`common_access` }
  return found(
    sql,
    sql`common_access and (${passes})`,
    sortOrder(sql, sorters, order, [sql`name_order`, sql`id`]),
    part,
  )
}

async function found(
  sql: TenantSql,
  passes: Fragment,
  order: Fragment,
  { page, wantsTotal }: { readonly page: Page; readonly wantsTotal: boolean },
): Promise<FoundProfiles> {
  const rows =
    page.limit === 0
      ? []
      : await sql<ProfileRow[]>`
          select ${columns(sql)} from access_profiles where ${passes} ${order} limit ${page.limit} offset ${page.offset}`
  const counted = wantsTotal
    ? await sql<{ total: number }[]>`select count(*)::integer as total from access_profiles where ${passes}`
    : []
  return { profiles: await profilesOf(sql, rows), total: counted[0]?.total }
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
