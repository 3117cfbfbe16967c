import { itemAt, notFound } from '@assay/errors'
import { type Fragment, isUuid, onlyRow, type TenantSql } from '@assay/store'
import type { AccessProfile } from './access-profile.ts'
import { type MembershipOutcome, previewsOf } from './membership-outcome.ts'
import { profileInWhole, recordProfile } from './profile-entry.ts'
import { etagOf } from './profile-etag.ts'

export type ProfileRow = Omit<AccessProfile, 'pauseDifference'> & { readonly pauseOutcome: MembershipOutcome | null }

export interface Page<Position> {
  readonly size: number
  /** The position at which the previous page ended. */
  readonly after?: Position | undefined
}

/** The position at which a page of profiles ends. */
export type ProfilePosition = readonly [nameOrder: string, id: string]

/** @throws not_found when no profile has the id, or when the text is no UUID */
export async function getAccessProfile(sql: TenantSql, id: string): Promise<AccessProfile> {
  const rows = isUuid(id) ? await sql<ProfileRow[]>`select ${columns(sql)} from access_profiles where id = ${id}` : []
  const [profile] = await profilesOf(sql, rows)
  if (profile === undefined) throw notFound('access profile', id)
  return profile
}

/**
 * Like `getAccessProfile`, with a lock: until the transaction ends, no other transaction changes the profile, its entitlements or its
 * members.
 */
export async function lockAccessProfile(sql: TenantSql, id: string): Promise<AccessProfile> {
  if (isUuid(id)) await sql`select from access_profiles where id = ${id} for no key update`
  return getAccessProfile(sql, id)
}

/** The profiles of rows that were selected with `columns`. */
export async function profilesOf(sql: TenantSql, rows: readonly ProfileRow[]): Promise<AccessProfile[]> {
  const previews = await previewsOf(
    sql,
    rows.map(({ pauseOutcome }) => pauseOutcome),
  )
  return rows.map(({ pauseOutcome: _, ...profile }, index) => ({
    ...profile,
    pauseDifference: itemAt(previews, index),
  }))
}

export async function accessProfileExists(sql: TenantSql, id: string): Promise<boolean> {
  if (!isUuid(id)) return false
  const found = await sql`select from access_profiles where id = ${id}`
  return found.count > 0
}

/** The name of an access profile; undefined when it does not exist. */
export async function accessProfileName(sql: TenantSql, id: string): Promise<string | undefined> {
  if (!isUuid(id)) return undefined
  const [profile] = await sql<{ name: string }[]>`select display_name as name from access_profiles where id = ${id}`
  return profile?.name
}

/** @throws not_found */
export async function requireAccessProfile(sql: TenantSql, id: string): Promise<void> {
  if (!(await accessProfileExists(sql, id))) throw notFound('access profile', id)
}

/**
 * Whether nobody has changed a profile or resolved one of its tasks since it was made. True for a profile that was deleted, and false for
 * one that a bounded reader does not see.
 * @param lock prevents changes until the end of the transaction; a caller that only reads does not have to wait for evaluations of rules
 */
export async function untouchedProfile(sql: TenantSql, id: string, lock = false): Promise<boolean> {
  if (!isUuid(id)) return true
  const [profile] = await sql<{ untouched: boolean }[]>`
    select updated_at = created_at and not exists (
      select from access_profile_tasks task where task.profile_id = access_profiles.id and task.resolved_at is not null
    ) as untouched
    from access_profiles where id = ${id} ${lock ? sql`for update` : sql``}`
  return profile?.untouched ?? !(await isProfileHidden(sql, id))
}

/**
 * Whether a profile exists that the calling bounded reader does not see, because it has people or entitlements outside of the scope. Code
 * that handles deleted profiles must not mistake a hidden profile for a deleted one.
 */
export async function isProfileHidden(sql: TenantSql, id: string): Promise<boolean> {
  if (!isUuid(id)) return false
  const [row] = await sql<{ hidden: boolean }[]>`
    select not exists (select from access_profiles where id = ${id}::uuid) and (
      exists (select from profile_member_keys(reader.tenant, ${id}::uuid))
      or exists (select from profile_entitlement_keys(reader.tenant, ${id}::uuid))) as hidden
    from (select nullif(current_setting('assay.tenant_id', true), '')::integer as tenant) reader
    where nullif(current_setting('assay.reader_scope', true), '') is not null`
  return row?.hidden === true
}

/** Sorted by name regardless of case, then by id. `last` is undefined on the last page. */
export async function listAccessProfiles(
  sql: TenantSql,
  page: Page<ProfilePosition>,
): Promise<{ profiles: AccessProfile[]; last: ProfilePosition | undefined }> {
  const { after } = page
  const rows = await sql<(ProfileRow & { nameOrder: string })[]>`
    select ${columns(sql)}, name_order as "nameOrder" from access_profiles
    ${after === undefined ? sql`` : sql`where (name_order, id) > (${after[0]}, ${after[1]}::uuid)`}
    order by name_order, id limit ${page.size + 1}`
  const shown = rows.slice(0, page.size)
  const end = rows.length > page.size ? shown.at(-1) : undefined
  const profiles = await profilesOf(
    sql,
    shown.map(({ nameOrder: _, ...row }) => row),
  )
  return { profiles, last: end && [end.nameOrder, end.id] }
}

/** A profile has to meet all conditions; an absent condition, or an empty text, accepts all. */
export interface ProfileSearch {
  /** Part of the name or the description, regardless of case. */
  readonly query: string
  /** The whole name, with its case. */
  readonly displayName: string
  readonly ids?: readonly string[] | undefined
  readonly exceptIds: readonly string[]
  /** Keys of identities; at least one of them has to be a member. */
  readonly memberKeys?: readonly number[] | undefined
  /** Keys of identities that must not be members. */
  readonly exceptMemberKeys: readonly number[]
  /** True for only those whose rule decides who is a member. */
  readonly isAutomated: boolean
}

/** Sorted by name regardless of case, then by id. `last` is undefined on the last page. */
export async function searchAccessProfiles(
  sql: TenantSql,
  search: ProfileSearch,
  { size, after }: Page<ProfilePosition>,
): Promise<{ profiles: AccessProfile[]; last: ProfilePosition | undefined }> {
  const rows = await sql<(ProfileRow & { nameOrder: string })[]>`
    select ${columns(sql)}, name_order as "nameOrder" from access_profiles
    where ${searchConditions(sql, search)}
      ${after === undefined ? sql`` : sql`and (name_order, id) > (${after[0]}, ${after[1]}::uuid)`}
    order by name_order, id limit ${size + 1}`
  const shown = rows.slice(0, size)
  const end = rows.length > size ? shown.at(-1) : undefined
  const profiles = await profilesOf(
    sql,
    shown.map(({ nameOrder: _, ...row }) => row),
  )
  return { profiles, last: end && [end.nameOrder, end.id] }
}

/** The number of profiles that a search returns. */
export async function countFoundProfiles(sql: TenantSql, search: ProfileSearch): Promise<number> {
  const { count } = onlyRow(
    await sql<{ count: number }[]>`
    select count(*)::integer as count from access_profiles where ${searchConditions(sql, search)}`,
  )
  return count
}

function searchConditions(sql: TenantSql, search: ProfileSearch): Fragment {
  const { displayName, ids, exceptIds, memberKeys, exceptMemberKeys, isAutomated } = search
  const query = search.query.trim().toLowerCase()
  const ofMembers = (keys: readonly number[]) =>
    sql`(select profile_id from access_profile_members where identity_key = any(${[...keys]}::integer[]))`
  return sql`true
    ${query === '' ? sql`` : sql`and (position(${query} in lower(display_name)) > 0 or position(${query} in lower(description)) > 0)`}
    ${displayName === '' ? sql`` : sql`and display_name = ${displayName}`}
    ${ids ? sql`and id = any(${ids.filter(isUuid)}::uuid[])` : sql``}
    ${exceptIds.length === 0 ? sql`` : sql`and not id = any(${exceptIds.filter(isUuid)}::uuid[])`}
    ${memberKeys ? sql`and id in ${ofMembers(memberKeys)}` : sql``}
    ${exceptMemberKeys.length === 0 ? sql`` : sql`and id not in ${ofMembers(exceptMemberKeys)}`}
    ${isAutomated ? sql`and automation_enabled` : sql``}`
}

/**
 * Removes a profile with its members and tasks. The access of its members does not change.
 * @throws not_found
 */
export async function deleteAccessProfile(sql: TenantSql, id: string): Promise<void> {
  const profile = await lockAccessProfile(sql, id)
  const before = await profileInWhole(sql, profile)
  await sql`delete from access_profiles where id = ${id}`
  // In this order: a running evaluation finishes first, and then its members are removed too.
  await sql`delete from access_profile_members where profile_id = ${id}`
  await recordProfile(sql, id, { kind: 'profile.delete', before, version: etagOf(profile) })
}

/**
 * The sort key of a name, since the order of the database depends on its locale. It is shortened, because Postgres limits the size of index
 * entries.
 */
export function nameOrderOf(displayName: string): string {
  return displayName.slice(0, 200).toLowerCase()
}

/** The columns of a `ProfileRow`, for a query over `access_profiles` without an alias. */
export function columns(sql: TenantSql) {
  return sql`
    id, display_name as "displayName", description, cel_expression as "celExpression",
    automation_enabled as "automationEnabled", create_tasks as "createTasks", common_access as "commonAccess",
    automation_ran_at as "automationRanAt", automation_error as "automationError",
    automation_paused_at as "automationPausedAt",
    case when automation_paused_at is not null then coalesce(pause_reason, 'circuit_breaker') end as "pauseReason",
    case when automation_paused_at is not null then pause_outcome end as "pauseOutcome",
    enabled, published, visible_to_everyone as "visibleToEveryone", request_bundle as "requestBundle",
    enrollment_behavior as "enrollmentBehavior", unenrollment_behavior as "unenrollmentBehavior",
    unenrollment_entitlement_behavior as "unenrollmentEntitlementBehavior", purpose, annotations, enrollment,
    created_by as "createdBy", owner_id as "ownerId", suggestion_id as "suggestionId", created_at as "createdAt",
    updated_at as "updatedAt",
    (select count(*) from access_profile_entitlements given where given.profile_id = access_profiles.id) as "entitlementCount",
    (select count(*) from access_profile_members member where member.profile_id = access_profiles.id) as "memberCount",
    (select count(*) from access_profile_tasks task where task.profile_id = access_profiles.id and task.state = 'pending')
      as "pendingTaskCount"`
}
