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

/** Why the breaker stops a change, for a person; undefined when it lets it pass. */
export function stopReason(
  { fewestMembers, mostRemovedPercentage }: CircuitBreaker,
  { memberCount, leaving }: Pick<MembershipDifference, 'memberCount' | 'leaving'>,
): string | undefined {
  if (memberCount < fewestMembers || leaving.length * 100 <= memberCount * mostRemovedPercentage) return undefined
  return `Stopped: ${leaving.length} of ${memberCount} members would have left at once, more than ${mostRemovedPercentage} %. Check the rule and the imported data, then resume.`
}

/** How the breaker is set for one profile, where the usual one does not do. */
export interface BreakerSettings {
  readonly disabled: boolean
  /** It watches profiles of any size. */
  readonly watchesSmall: boolean
  /** Percent; 0: as usual. */
  readonly mostRemovedPercentage: number
}

/** @returns undefined where any number of members may leave */
export function breakerFor(usual: CircuitBreaker, settings: BreakerSettings | undefined): CircuitBreaker | undefined {
  if (settings === undefined) return usual
  if (settings.disabled) return undefined
  return {
    fewestMembers: settings.watchesSmall ? 0 : usual.fewestMembers,
    mostRemovedPercentage: settings.mostRemovedPercentage || usual.mostRemovedPercentage,
  }
}
