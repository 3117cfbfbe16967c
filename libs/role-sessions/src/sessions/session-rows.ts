import { notFound } from '@assay/errors'
import { isUuid, type TenantSql } from '@assay/store'
import type { Session } from '../session.ts'

/** Columns of a `Session`, from `mining_sessions`. */
export function sessionColumns(sql: TenantSql) {
  return sql`id, name, type, scoping_method as "scopingMethod", scope, prune_threshold as "pruneThreshold",
    min_identities as "minIdentities", email_recipient_id as "emailRecipientId", saved, state,
    error_message as "errorMessage", calculation, prescribed_prune_threshold as "prescribedPruneThreshold",
    tightness_curve as "tightnessCurve",
    identity_count as "identityCount", potential_role_count as "potentialRoleCount",
    potential_roles_ready_count as "potentialRolesReadyCount", created_by_id as "createdById",
    created_by_name as "createdByName", created_at as "createdAt", modified_at as "modifiedAt"`
}

/** @throws not_found, also for a text that is not an id */
export async function getSession(sql: TenantSql, id: string): Promise<Session> {
  const [session] = isUuid(id)
    ? await sql<Session[]>`select ${sessionColumns(sql)} from mining_sessions where id = ${id}`
    : []
  if (session === undefined) throw sessionNotFound(id)
  return session
}

/** The sessions that exist, by id. */
export async function sessionsOf(sql: TenantSql, ids: readonly string[]): Promise<ReadonlyMap<string, Session>> {
  if (ids.length === 0) return new Map()
  const sessions = await sql<Session[]>`
    select ${sessionColumns(sql)} from mining_sessions where id = any(${ids as string[]}::uuid[])`
  return new Map(sessions.map((session) => [session.id, session]))
}

export function sessionNotFound(id: string): Error {
  return notFound('role mining session', id)
}
