import { itemAt, notFound } from '@assay/errors'
import { type Fragment, isUuid, onlyRow, type TenantSql } from '@assay/store'
import type { AccessProfile } from './access-profile.ts'
import { type MembershipOutcome, previewsOf } from './membership-outcome.ts'
import { profileInWhole, recordProfile } from './profile-entry.ts'
import { etagOf } from './profile-etag.ts'

export type ProfileRow = Omit<AccessProfile, 'pauseDifference'> & { readonly pauseOutcome: MembershipOutcome | null }

export interface Page<Position> {
  readonly size: number
  /** Where the page before ended. */
  readonly after?: Position | undefined
}

/** Where a page of profiles ends. */
export type ProfilePosition = readonly [nameOrder: string, id: string]

/** @throws not_found, also for a text that is not an id */
export async function getAccessProfile(sql: TenantSql, id: string): Promise<AccessProfile> {
  const rows = isUuid(id) ? await sql<ProfileRow[]>`select ${columns(sql)} from access_profiles where id = ${id}` : []
  const [profile] = await profilesOf(sql, rows)
  if (profile === undefined) throw notFound('access profile', id)
  return profile
}

/**
 * As `getAccessProfile`, and locks the profile: until the transaction ends no other one changes it, its entitlements or its
 * members.
 */
export async function lockAccessProfile(sql: TenantSql, id: string): Promise<AccessProfile> {
  if (isUuid(id)) await sql`select from access_profiles where id = ${id} for no key update`
  return getAccessProfile(sql, id)
}

/** Profiles of rows with the columns of `columns`. */
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

/** Undefined for one that does not exist. */
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
 * Whether a profile is as it was made: nobody has changed it or resolved one of its tasks. True for one that is gone, and false for one
 * that a bounded reader does not see.
 * @param lock against changes until the end of the transaction; who only reads does not wait for evaluations of rules
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
 * Whether a profile is there that the bounded reader who asks does not see, since it gives somebody or something outside of the scope:
 * whoever looks for what is gone must not take it for that.
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

/** By name regardless of case, then id. `last` is undefined on the last page. */
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

/** All conditions hold together; one that is not given, or an empty text, keeps all. */
export interface ProfileSearch {
  /** Part of the name or the description, letter case ignored. */
  readonly query: string
  /** The whole name, as it is written. */
  readonly displayName: string
  readonly ids?: readonly string[] | undefined
  readonly exceptIds: readonly string[]
  /** Keys of identities, one of which is a member. */
  readonly memberKeys?: readonly number[] | undefined
  /** None of these is a member. */
  readonly exceptMemberKeys: readonly number[]
  /** True: those whose rule decides who is a member. */
  readonly isAutomated: boolean
}

/** By name regardless of case, then id. `last` is undefined on the last page. */
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

/** How many a search finds. */
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
 * Removes a profile with its members and tasks. What members hold is not touched.
 * @throws not_found
 */
export async function deleteAccessProfile(sql: TenantSql, id: string): Promise<void> {
  const profile = await lockAccessProfile(sql, id)
  const before = await profileInWhole(sql, profile)
  await sql`delete from access_profiles where id = ${id}`
  // In this order: an evaluation that is under way has its say first, and then nothing of it stays.
  await sql`delete from access_profile_members where profile_id = ${id}`
  await recordProfile(sql, id, { kind: 'profile.delete', before, version: etagOf(profile) })
}

/**
 * The key by which a name is ordered, since the database's own order depends on its locale. Cut, because Postgres limits
 * the entries of an index.
 */
export function nameOrderOf(displayName: string): string {
  return displayName.slice(0, 200).toLowerCase()
}

/** What rows of `access_profiles` are read as; in a query over that table under its own name. */
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
