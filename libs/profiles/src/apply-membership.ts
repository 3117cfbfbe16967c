import { DomainError } from '@assay/errors'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { type CircuitBreaker, defaultCircuitBreaker, pause, stops } from './circuit-breaker.ts'
import { type EvaluationOptions, evaluateMembership } from './evaluate-membership.ts'
import { differencesOf, type MembershipChanges, makeChanges } from './membership-changes.ts'
import { compileMembershipRule, type MembershipRule } from './membership-rule.ts'
import { noteFailedEvaluation } from './note-failed-evaluation.ts'

/** "MEMB": one evaluation of a tenant at a time, so that none overwrites a later one by what it read before. */
const lockClass = 0x4d454d42

export interface MembershipReport extends MembershipChanges {
  readonly profiles: number
  /** Profiles whose stored rule this version cannot read; their members stayed as they were. */
  readonly unreadable: readonly { readonly profileId: string; readonly reason: string }[]
  /** Profiles that the circuit breaker stopped now; those that it stopped before are not evaluated. */
  readonly stopped: readonly string[]
}

interface AutomatedProfile {
  readonly id: string
  readonly celExpression: string
  readonly createTasks: boolean
}

export interface MembershipOptions extends EvaluationOptions {
  readonly breaker?: CircuitBreaker | undefined
}

/**
 * Evaluates every automated profile of a tenant again, in one pass over its identities, and makes all changes in one
 * transaction. For after an import, in a worker: a large tenant takes seconds. Safe to run twice. When it fails as a whole,
 * nothing changes but the profiles' `automationError`, and it throws, so that the job is run again.
 */
export async function applyMembership(
  sql: Sql,
  tenantId: number,
  options: MembershipOptions = {},
): Promise<MembershipReport> {
  try {
    return await followRules(sql, tenantId, options)
  } catch (error) {
    // A worker that stops hands its job to another one: no failure to tell of.
    if (!options.signal?.aborted) await noteFailedEvaluation(sql, tenantId, error)
    throw error
  }
}

function followRules(
  sql: Sql,
  tenantId: number,
  { breaker = defaultCircuitBreaker, ...options }: MembershipOptions,
): Promise<MembershipReport> {
  return inTenant(sql, tenantId, async (scoped) => {
    await lockMembership(scoped, tenantId)
    const profiles = await scoped<AutomatedProfile[]>`
      select id, cel_expression as "celExpression", create_tasks as "createTasks"
      from access_profiles where automation_enabled and automation_paused_at is null order by id for key share`
    const readable: { readonly profile: AutomatedProfile; readonly rule: MembershipRule }[] = []
    const unreadable: { readonly profileId: string; readonly reason: string }[] = []
    for (const profile of profiles) {
      try {
        readable.push({ profile, rule: compileMembershipRule(profile.celExpression) })
      } catch (error) {
        // It was readable when it was stored, by another version; the others must not suffer from it.
        if (!(error instanceof DomainError)) throw error
        unreadable.push({ profileId: profile.id, reason: error.message })
      }
    }
    const rules = readable.map(({ rule }) => rule)
    const selections = await evaluateMembership(scoped, rules, options)
    const differences = await differencesOf(
      scoped,
      readable.map(({ profile }, index) => ({ profile, selected: selections[index].keys })),
    )
    const stopped = differences.filter((difference) => stops(breaker, difference))
    const applied = differences.filter((difference) => !stopped.includes(difference))
    for (const difference of stopped) await pause(scoped, breaker, difference)
    const changes = await makeChanges(scoped, tenantId, applied)
    await recordRun(scoped, profileIds(applied), unreadable)
    return { ...changes, profiles: readable.length, unreadable, stopped: profileIds(stopped) }
  })
}

function profileIds(differences: readonly { readonly profileId: string }[]): string[] {
  return differences.map(({ profileId }) => profileId)
}

async function recordRun(sql: TenantSql, applied: readonly string[], unreadable: MembershipReport['unreadable']) {
  await sql`
    update access_profiles set automation_ran_at = now(), automation_error = '' where id = any(${[...applied]}::uuid[])`
  for (const { profileId, reason } of unreadable) {
    await sql`
      update access_profiles set automation_ran_at = now(), automation_error = ${reason} where id = ${profileId}`
  }
}

/** Held until the transaction ends. */
export async function lockMembership(sql: TenantSql, tenantId: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(${lockClass}, ${tenantId})`
}
