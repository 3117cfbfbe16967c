import { failedPrecondition, notFound } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import { type AccessProfile, getAccessProfile } from './access-profiles.ts'
import { lockMembership } from './apply-membership.ts'
import { type CircuitBreaker, defaultCircuitBreaker, pause, stops } from './circuit-breaker.ts'
import { type EvaluationOptions, evaluateMembership } from './evaluate-membership.ts'
import { differencesOf, makeChanges } from './membership-changes.ts'
import { compileMembershipRule } from './membership-rule.ts'

/** @throws not_found for the profile, and when it has no rule */
export async function getAutomatedProfile(sql: TenantSql, id: string): Promise<AccessProfile> {
  const profile = await getAccessProfile(sql, id)
  if (profile.celExpression === '') throw notFound('membership automation of access profile', id)
  return profile
}

/**
 * Evaluates the rule of one profile now and makes its changes, or tasks for them. The circuit breaker may stop it: the
 * profile tells. Part of the caller's transaction; a large tenant takes a second or two, in another thread.
 * @throws not_found; failed_precondition when automation is off, or while the circuit breaker holds it; what
 * `evaluateMembership` throws
 */
export async function runAutomation(
  sql: TenantSql,
  tenantId: number,
  id: string,
  breaker: CircuitBreaker = defaultCircuitBreaker,
  options: EvaluationOptions = {},
): Promise<void> {
  await lockMembership(sql, tenantId)
  const profile = await getEnabled(sql, id)
  if (profile.automationPausedAt !== null) throw failedPrecondition(profile.automationError)
  await evaluate(sql, tenantId, profile, breaker, options)
}

/**
 * Goes on after the circuit breaker: evaluates now, and this once any number of members may leave. Does nothing for a
 * profile that is not held.
 * @throws not_found; failed_precondition when automation is off; what `evaluateMembership` throws
 */
export async function resumeAutomation(
  sql: TenantSql,
  tenantId: number,
  id: string,
  options: EvaluationOptions = {},
): Promise<void> {
  await lockMembership(sql, tenantId)
  const profile = await getEnabled(sql, id)
  if (profile.automationPausedAt !== null) await evaluate(sql, tenantId, profile, undefined, options)
}

async function getEnabled(sql: TenantSql, id: string): Promise<AccessProfile> {
  const profile = await getAutomatedProfile(sql, id)
  if (!profile.automationEnabled) throw failedPrecondition(`the automation of access profile "${id}" is not enabled`)
  return profile
}

async function evaluate(
  sql: TenantSql,
  tenantId: number,
  profile: AccessProfile,
  breaker: CircuitBreaker | undefined,
  options: EvaluationOptions,
): Promise<void> {
  const { id } = profile
  // Held, so that nobody deletes it meanwhile and leaves us with members of nothing.
  await sql`select from access_profiles where id = ${id} for key share`
  const [selection] = await evaluateMembership(sql, [compileMembershipRule(profile.celExpression)], options)
  const [difference] = await differencesOf(sql, [{ profile, selected: selection.keys }])
  if (breaker !== undefined && stops(breaker, difference)) return pause(sql, breaker, difference)
  await makeChanges(sql, tenantId, [difference])
  await sql`
    update access_profiles set automation_ran_at = now(), automation_error = '', automation_paused_at = null
    where id = ${id}`
}
