import { listAttributes } from '@assay/directory'
import { itemAt } from '@assay/errors'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { breakerSettingsOf } from './breaker-settings.ts'
import { checkStoredRules } from './check-stored-rules.ts'
import { breakerFor, type CircuitBreaker, defaultCircuitBreaker, stopReason } from './circuit-breaker.ts'
import { compileStoredRule, unreadableMessage } from './compile-stored-rule.ts'
import { type EvaluationOptions, evaluateMembership } from './evaluate-membership.ts'
import { lockMembership } from './lock-membership.ts'
import {
  afterHoldBack,
  differencesOf,
  type HoldBack,
  type MembershipChanges,
  type MembershipDifference,
  makeChanges,
  membersEntry,
} from './membership-changes.ts'
import { outcomeOf } from './membership-outcome.ts'
import type { MembershipRule } from './membership-rule.ts'
import { pauseAutomation } from './pause-automation.ts'
import { recordProfile } from './profile-entry.ts'
import { recordFailedEvaluation } from './record-failed-evaluation.ts'

export interface MembershipReport extends MembershipChanges {
  readonly profiles: number
  /** Profiles that were paused before the evaluation, since this version gives their rules another meaning or cannot read them. */
  readonly paused: readonly string[]
  /** Profiles whose stored rule cannot be read; they are paused now, and their members did not change. */
  readonly unreadable: readonly { readonly profileId: string; readonly reason: string }[]
  /** Profiles that the circuit breaker stopped now. Profiles that were paused before are not evaluated. */
  readonly stopped: readonly string[]
}

interface AutomatedProfile {
  readonly id: string
  readonly celExpression: string
  readonly createTasks: boolean
}

export interface MembershipOptions extends EvaluationOptions {
  readonly breaker?: CircuitBreaker | undefined
  /** Undefined: all selected people join. */
  readonly holdBack?: HoldBack | undefined
}

/** Runs the evaluation of all rules in a transaction in which nothing is locked except what `holdBack` needs. */
export type MembershipTransaction = <T>(
  work: (sql: TenantSql, holdBack: HoldBack | undefined) => Promise<T>,
) => Promise<T>

/**
 * Evaluates every automated profile of a tenant again, in one pass over its identities, and makes all changes in one transaction. For a
 * worker after an import: a large tenant takes seconds. It can run twice without harm. When the whole evaluation fails, only
 * `automationError` of the profiles changes, and it throws, so that the job runs again.
 */
export async function applyMembership(
  sql: Sql,
  tenantId: number,
  options: Omit<MembershipOptions, 'holdBack'> & { readonly transaction?: MembershipTransaction } = {},
): Promise<MembershipReport> {
  const { transaction = (work) => inTenant(sql, tenantId, (scoped) => work(scoped, undefined)) } = options
  try {
    return await transaction((scoped, holdBack) => followRules(scoped, tenantId, { ...options, holdBack }))
  } catch (error) {
    // A worker that stops passes its job to another worker: that is no failure to report.
    if (!options.signal?.aborted) await recordFailedEvaluation(sql, tenantId, error)
    throw error
  }
}

async function followRules(
  scoped: TenantSql,
  tenantId: number,
  { breaker = defaultCircuitBreaker, holdBack, ...options }: MembershipOptions,
): Promise<MembershipReport> {
  await lockMembership(scoped, tenantId)
  const paused = await checkStoredRules(scoped, options)
  const profiles = await scoped<AutomatedProfile[]>`
    select id, cel_expression as "celExpression", create_tasks as "createTasks"
    from access_profiles where automation_enabled and automation_paused_at is null order by id for key share`
  const lists = await listAttributes(scoped)
  const readable: { readonly profile: AutomatedProfile; readonly rule: MembershipRule }[] = []
  const unreadable: { readonly profileId: string; readonly reason: string }[] = []
  for (const profile of profiles) {
    const { rule, fault } = compileStoredRule(profile.celExpression, lists)
    if (rule !== undefined) readable.push({ profile, rule })
    else {
      // The other profiles are evaluated.
      unreadable.push({ profileId: profile.id, reason: fault })
      const message = unreadableMessage(fault)
      await pauseAutomation(scoped, { profileId: profile.id, reason: 'rule_unreadable', message })
    }
  }
  const rules = readable.map(({ rule }) => rule)
  const selections = await evaluateMembership(scoped, rules, options)
  const differences = await differencesOf(
    scoped,
    readable.map(({ profile }, index) => ({ profile, selected: itemAt(selections, index).keys })),
  )
  const settings = await breakerSettingsOf(
    scoped,
    differences.map(({ profileId }) => profileId),
  )
  const stopped: string[] = []
  const unstopped: MembershipDifference[] = []
  for (const [index, difference] of differences.entries()) {
    const watching = breakerFor(breaker, settings.get(difference.profileId))
    const message = watching && stopReason(watching, difference)
    if (message === undefined) unstopped.push(difference)
    else {
      const outcome = outcomeOf(difference, itemAt(selections, index))
      await pauseAutomation(scoped, { profileId: difference.profileId, reason: 'circuit_breaker', message, outcome })
      stopped.push(difference.profileId)
    }
  }
  const applied = await afterHoldBack(scoped, holdBack, unstopped)
  const changes = await makeChanges(scoped, tenantId, applied)
  for (const difference of applied) {
    if (difference.joining.length + difference.leaving.length === 0) continue
    await recordProfile(scoped, difference.profileId, membersEntry(difference))
  }
  const ids = applied.map(({ profileId }) => profileId)
  const notes = applied.map(({ note }) => note)
  await scoped`
    update access_profiles set automation_ran_at = now(), automation_error = told.note
    from unnest(${ids}::uuid[], ${notes}::text[]) as told (id, note) where access_profiles.id = told.id`
  return { ...changes, profiles: readable.length, paused, unreadable, stopped }
}
