import { type Listed, type ListQuery, sortOrder } from '@assay/collection-query'
import type { RoleType } from '@assay/mining'
import { type Fragment, onlyRow, type TenantSql } from '@assay/store'
import { defaultRoleName } from '../potential-role.ts'

/** A potential role that somebody saved. */
export interface DraftRole {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly type: RoleType
  /** By name. */
  readonly identityIds: readonly string[]
  /** Without excluded ones, most popular first. */
  readonly entitlementIds: readonly string[]
  readonly excludedEntitlements: readonly string[]
  readonly createdAt: Date
  readonly modifiedAt: Date
}

interface DraftRow extends Omit<DraftRole, 'name' | 'description'> {
  readonly name: string | null
  readonly description: string | null
}

/** Saved potential roles of every session, last changed first unless sorted otherwise. */
export async function listDraftRoles(
  sql: TenantSql,
  { sorters, page, wantsTotal }: ListQuery<never, 'modified'>,
): Promise<Listed<DraftRole>> {
  const order = sortOrder(sql, sorters, { modified: sql`role.modified_at` }, [sql`role.modified_at desc`, sql`role.id`])
  const included = sql`array(
    select own.key from unnest(role.entitlement_keys) with ordinality as own (key, place)
    where not own.key = any(role.excluded_entitlement_keys) order by own.place)`
  const rows = await sql<DraftRow[]>`
    select role.id, role.name, role.description, session.type, role.created_at as "createdAt",
      role.modified_at as "modifiedAt", ${idsOf(sql, 'identities', sql`role.identity_keys`)} as "identityIds",
      ${idsOf(sql, 'entitlements', included)} as "entitlementIds",
      ${idsOf(sql, 'entitlements', sql`role.excluded_entitlement_keys`)} as "excludedEntitlements"
    from (
      select * from potential_roles role where saved ${order} limit ${page.limit} offset ${page.offset}
    ) role
    join mining_sessions session on session.tenant_id = role.tenant_id and session.id = role.session_id
    ${order}`
  const items = rows.map((row) => ({
    ...row,
    name: row.name ?? defaultRoleName(row.id),
    description: row.description ?? '',
  }))
  return { items, total: wantsTotal ? await countDraftRoles(sql) : undefined }
}

/** The customer's ids for keys, in the order of the keys. */
export function idsOf(sql: TenantSql, table: 'identities' | 'entitlements', keys: Fragment): Fragment {
  return sql`array(
    select named.id from unnest(${keys}) with ordinality as listed (key, place)
    join ${sql(table)} named on named.tenant_id = role.tenant_id and named.key = listed.key order by listed.place)`
}

async function countDraftRoles(sql: TenantSql): Promise<number> {
  const { count } = onlyRow(
    await sql<{ count: number }[]>`
    select count(*)::integer as count from potential_roles where saved`,
  )
  return count
}
