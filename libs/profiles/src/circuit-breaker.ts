import type { MembershipDifference } from './membership-changes.ts'

/** The limits above which an evaluation changes too much to be made without a user who checks it. */
export interface CircuitBreaker {
  /** Smaller profiles are not checked: they change by large shares every day. */
  readonly fewestMembers: number
  /** At most this share of the members, in percent, may leave at once. */
  readonly mostRemovedPercentage: number
}

/** The values that ConductorOne documents for its circuit breaker. */
export const defaultCircuitBreaker: CircuitBreaker = { fewestMembers: 100, mostRemovedPercentage: 20 }

/** The reason why the breaker stops a change, for people; undefined when it allows the change. */
export function stopReason(
  { fewestMembers, mostRemovedPercentage }: CircuitBreaker,
  { memberCount, leaving }: Pick<MembershipDifference, 'memberCount' | 'leaving'>,
): string | undefined {
  if (memberCount < fewestMembers || leaving.length * 100 <= memberCount * mostRemovedPercentage) return undefined
  return `Stopped: ${leaving.length} of ${memberCount} members would have left at once, more than ${mostRemovedPercentage} %. Check the rule and the imported data, then resume.`
}

/** The settings of the breaker for one profile, where they differ from the usual ones. */
export interface BreakerSettings {
  readonly disabled: boolean
  /** Whether it checks profiles of any size. */
  readonly watchesSmall: boolean
  /** Percent; 0 for the usual value. */
  readonly mostRemovedPercentage: number
}

/** @returns undefined when any number of members may leave */
export function breakerFor(usual: CircuitBreaker, settings: BreakerSettings | undefined): CircuitBreaker | undefined {
  if (settings === undefined) return usual
  if (settings.disabled) return undefined
  return {
    fewestMembers: settings.watchesSmall ? 0 : usual.fewestMembers,
    mostRemovedPercentage: settings.mostRemovedPercentage || usual.mostRemovedPercentage,
  }
}
