import { aborted } from '@assay/errors'
import { recordEntry } from '@assay/ledger'
import { asJson, type TenantSql } from '@assay/store'
import type { Session } from '../session.ts'
import { sessionColumns } from '../sessions/session-rows.ts'
import type { RoleOutline } from './mining-events.ts'

/** The reason of the error when this worker no longer owns the calculation. */
export const overtaken = 'CALCULATION_OVERTAKEN'

/**
 * A calculation that this worker has taken up. Its writes are refused once another calculation is requested or another worker
 * has taken it up.
 */
export interface TakenCalculation {
  readonly session: Session
  readonly attempt: number
  /**
   * Whether its roles are visible as soon as they are stored, because the session has no other roles. Otherwise the session's
   * roles and their count do not change until the end.
   */
  readonly showsEarly: boolean
}

/**
 * Takes up the calculation that a session requests; undefined if it has ended or the session does not exist. Visible roles stay
 * visible, also those of an earlier attempt, and count as roles of an earlier calculation. Roles that an earlier attempt did
 * not make visible are deleted.
 */
export async function takeUpCalculation(sql: TenantSql, sessionId: string): Promise<TakenCalculation | undefined> {
  const [session] = await sql<(Session & { attempt: number })[]>`
    update mining_sessions set attempt = attempt + 1, state = case calculation when 1 then 'CREATED' else 'UPDATED' end,
      potential_role_count = shown.count, potential_roles_ready_count = shown.count
    from (select count(*)::integer as count from potential_roles where session_id = ${sessionId}) shown
    where id = ${sessionId} and state not in ('POTENTIAL_ROLES_CREATED', 'FAILED')
    returning ${sessionColumns(sql)}, attempt`
  if (session === undefined) return undefined
  await Promise.all([
    sql`delete from staged_roles where session_id = ${sessionId}`,
    sql`
      update potential_roles set calculation = calculation - 1
      where session_id = ${sessionId} and calculation = ${session.calculation}`,
  ])
  // A later calculation does not show its roles early: the one before may have ended without any role, and that result is
  // visible.
  const showsEarly = session.calculation === 1 && session.potentialRoleCount === 0
  return { session, attempt: session.attempt, showsEarly }
}

/**
 * Stores the size of the population.
 * @throws aborted if this worker no longer owns the calculation, like the next functions
 */
export async function obtainIdentities(sql: TenantSql, taken: TakenCalculation, identityCount: number): Promise<void> {
  const { count } = await sql`
    update mining_sessions set state = 'IDENTITIES_OBTAINED', identity_count = ${identityCount} where ${isOurs(sql, taken)}`
  requireOurs(count, taken)
}

/** Stores the prescribed threshold and the number of roles to expect. */
export async function obtainThreshold(sql: TenantSql, taken: TakenCalculation, outline: RoleOutline): Promise<void> {
  const count = taken.showsEarly ? outline.roleCount : null
  const updated = await sql`
    update mining_sessions set state = 'PRUNE_THRESHOLD_OBTAINED', identity_count = ${outline.identityCount},
      prescribed_prune_threshold = ${outline.prescribedTightness},
      tightness_curve = ${asJson(sql, outline.tightnessCurve)},
      potential_role_count = coalesce(${count}::integer, potential_role_count), import_id = ${Number(outline.importId)}
    where ${isOurs(sql, taken)}`
  requireOurs(updated.count, taken)
}

/** Stores the number of roles so far. Other transactions cannot change the session until this one ends. */
export async function reportFound(sql: TenantSql, taken: TakenCalculation, foundCount: number): Promise<void> {
  const count = taken.showsEarly ? foundCount : null
  const updated = await sql`
    update mining_sessions set state = 'POTENTIAL_ROLES_PROCESSING',
      potential_roles_ready_count = coalesce(${count}::integer, potential_roles_ready_count)
    where ${isOurs(sql, taken)}`
  requireOurs(updated.count, taken)
}

/** Ends a calculation whose roles are all visible. The counts become those of all roles of the session. */
export async function completeCalculation(sql: TenantSql, taken: TakenCalculation): Promise<void> {
  const [done] = await sql<{ potentialRoleCount: number; identityCount: number }[]>`
    update mining_sessions set state = 'POTENTIAL_ROLES_CREATED', potential_role_count = stored.count,
      potential_roles_ready_count = stored.count, completed_at = now(), modified_at = now()
    from (select count(*)::integer as count from potential_roles where session_id = ${taken.session.id}) as stored
    where ${isOurs(sql, taken)}
    returning potential_role_count as "potentialRoleCount", identity_count as "identityCount"`
  requireOurs(done === undefined ? 0 : 1, taken)
  const { id, calculation } = taken.session
  await recordEntry(sql, {
    kind: 'session.complete',
    subject: { type: 'session', id },
    facts: { calculation, ...done },
  })
}

/**
 * Ends a calculation without a result; people read `message`. The session keeps its visible roles. Returns false if another
 * worker owns the calculation.
 */
export async function failCalculation(sql: TenantSql, taken: TakenCalculation, message: string): Promise<boolean> {
  const { count } = await sql`
    update mining_sessions set state = 'FAILED', error_message = ${message}, completed_at = now(), modified_at = now(),
      potential_role_count = potential_roles_ready_count
    where ${isOurs(sql, taken)}`
  if (count > 0) {
    const { id, calculation } = taken.session
    await recordEntry(sql, {
      kind: 'session.fail',
      subject: { type: 'session', id },
      after: { message },
      facts: { calculation },
    })
  }
  return count > 0
}

/** @throws aborted if this worker no longer owns the calculation */
export async function checkStillOurs(sql: TenantSql, taken: TakenCalculation): Promise<void> {
  const { count } = await sql`select from mining_sessions where ${isOurs(sql, taken)}`
  requireOurs(count, taken)
}

function isOurs(sql: TenantSql, { session, attempt }: TakenCalculation) {
  return sql`id = ${session.id} and calculation = ${session.calculation} and attempt = ${attempt}
    and state not in ('POTENTIAL_ROLES_CREATED', 'FAILED')`
}

function requireOurs(count: number, { session }: TakenCalculation): void {
  if (count > 0) return
  throw aborted(`another worker calculates session "${session.id}", or a newer calculation was requested`, {
    reason: overtaken,
  })
}
