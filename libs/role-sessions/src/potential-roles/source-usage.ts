import { type Listed, type ListQuery, sortOrder } from '@assay/collection-query'
import { applicationKeys, identityRelation, usageOf } from '@assay/directory'
import { notFound } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import { allMembers, membersByName, roleSize } from './role-identities.ts'
import type { PotentialRoleKey } from './role-rows.ts'

/** A member of a role, and the number of the last 90 days on which the member used a source. */
interface SourceUsage {
  readonly id: string
  readonly displayName: string
  readonly email: string
  readonly usageCount: number
}

type SourceUsageSorter = 'displayName' | 'email' | 'usageCount'

/**
 * Members by name unless sorted otherwise.
 * @throws not_found for a role or a source that does not exist
 */
export async function listSourceUsage(
  sql: TenantSql,
  key: PotentialRoleKey,
  sourceId: string,
  { sorters, page, wantsTotal }: ListQuery<never, SourceUsageSorter>,
): Promise<Listed<SourceUsage>> {
  const isSorted = sorters.length > 0
  const columns = {
    displayName: sql`name_order`,
    email: sql`email_order`,
    usageCount: sql`"usageCount"`,
  }
  const readItems = sql<SourceUsage[]>`
    select id, "displayName", email, "usageCount" from (
      select identity.id, identity.display_name as "displayName", identity.email, member.place,
        identity.name_order, identity.email_order, coalesce(used.days_used, 0)::integer as "usageCount"
      from ${isSorted ? allMembers(sql, key) : membersByName(sql, key, page, false)}
      join ${identityRelation(sql)} identity on identity.key = member.key
      left join ${usageOf(sql, sourceId)} used on used.identity_key = member.key
    ) users
    ${sortOrder(sql, sorters, columns, [sql`place`])}
    ${isSorted ? sql`limit ${page.limit} offset ${page.offset}` : sql``}`
  const [sources, items] = await Promise.all([applicationKeys(sql, [sourceId], { includeDeleted: true }), readItems])
  const size = items.length === 0 || wantsTotal ? await roleSize(sql, key) : undefined
  if (!sources.has(sourceId)) throw notFound('source', sourceId)
  return { items, total: wantsTotal ? size : undefined }
}
