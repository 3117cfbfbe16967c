import { comparisonCondition, type FilterColumn, filterCondition, sortOrder } from '@assay/collection-query'
import type { Fragment, TenantSql } from '@assay/store'
import type { Listed, ListQuery } from '../list-query.ts'
import type { PotentialRoleSummary } from '../potential-role.ts'
import { requireSession, roleName, type SummaryRow, summaryColumns, summaryOf, summaryTables } from './role-rows.ts'

export type RoleField =
  | 'createdById'
  | 'createdByName'
  | 'description'
  | 'endDate'
  | 'freshness'
  | 'name'
  | 'quality'
  | 'startDate'
  | 'saved'
  | 'type'
  | 'scopingMethod'
  | 'sessionState'
  | 'identityAttribute'
export type RoleSorter = 'createdDate' | 'identityCount' | 'entitlementCount' | 'freshness' | 'quality'

/** Potential roles of one session, or of all; newest first unless sorted otherwise. @throws not_found for the session */
export async function listPotentialRoles(
  sql: TenantSql,
  sessionId: string | undefined,
  { filter, sorters, page, wantsTotal }: ListQuery<RoleField, RoleSorter>,
): Promise<Listed<PotentialRoleSummary>> {
  if (sessionId !== undefined) await requireSession(sql, sessionId)
  const ofSession = sessionId === undefined ? sql`true` : sql`role.session_id = ${sessionId}`
  const condition = sql`${ofSession} and ${filterCondition(sql, filter, fieldColumns(sql))}`
  const rows = await sql<SummaryRow[]>`
    select ${summaryColumns(sql)} from ${summaryTables(sql)} where ${condition}
    ${sortOrder(sql, sorters, sorterColumns(sql), [sql`role.created_at desc`, sql`role.id`])}
    limit ${page.limit} offset ${page.offset}`
  return { items: rows.map(summaryOf), total: wantsTotal ? await count(sql, condition) : undefined }
}

async function count(sql: TenantSql, condition: Fragment): Promise<number> {
  const [{ count }] = await sql<[{ count: number }]>`
    select count(*)::integer as count from ${summaryTables(sql)} where ${condition}`
  return count
}

function fieldColumns(sql: TenantSql): Record<RoleField, FilterColumn<RoleField>> {
  return {
    createdById: sql`session.created_by_id`,
    createdByName: sql`session.created_by_name`,
    description: sql`role.description`,
    startDate: sql`role.created_at`,
    endDate: sql`role.created_at`,
    freshness: sql`role.freshness`,
    name: roleName(sql),
    quality: sql`role.quality`,
    saved: sql`role.saved`,
    type: sql`session.type`,
    scopingMethod: sql`session.scoping_method`,
    sessionState: sql`session.state`,
    identityAttribute: (comparison) =>
      sql`exists (select from unnest(role.attribute_values) as spread (value)
        where ${comparisonCondition(sql, comparison, sql`spread.value`)})`,
  }
}

function sorterColumns(sql: TenantSql): Record<RoleSorter, Fragment> {
  return {
    createdDate: sql`role.created_at`,
    identityCount: sql`role.identity_count`,
    entitlementCount: sql`role.entitlement_count`,
    freshness: sql`role.freshness`,
    quality: sql`role.quality`,
  }
}
