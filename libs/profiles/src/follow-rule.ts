import { itemAt, notFound } from '@assay/errors'
import type { TenantSql } from '@assay/store'
import { type CircuitBreaker, stopReason } from './circuit-breaker.ts'
import { type EvaluationOptions, evaluateMembership } from './evaluate-membership.ts'
import { afterHoldBack, differencesOf, type HoldBack, makeChanges, membersEntry } from './membership-changes.ts'
import { type MembershipOutcome, outcomeOf } from './membership-outcome.ts'
import type { MembershipRule } from './membership-rule.ts'
import { pauseAutomation, withoutPause } from './pause-automation.ts'
import { recordProfile } from './profile-entry.ts'
import { ruleSemantics } from './rule-semantics.ts'

/**
 * Evaluates the rule of one profile and makes its changes, or tasks for them, unless the breaker stops it and pauses the profile. Otherwise
 * a pause of the profile ends. The caller holds `lockMembership`.
 * @param breaker undefined: any number of members may leave
 * @param holdBack undefined: all selected people join
 * @returns the result of the evaluation, even if the breaker stopped it
 * @throws not_found for a profile that was deleted meanwhile; what `evaluateMembership` throws
 */
export async function followRule(
  sql: TenantSql,
  tenantId: number,
  profile: { readonly id: string; readonly createTasks: boolean },
  rule: MembershipRule,
  {
    breaker,
    holdBack,
    ...options
  }: EvaluationOptions & { readonly breaker: CircuitBreaker | undefined; readonly holdBack?: HoldBack | undefined },
): Promise<MembershipOutcome> {
  const { id } = profile
  // Without the check, a profile that was deleted meanwhile would get members.
  const locked = await sql`select from access_profiles where id = ${id} for key share`
  if (locked.count === 0) throw notFound('access profile', id)
  const selection = itemAt(await evaluateMembership(sql, [rule], options), 0)
  const difference = itemAt(await differencesOf(sql, [{ profile, selected: selection.keys }]), 0)
  const outcome = outcomeOf(difference, selection)
  const message = breaker && stopReason(breaker, difference)
  if (message !== undefined) {
    await pauseAutomation(sql, { profileId: id, reason: 'circuit_breaker', message, outcome })
    return outcome
  }
  const applied = itemAt(await afterHoldBack(sql, holdBack, [difference]), 0)
  await makeChanges(sql, tenantId, [applied])
  await recordProfile(sql, id, membersEntry(applied))
  await sql`
    update access_profiles set automation_ran_at = now(), rule_semantics = ${ruleSemantics}, ${withoutPause(sql)}
    where id = ${id}`
  if (applied.note !== '') await sql`update access_profiles set automation_error = ${applied.note} where id = ${id}`
  return outcomeOf(applied, selection)
}
