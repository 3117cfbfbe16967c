import type { TenantSql } from '@assay/store'
import type { MembershipOutcome } from './membership-outcome.ts'

/**
 * Why the members of a profile are held as they are. circuit_breaker: too many would leave at once; semantics_changed: a
 * later version of Assay reads the rule otherwise; rule_unreadable: the rule no longer compiles.
 */
export type PauseReason = 'circuit_breaker' | 'semantics_changed' | 'rule_unreadable'

export interface Pause {
  readonly profileId: string
  readonly reason: PauseReason
  /** For a person: what happened, with its numbers, and what to do. */
  readonly message: string
  /** What the evaluation came to that was not made; undefined when there was none. */
  readonly outcome: MembershipOutcome | undefined
}

/** Holds the members of a profile as they are until somebody resumes its automation or changes its rule. */
export async function pauseAutomation(sql: TenantSql, { profileId, reason, message, outcome }: Pause): Promise<void> {
  await sql`
    update access_profiles set automation_paused_at = coalesce(automation_paused_at, now()), automation_ran_at = now(),
      automation_error = ${message}, pause_reason = ${reason},
      pause_outcome = ${outcome === undefined ? null : sql.json(outcome as never)}
    where id = ${profileId}`
}

/** What ends a pause, for the `set` of an update. */
export function withoutPause(sql: TenantSql) {
  return sql`automation_paused_at = null, automation_error = '', pause_reason = null, pause_outcome = null`
}
