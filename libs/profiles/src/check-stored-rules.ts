import { inForceSince } from '@assay/directory'
import { itemAt } from '@assay/errors'
import { asJson, inTenant, type Sql, type TenantSql } from '@assay/store'
import { compileStoredRule, unreadableMessage } from './compile-stored-rule.ts'
import { type EvaluationOptions, evaluateMembership } from './evaluate-membership.ts'
import { lockMembership } from './lock-membership.ts'
import { compared, lastAnswersOf } from './membership-changes.ts'
import { type MembershipOutcome, outcomeOf } from './membership-outcome.ts'
import { pauseAutomation } from './pause-automation.ts'
import { ruleSemantics } from './rule-semantics.ts'

/** The tenants that have a rule which is not checked yet. Only the owner of the database sees all of them. */
export async function tenantsWithUncheckedRules(ownerSql: Sql): Promise<number[]> {
  const rows = await ownerSql<{ tenantId: number }[]>`
    select distinct tenant_id as "tenantId" from access_profiles
    where cel_expression <> '' and rule_semantics < ${ruleSemantics} order by tenant_id`
  return rows.map(({ tenantId }) => tenantId)
}

/** Runs `checkStoredRules` for a tenant in a separate transaction. */
export function checkTenantRules(sql: Sql, tenantId: number, options: EvaluationOptions = {}): Promise<string[]> {
  return inTenant(sql, tenantId, async (scoped) => {
    await lockMembership(scoped, tenantId)
    return checkStoredRules(scoped, options)
  })
}

interface UncheckedProfile {
  readonly id: string
  readonly celExpression: string
  readonly automationEnabled: boolean
  readonly createTasks: boolean
  readonly isPaused: boolean
  /** Whether access data were imported after its last evaluation. */
  readonly isBehind: boolean
}

/**
 * Checks once each rule that was stored under earlier semantics than those of this version. A profile whose members would change, or whose
 * rule does not compile any more, is paused with the reason and the difference. The members and tasks are the result of the earlier
 * semantics, so call this before the access data change. A profile without automation is only marked when its rule does not compile any
 * more. Runs in the caller's transaction, which holds `lockMembership`. It needs one query when every rule was checked.
 * @returns ids of the profiles that it paused
 */
export async function checkStoredRules(sql: TenantSql, options: EvaluationOptions = {}): Promise<string[]> {
  const profiles = await sql<UncheckedProfile[]>`
    select id, cel_expression as "celExpression", automation_enabled as "automationEnabled",
      create_tasks as "createTasks", automation_paused_at is not null as "isPaused",
      coalesce(automation_ran_at <= ${inForceSince(sql)}, automation_ran_at is null) as "isBehind"
    from access_profiles where cel_expression <> '' and rule_semantics < ${ruleSemantics}
    order by id for no key update`
  const stored = profiles.map((profile) => ({ profile, ...compileStoredRule(profile.celExpression) }))
  const paused: string[] = []

  for (const { profile, fault } of stored) {
    if (fault === undefined) continue
    const message = unreadableMessage(fault)
    if (profile.automationEnabled) {
      await pauseAutomation(sql, { profileId: profile.id, reason: 'rule_unreadable', message })
      paused.push(profile.id)
    } else await sql`update access_profiles set automation_error = ${message} where id = ${profile.id}`
  }

  const automated = stored.flatMap(({ profile, rule }) =>
    rule !== undefined && profile.automationEnabled ? [{ profile, rule }] : [],
  )
  const rules = automated.map(({ rule }) => rule)
  const selections = await evaluateMembership(sql, rules, options)
  const ids = automated.map(({ profile }) => profile.id)
  const differences = compared(
    automated.map(({ profile }, index) => ({ profile, selected: itemAt(selections, index).keys })),
    await lastAnswersOf(sql, ids),
  )
  for (const [index, difference] of differences.entries()) {
    const { profile } = itemAt(automated, index)
    const outcome = outcomeOf(difference, itemAt(selections, index))
    if (profile.isPaused) {
      // Its members are not the result of an evaluation, and a user has to resume it anyway.
      await sql`update access_profiles set pause_outcome = ${asJson(sql, outcome)} where id = ${profile.id}`
    } else if (difference.joining.length + difference.leaving.length > 0) {
      const message = changedMessage(outcome, profile.isBehind)
      await pauseAutomation(sql, { profileId: profile.id, reason: 'semantics_changed', message, outcome })
      paused.push(profile.id)
    }
  }
  await sql`
    update access_profiles set rule_semantics = ${ruleSemantics}
    where id = any(${profiles.map(({ id }) => id)}::uuid[])`
  return paused
}

function changedMessage({ memberCount, joining, leaving }: MembershipOutcome, isBehind: boolean): string {
  const difference = `${joining.count} would join, and ${leaving.count} of the ${memberCount} that it selected before would leave`
  const reservation = isBehind
    ? ' Access data were imported after the last evaluation, so part of the difference may come from them.'
    : ''
  return `Paused after an upgrade: by this version's semantics of rules ${difference}.${reservation} Check the difference. Then resume, or change the rule.`
}
