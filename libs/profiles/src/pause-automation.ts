import { asJson, type TenantSql } from '@assay/store'
import type { PauseReason } from './access-profile.ts'
import type { MembershipOutcome } from './membership-outcome.ts'
import { recordProfile } from './profile-entry.ts'

interface Pause {
  readonly profileId: string
  readonly reason: PauseReason
  /** A message for people: what happened, with numbers, and what to do. */
  readonly message: string
  /** The result of the stopped evaluation. */
  readonly outcome?: MembershipOutcome
}

/** Pauses a profile: its members do not change until its automation is resumed or its rule is changed. */
export async function pauseAutomation(sql: TenantSql, { profileId, reason, message, outcome }: Pause): Promise<void> {
  await sql`
    update access_profiles set automation_paused_at = coalesce(automation_paused_at, now()), automation_ran_at = now(),
      automation_error = ${message}, pause_reason = ${reason},
      pause_outcome = ${outcome === undefined ? null : asJson(sql, outcome)}
    where id = ${profileId}`
  await recordProfile(sql, profileId, { kind: 'profile.pause', after: { reason, message } })
}

/** The columns of a profile without a pause, for the `set` of an update. */
export function withoutPause(sql: TenantSql) {
  return sql`automation_paused_at = null, automation_error = '', pause_reason = null, pause_outcome = null`
}
