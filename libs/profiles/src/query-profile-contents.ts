import { filterCondition, sortOrder } from '@assay/collection-query'
import { entitlementRelation, identityRelation } from '@assay/directory'
import type { TenantSql } from '@assay/store'
import { requireAccessProfile } from './access-profiles.ts'
import type { PartOfList } from './query-profiles.ts'

/** What members are filtered and sorted by. */
export type MemberField = 'id' | 'name' | 'aliasName' | 'email'

/** A member of a profile. */
export interface FoundMember {
  readonly id: string
  /** Its display name, else its user name, else its id. */
  readonly name: string
  /** Its user name, else its id. */
  readonly aliasName: string
  readonly email: string
  /** It joined by a task that somebody approved. */
  readonly isByRequest: boolean
}

/**
 * The members of a profile that a filter lets through; without sorters by name regardless of case.
 * @throws not_found for the profile
 */
export async function queryMembers(
  sql: TenantSql,
  profileId: string,
  { filter, sorters, page, wantsTotal }: PartOfList<MemberField, MemberField>,
): Promise<{ members: readonly FoundMember[]; total: number | undefined }> {
  await requireAccessProfile(sql, profileId)
  const names = {
    id: sql`person.id`,
    name: sql`coalesce(nullif(person.display_name, ''), nullif(person.username, ''), person.id)`,
    aliasName: sql`coalesce(nullif(person.username, ''), person.id)`,
    email: sql`nullif(person.email, '')`,
  }
  const members = sql`
    from access_profile_members member
    join ${identityRelation(sql)} person on person.tenant_id = member.tenant_id and person.key = member.identity_key
    where member.profile_id = ${profileId} and ${filterCondition(sql, filter, names)}`
  const rows =
    page.limit === 0
      ? []
      : await sql<FoundMember[]>`
          select person.id, ${names.name} as name, ${names.aliasName} as "aliasName", person.email,
            exists (select from access_profile_tasks task
              where task.profile_id = member.profile_id and task.identity_key = member.identity_key
                and task.kind = 'enrol' and task.state = 'approved') as "isByRequest"
          ${members} ${sortOrder(sql, sorters, names, [sql`person.name_order`, sql`person.key`])}
          limit ${page.limit} offset ${page.offset}`
  const counted = wantsTotal ? await sql<{ total: number }[]>`select count(*)::integer as total ${members}` : []
  return { members: rows, total: counted[0]?.total }
}

/** What the entitlements of a profile are filtered by. Entitlements have no owner and no times. */
export type GivenField = 'id' | 'owner.id' | 'source.id' | 'name' | 'attribute' | 'value' | 'created' | 'modified'

/** What the entitlements of a profile are sorted by. */
export type GivenSort = 'name' | 'attribute' | 'value' | 'created' | 'modified'

/**
 * The keys of the entitlements of a profile that a filter lets through, without those that a later import deleted; without sorters in the
 * order in which the profile has them.
 * @throws not_found for the profile
 */
export async function queryGiven(
  sql: TenantSql,
  profileId: string,
  { filter, sorters, page, wantsTotal }: PartOfList<GivenField, GivenSort>,
): Promise<{ keys: readonly number[]; total: number | undefined }> {
  await requireAccessProfile(sql, profileId)
  const never = sql`null::timestamptz`
  const fields = {
    id: sql`one.id`,
    'owner.id': sql`null::text`,
    'source.id': sql`one.application_id`,
    name: sql`coalesce(nullif(one.display_name, ''), one.id)`,
    attribute: sql`nullif(one.attribute, '')`,
    value: sql`one.id`,
    created: never,
    modified: never,
  }
  const order = { ...fields, name: sql`one.name_order` }
  const entitlements = sql`
    from access_profile_entitlements given
    join ${entitlementRelation(sql)} one on one.tenant_id = given.tenant_id and one.key = given.entitlement_key
    where given.profile_id = ${profileId} and not one.deleted and ${filterCondition(sql, filter, fields)}`
  const rows =
    page.limit === 0
      ? []
      : await sql<{ key: number }[]>`
          select one.key ${entitlements} ${sortOrder(sql, sorters, order, [sql`given.position`, sql`one.key`])}
          limit ${page.limit} offset ${page.offset}`
  const counted = wantsTotal ? await sql<{ total: number }[]>`select count(*)::integer as total ${entitlements}` : []
  return { keys: rows.map(({ key }) => key), total: counted[0]?.total }
}
