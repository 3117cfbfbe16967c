import { filterCondition, type Listed, type ListQuery, sortOrder } from '@assay/collection-query'
import { identityRelation } from '@assay/directory'
import type { TenantSql } from '@assay/store'
import { requireAccessProfile } from './access-profiles.ts'

/** The fields by which members are filtered and sorted. */
export type MemberField = 'id' | 'name' | 'login' | 'email'

/** A member of a profile. */
interface FoundMember {
  readonly id: string
  /** The display name, or else the user name, or else the id. */
  readonly name: string
  /** The user name, or else the id. */
  readonly login: string
  /** Empty for none. */
  readonly email: string
  /** Whether it joined by a task that a user approved. */
  readonly isByRequest: boolean
}

/**
 * The members of a profile that match a filter; without sorters by name regardless of case.
 * @throws not_found for the profile
 */
export async function queryMembers(
  sql: TenantSql,
  profileId: string,
  { filter, sorters, page, wantsTotal }: ListQuery<MemberField, MemberField>,
): Promise<Listed<FoundMember>> {
  await requireAccessProfile(sql, profileId)
  const names = {
    id: sql`person.id`,
    name: sql`coalesce(nullif(person.display_name, ''), nullif(person.username, ''), person.id)`,
    login: sql`coalesce(nullif(person.username, ''), person.id)`,
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
          select person.id, ${names.name} as name, ${names.login} as login, person.email,
            exists (select from access_profile_tasks task
              where task.profile_id = member.profile_id and task.identity_key = member.identity_key
                and task.kind = 'enrol' and task.state = 'approved') as "isByRequest"
          ${members} ${sortOrder(sql, sorters, names, [sql`person.name_order`, sql`person.key`])}
          limit ${page.limit} offset ${page.offset}`
  const counted = wantsTotal ? await sql<{ total: number }[]>`select count(*)::integer as total ${members}` : []
  return { items: rows, total: counted[0]?.total }
}
