import type { TenantSql } from '@assay/store'
import type { MembershipDifference } from './membership-changes.ts'

/** When an evaluation is too large a change to be made without somebody who looks at it. */
export interface CircuitBreaker {
  /** Smaller profiles are not watched: they change by large shares every day. */
  readonly fewestMembers: number
  /** More than this share of the members, in percent, may not leave at once. */
  readonly mostRemovedPercentage: number
}

/** What ConductorOne documents for its own. */
export const defaultCircuitBreaker: CircuitBreaker = { fewestMembers: 100, mostRemovedPercentage: 20 }

export function stops(breaker: CircuitBreaker, { memberCount, leaving }: MembershipDifference): boolean {
  return memberCount >= breaker.fewestMembers && leaving.length * 100 > memberCount * breaker.mostRemovedPercentage
}

/** Holds the members of a profile as they are, with the reason, until somebody resumes its automation. */
export async function pause(
  sql: TenantSql,
  { mostRemovedPercentage }: CircuitBreaker,
  { profileId, memberCount, leaving }: MembershipDifference,
): Promise<void> {
  const reason = `Stopped: ${leaving.length} of ${memberCount} members would have left at once, more than ${mostRemovedPercentage} %. Check the rule and the imported data, then resume.`
  await sql`
    update access_profiles set automation_paused_at = now(), automation_ran_at = now(), automation_error = ${reason}
    where id = ${profileId}`
}
