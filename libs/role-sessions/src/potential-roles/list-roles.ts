import {
  comparisonCondition,
  type FilterColumn,
  filterCondition,
  type Listed,
  type ListQuery,
  sortOrder,
} from '@assay/collection-query'
import { type Fragment, isUuid, onlyRow, serverHistory, type TenantSql } from '@assay/store'
import type { PotentialRoleSummary } from '../potential-role.ts'
import { getSession, sessionNotFound, sessionsOf } from '../sessions/session-rows.ts'
import { roleName, type SummaryRow, summaryColumns, summaryOf } from './role-rows.ts'

type RoleField =
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
type RoleSorter = 'createdDate' | 'identityCount' | 'entitlementCount' | 'freshness' | 'quality'

/** A potential role in a list, without its content. */
interface ListedRole {
  readonly id: string
  /** Changes when anything in the role's summary changes, also its session. */
  readonly version: string
}

/**
 * Potential roles of one session, or of all; newest first unless sorted otherwise.
 * @throws not_found for the session
 */
export async function listPotentialRoles(
  sql: TenantSql,
  sessionId: string | undefined,
  { filter, sorters, page, wantsTotal }: ListQuery<RoleField, RoleSorter>,
): Promise<Listed<ListedRole>> {
  if (sessionId !== undefined && !isUuid(sessionId)) throw sessionNotFound(sessionId)
  const ofSession = sessionId === undefined ? sql`true` : sql`role.session_id = ${sessionId}`
  const tables = sql`potential_roles role
    join mining_sessions session on session.tenant_id = role.tenant_id and session.id = role.session_id`
  const condition = sql`${ofSession} and ${filterCondition(sql, filter, fieldColumns(sql))}`
  // The version: the transaction that wrote each of the two rows, the place of the row, and the history of the database.
  const items = await sql<ListedRole[]>`
    select role.id, concat_ws('/', role.xmin::text, role.ctid::text, session.xmin::text, session.ctid::text,
      ${serverHistory(sql)}) as version
    from ${tables} where ${condition}
    ${sortOrder(sql, sorters, sorterColumns(sql), [sql`role.created_at desc`, sql`role.id`])}
    limit ${page.limit} offset ${page.offset}`
  if (items.length === 0 && sessionId !== undefined) await getSession(sql, sessionId)
  if (!wantsTotal) return { items, total: undefined }
  const { count } = onlyRow(
    await sql<{ count: number }[]>`
    select count(*)::integer as count from ${tables} where ${condition}`,
  )
  return { items, total: count }
}

/** Roles by their ids, in any order; unknown ids are left out. */
export async function potentialRolesById(sql: TenantSql, ids: readonly string[]): Promise<PotentialRoleSummary[]> {
  const rows = await sql<SummaryRow[]>`
    select ${summaryColumns(sql)} from potential_roles role where role.id = any(${ids as string[]}::uuid[])`
  const sessions = await sessionsOf(sql, [...new Set(rows.map((row) => row.sessionId))])
  // A transaction may see a role, and in the next statement no longer its session, because that was deleted between both.
  return rows.flatMap((row) => {
    const session = sessions.get(row.sessionId)
    return session === undefined ? [] : [summaryOf(row, session)]
  })
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
