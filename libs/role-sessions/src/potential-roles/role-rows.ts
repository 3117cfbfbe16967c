import { notFound } from '@assay/errors'
import { isUuid, type TenantSql } from '@assay/store'
import { defaultRoleName, type PotentialRoleSummary } from '../potential-role.ts'
import type { Session } from '../session.ts'

/** The key of a potential role. With a session, it must belong to that session. */
export interface PotentialRoleKey {
  readonly id: string
  readonly sessionId?: string | undefined
}

/** A row of potential_roles, without lists. Its session is read separately, because most rows of a page have the same one. */
export interface SummaryRow extends Omit<PotentialRoleSummary, 'name' | 'session'> {
  readonly name: string | null
  readonly sessionId: string
}

/** Columns of a `SummaryRow`, from `potential_roles role`. */
export function summaryColumns(sql: TenantSql) {
  return sql`role.id, role.name, role.description, role.saved, role.identity_count as "identityCount",
    role.entitlement_count as "entitlementCount", role.density, role.freshness, role.quality,
    role.provision_state as "provisionState", role.dismissed_at is not null as dismissed, role.role_id as "roleId",
    role.created_at as "createdAt", role.modified_at as "modifiedAt", role.session_id as "sessionId"`
}

/** The displayed name, in SQL: `defaultRoleName` if a user gave none. */
export function roleName(sql: TenantSql) {
  return sql`coalesce(role.name, ${defaultRoleName('')} || left(role.id::text, 6))`
}

export function summaryOf({ sessionId: _, ...row }: SummaryRow, session: Session): PotentialRoleSummary {
  return { ...row, name: row.name ?? defaultRoleName(row.id), session }
}

/**
 * The condition that a row of `potential_roles role` has this key.
 * @throws not_found for a text that is not an id
 */
export function isRole(sql: TenantSql, { id, sessionId }: PotentialRoleKey) {
  if (sessionId !== undefined && !isUuid(sessionId)) throw notFound('role mining session', sessionId)
  if (!isUuid(id)) throw notFound('potential role', id)
  return sessionId === undefined ? sql`role.id = ${id}` : sql`role.id = ${id} and role.session_id = ${sessionId}`
}

/** The error for a missing role: for the session if that does not exist either, otherwise for the role. */
export async function roleNotFound(sql: TenantSql, { id, sessionId }: PotentialRoleKey): Promise<Error> {
  if (sessionId === undefined) return notFound('potential role', id)
  const [session] = await sql`select from mining_sessions where id = ${sessionId}`
  return session === undefined ? notFound('role mining session', sessionId) : notFound('potential role', id)
}
