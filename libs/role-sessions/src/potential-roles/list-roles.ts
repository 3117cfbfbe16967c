import { comparisonCondition, type FilterColumn, filterCondition, mentions, sortOrder } from '@assay/collection-query'
import type { Fragment, TenantSql } from '@assay/store'
import type { Listed, ListQuery } from '../list-query.ts'
import type { PotentialRoleSummary } from '../potential-role.ts'
import { getSession, sessionNotFound, sessionsOf } from '../sessions/session-rows.ts'
import { isUuid } from '../uuid.ts'
import { roleName, type SummaryRow, summaryColumns, summaryOf } from './role-rows.ts'

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
  const ofSession = sessionId === undefined ? sql`true` : sql`role.session_id = ${sessionId}`
  const tables = mentions(filter, sessionFields)
    ? sql`potential_roles role
        join mining_sessions session on session.tenant_id = role.tenant_id and session.id = role.session_id`
    : sql`potential_roles role`
  const condition = sql`${ofSession} and ${filterCondition(sql, filter, fieldColumns(sql))}`
  const readRows = () => sql<SummaryRow[]>`
    select ${summaryColumns(sql)} from ${tables} where ${condition}
    ${sortOrder(sql, sorters, sorterColumns(sql), [sql`role.created_at desc`, sql`role.id`])}
    limit ${page.limit} offset ${page.offset}`
  const items =
    sessionId === undefined ? await withSessions(sql, readRows) : await ofOneSession(sql, sessionId, readRows)
  if (!wantsTotal) return { items, total: undefined }
  const [{ count }] = await sql<[{ count: number }]>`
    select count(*)::integer as count from ${tables} where ${condition}`
  return { items, total: count }
}

type ReadRows = () => Promise<SummaryRow[]>

async function ofOneSession(sql: TenantSql, id: string, readRows: ReadRows): Promise<PotentialRoleSummary[]> {
  if (!isUuid(id)) throw sessionNotFound(id)
  const [session, rows] = await Promise.all([getSession(sql, id), readRows()])
  return rows.map((row) => summaryOf(row, session))
}

async function withSessions(sql: TenantSql, readRows: ReadRows): Promise<PotentialRoleSummary[]> {
  const rows = await readRows()
  const sessions = await sessionsOf(sql, [...new Set(rows.map((row) => row.sessionId))])
  // One transaction may still see a role and, a statement later, no more its session: it was removed in between.
  return rows.flatMap((row) => {
    const session = sessions.get(row.sessionId)
    return session === undefined ? [] : [summaryOf(row, session)]
  })
}

/** Fields of `fieldColumns` that are the session's. */
const sessionFields = new Set<RoleField>(['createdById', 'createdByName', 'type', 'scopingMethod', 'sessionState'])

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
