import { DomainError } from '@assay/errors'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { stopsSelection, watchedProfiles } from './circuit-breaker.ts'
import { evaluateMembership } from './evaluate-membership.ts'
import { applySelection, type MembershipChanges, noChanges } from './membership-changes.ts'
import { compileMembershipRule, type MembershipRule } from './membership-rule.ts'

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

/**
 * Evaluates every automated profile of a tenant again, in one pass over its identities, and makes all changes in one
 * transaction. For after an import, in a worker: a large tenant takes seconds. Safe to run twice.
 */
export function applyMembership(
  sql: Sql,
  tenantId: number,
  options: { readonly signal?: AbortSignal } = {},
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
    const selections = await evaluateMembership(
      scoped,
      readable.map(({ rule }) => rule),
      options.signal,
    )
    const ids = readable.map(({ profile }) => profile.id)
    const watched = await watchedProfiles(scoped, ids)
    const stopped: string[] = []
    let total = noChanges
    for (const [index, { profile }] of readable.entries()) {
      const isStopped = watched.has(profile.id) && (await stopsSelection(scoped, profile.id, selections[index]))
      if (isStopped) stopped.push(profile.id)
      else total = sum(total, await applySelection(scoped, tenantId, profile, selections[index]))
    }
    await recordRun(
      scoped,
      ids.filter((id) => !stopped.includes(id)),
      unreadable,
    )
    return { ...total, profiles: readable.length, unreadable, stopped }
  })
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

function sum(one: MembershipChanges, other: MembershipChanges): MembershipChanges {
  return {
    joined: one.joined + other.joined,
    left: one.left + other.left,
    tasksOpened: one.tasksOpened + other.tasksOpened,
    tasksWithdrawn: one.tasksWithdrawn + other.tasksWithdrawn,
  }
}
