import { notFound } from '@assay/errors'
import type { RoleType } from '@assay/mining'
import type { TenantSql } from '@assay/store'
import { defaultRoleName, type PotentialRoleSummary, type ProvisionState } from '../potential-role.ts'
import type { Session } from '../session.ts'
import { isUuid } from '../uuid.ts'

/** Names a potential role; with a session, only inside that. */
export interface PotentialRoleKey {
  readonly id: string
  readonly sessionId?: string | undefined
}

/** A row of potential_roles with its session, without lists. */
export interface SummaryRow {
  readonly id: string
  readonly name: string | null
  readonly description: string | null
  readonly saved: boolean
  readonly identityCount: number
  readonly entitlementCount: number
  readonly density: number
  readonly freshness: number
  readonly quality: number
  readonly provisionState: ProvisionState
  readonly roleId: string | null
  readonly createdAt: Date
  readonly modifiedAt: Date
  readonly sessionId: string
  readonly sessionName: string | null
  readonly sessionType: RoleType
  readonly scopingMethod: Session['scopingMethod']
  readonly scope: Session['scope']
  readonly pruneThreshold: number | null
  readonly minIdentities: number
  readonly emailRecipientId: string | null
  readonly sessionSaved: boolean
  readonly state: Session['state']
  readonly errorMessage: string
  readonly calculation: number
  readonly prescribedPruneThreshold: number | null
  readonly populationCount: number
  readonly potentialRoleCount: number
  readonly potentialRolesReadyCount: number
  readonly createdById: string | null
  readonly createdByName: string | null
  readonly sessionCreatedAt: Date
  readonly sessionModifiedAt: Date
}

/** Columns of a `SummaryRow`, from `summaryTables`. */
export function summaryColumns(sql: TenantSql) {
  return sql`role.id, role.name, role.description, role.saved, role.identity_count as "identityCount",
    role.entitlement_count as "entitlementCount", role.density, role.freshness, role.quality,
    role.provision_state as "provisionState", role.role_id as "roleId", role.created_at as "createdAt",
    role.modified_at as "modifiedAt", session.id as "sessionId", session.name as "sessionName",
    session.type as "sessionType", session.scoping_method as "scopingMethod", session.scope,
    session.prune_threshold as "pruneThreshold", session.min_identities as "minIdentities",
    session.email_recipient_id as "emailRecipientId", session.saved as "sessionSaved", session.state,
    session.error_message as "errorMessage", session.calculation,
    session.prescribed_prune_threshold as "prescribedPruneThreshold", session.identity_count as "populationCount",
    session.potential_role_count as "potentialRoleCount",
    session.potential_roles_ready_count as "potentialRolesReadyCount", session.created_by_id as "createdById",
    session.created_by_name as "createdByName", session.created_at as "sessionCreatedAt",
    session.modified_at as "sessionModifiedAt"`
}

export function summaryTables(sql: TenantSql) {
  return sql`potential_roles role
    join mining_sessions session on session.tenant_id = role.tenant_id and session.id = role.session_id`
}

/** The name shown, in SQL: what `defaultRoleName` makes where nobody gave one. */
export function roleName(sql: TenantSql) {
  return sql`coalesce(role.name, ${defaultRoleName('')} || left(role.id::text, 6))`
}

export function summaryOf(row: SummaryRow): PotentialRoleSummary {
  const { id, name, description, saved, identityCount, entitlementCount, density, freshness, quality } = row
  return {
    id,
    name: name ?? defaultRoleName(id),
    description,
    saved,
    identityCount,
    entitlementCount,
    density,
    freshness,
    quality,
    provisionState: row.provisionState,
    roleId: row.roleId,
    createdAt: row.createdAt,
    modifiedAt: row.modifiedAt,
    session: {
      id: row.sessionId,
      name: row.sessionName,
      type: row.sessionType,
      scopingMethod: row.scopingMethod,
      scope: row.scope,
      pruneThreshold: row.pruneThreshold,
      minIdentities: row.minIdentities,
      emailRecipientId: row.emailRecipientId,
      saved: row.sessionSaved,
      state: row.state,
      errorMessage: row.errorMessage,
      calculation: row.calculation,
      prescribedPruneThreshold: row.prescribedPruneThreshold,
      identityCount: row.populationCount,
      potentialRoleCount: row.potentialRoleCount,
      potentialRolesReadyCount: row.potentialRolesReadyCount,
      createdById: row.createdById,
      createdByName: row.createdByName,
      createdAt: row.sessionCreatedAt,
      modifiedAt: row.sessionModifiedAt,
    },
  }
}

/**
 * The condition that a row of `potential_roles role` is the one that is named.
 * @throws not_found for what is no id at all
 */
export function isRole(sql: TenantSql, { id, sessionId }: PotentialRoleKey) {
  if (sessionId !== undefined && !isUuid(sessionId)) throw notFound('role mining session', sessionId)
  if (!isUuid(id)) throw notFound('potential role', id)
  return sessionId === undefined ? sql`role.id = ${id}` : sql`role.id = ${id} and role.session_id = ${sessionId}`
}

/** Which of the two ids a role is not found by: the session's, when that does not exist either. */
export async function roleNotFound(sql: TenantSql, { id, sessionId }: PotentialRoleKey): Promise<Error> {
  if (sessionId === undefined) return notFound('potential role', id)
  const [session] = await sql`select from mining_sessions where id = ${sessionId}`
  return session === undefined ? notFound('role mining session', sessionId) : notFound('potential role', id)
}

/** @throws not_found for a session that does not exist, also for what is no id at all */
export async function requireSession(sql: TenantSql, id: string): Promise<void> {
  const [session] = isUuid(id) ? await sql`select from mining_sessions where id = ${id}` : []
  if (session === undefined) throw notFound('role mining session', id)
}
