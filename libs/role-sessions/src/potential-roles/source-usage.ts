import { sortOrder } from '@assay/collection-query'
import { notFound } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import type { Listed, ListQuery } from '../list-query.ts'
import { allMembers, membersByName, roleSize } from './role-identities.ts'
import type { PotentialRoleKey } from './role-rows.ts'

/** A member of a role, and on how many of the last 90 days it used a source. */
export interface SourceUsage {
  readonly id: string
  readonly displayName: string
  readonly email: string
  readonly usageCount: number
}

export type SourceUsageSorter = 'displayName' | 'email' | 'usageCount'

/** Members by name unless sorted otherwise. @throws not_found for a role or a source that does not exist */
export async function listSourceUsage(
  sql: TenantSql,
  key: PotentialRoleKey,
  sourceId: string,
  { sorters, page, wantsTotal }: ListQuery<never, SourceUsageSorter>,
): Promise<Listed<SourceUsage>> {
  const isSorted = sorters.length > 0
  const columns = {
    displayName: sql`identities.name_order`,
    email: sql`identities.email_order`,
    usageCount: sql`"usageCount"`,
  }
  const readSource = sql<{ key: number }[]>`select key from applications where id = ${sourceId}`
  const readItems = sql<SourceUsage[]>`
    select id, "displayName", email, "usageCount" from (
      select identities.id, identities.display_name as "displayName", identities.email, member.place,
        identities.name_order, identities.email_order, coalesce(usage.days_used, 0)::integer as "usageCount"
      from ${isSorted ? allMembers(sql, key) : membersByName(sql, key, page, false)}
      join identities on identities.key = member.key
      left join usage on usage.identity_key = member.key and usage.application_key = (select key from applications where id = ${sourceId})
    ) identities
    ${sortOrder(sql, sorters, columns, [sql`place`])}
    ${isSorted ? sql`limit ${page.limit} offset ${page.offset}` : sql``}`
  const [[source], items] = await Promise.all([readSource, readItems])
  const size = items.length === 0 || wantsTotal ? await roleSize(sql, key) : undefined
  if (source === undefined) throw notFound('source', sourceId)
  return { items, total: wantsTotal ? size : undefined }
}
