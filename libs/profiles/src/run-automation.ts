import { listAttributes } from '@assay/directory'
import { failedPrecondition, notFound } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import type { AccessProfile } from './access-profile.ts'
import { getAccessProfile } from './access-profiles.ts'
import type { MembershipOptions } from './apply-membership.ts'
import { breakerSettingsOf } from './breaker-settings.ts'
import { checkStoredRules } from './check-stored-rules.ts'
import { breakerFor, defaultCircuitBreaker } from './circuit-breaker.ts'
import { compileStoredRule, unreadableMessage } from './compile-stored-rule.ts'
import { followRule } from './follow-rule.ts'
import { lockMembership } from './lock-membership.ts'
import type { MembershipRule } from './membership-rule.ts'
import { recordProfile } from './profile-entry.ts'

/** @throws not_found for the profile, and when it has no rule */
export async function getAutomatedProfile(sql: TenantSql, id: string): Promise<AccessProfile> {
  const profile = await getAccessProfile(sql, id)
  if (profile.celExpression === '') throw notFound('membership automation of access profile', id)
  return profile
}

/**
 * Evaluates the rule of one profile now and makes its changes, or tasks for them. The circuit breaker may stop it, and so may the check of
 * rules after an upgrade; then the profile is paused with the reason. Runs in the caller's transaction; a large tenant takes a second or
 * two, in another thread.
 * @throws not_found; failed_precondition when automation is off, while it is paused, or when the rule does not compile; what
 * `evaluateMembership` throws
 */
export async function runAutomation(
  sql: TenantSql,
  tenantId: number,
  id: string,
  { breaker = defaultCircuitBreaker, ...options }: MembershipOptions = {},
): Promise<void> {
  await lockMembership(sql, tenantId, options.timeoutMs)
  const profile = await getEnabled(sql, id)
  if (profile.automationPausedAt !== null) throw failedPrecondition(profile.automationError)
  const paused = await checkStoredRules(sql, options)
  if (paused.includes(id)) return
  const settings = (await breakerSettingsOf(sql, [id])).get(id)
  const how = { ...options, breaker: breakerFor(breaker, settings) }
  await followRule(sql, tenantId, profile, await readableRule(sql, profile), how)
}

/**
 * Ends a pause: evaluates now, and this time any number of members may join and leave. It has no effect on a profile that is not paused.
 * @throws not_found; failed_precondition when automation is off, or when the rule does not compile; what `evaluateMembership` throws
 */
export async function resumeAutomation(
  sql: TenantSql,
  tenantId: number,
  id: string,
  options: Omit<MembershipOptions, 'breaker'> = {},
): Promise<void> {
  await lockMembership(sql, tenantId, options.timeoutMs)
  const profile = await getEnabled(sql, id)
  if (profile.automationPausedAt === null) return
  const before = { pausedAt: profile.automationPausedAt, reason: profile.pauseReason }
  await recordProfile(sql, id, { kind: 'profile.resume', before })
  await followRule(sql, tenantId, profile, await readableRule(sql, profile), { ...options, breaker: undefined })
}

async function getEnabled(sql: TenantSql, id: string): Promise<AccessProfile> {
  const profile = await getAutomatedProfile(sql, id)
  if (!profile.automationEnabled) throw failedPrecondition(`the automation of access profile "${id}" is not enabled`)
  return profile
}

async function readableRule(sql: TenantSql, { celExpression }: AccessProfile): Promise<MembershipRule> {
  const { rule, fault } = compileStoredRule(celExpression, await listAttributes(sql))
  if (rule === undefined) throw failedPrecondition(unreadableMessage(fault))
  return rule
}
