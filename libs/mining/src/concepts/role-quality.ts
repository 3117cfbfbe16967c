import { divergence } from '../evidence.ts'
import { logChoose } from './chance-test.ts'

/** 100 x grants inside identities x entitlements / (identities x entitlements), a whole number, halves rounded up; 0 for an empty role. */
export function densityOf(grantCount: number, identityCount: number, entitlementCount: number): number {
  const cells = identityCount * entitlementCount
  return cells === 0 ? 0 : Math.floor((100 * grantCount) / cells + 0.5)
}

/** How new a role is: 100 x (1 - highest Jaccard similarity with an existing profile's entitlements), a whole number, halves rounded up. */
export function freshnessOf(entitlements: ArrayLike<number>, profiles: readonly ReadonlySet<number>[]): number {
  let most = 0
  for (const profile of profiles) {
    let both = 0
    for (let i = 0; i < entitlements.length; i++) if (profile.has(entitlements[i]!)) both++
    const either = entitlements.length + profile.size - both
    if (either > 0) most = Math.max(most, both / either)
  }
  return Math.floor(100 * (1 - most) + 0.5)
}

/** An entitlement that at least this share of all people hold is common access and is not tested for chance. */
const commonShare = 0.8

/** The holders of the entitlements of a role, among its identities and in the whole organisation. */
interface RoleHolders {
  readonly identityCount: number
  /** Parallel lists, one item an entitlement. */
  readonly granted: ArrayLike<number>
  readonly organisationCounts: ArrayLike<number>
  /** Enabled people. */
  readonly organisationSize: number
}

/**
 * The share of a role's information that is beyond chance, 0 to 1. The information is the bits saved by describing the identities by
 * their rates of the entitlements instead of the rates of all people. The result is the part that is left after the cost of choosing the
 * identities is subtracted.
 */
export function beyondChance({ identityCount, granted, organisationCounts, organisationSize }: RoleHolders): number {
  // A role of machines, or of a population outside the enabled people, may have more identities than the organisation has enabled people.
  const everyone = Math.max(organisationSize, identityCount)
  let saved = 0
  let isAsked = false
  for (let i = 0; i < granted.length; i++) {
    const rate = Math.max(granted[i]!, organisationCounts[i]!) / everyone
    if (rate >= commonShare) continue
    isAsked = true
    const share = granted[i]! / identityCount
    if (share > rate) saved += divergence(granted[i]!, identityCount, rate)
  }
  if (!isAsked) return 1
  return saved === 0 ? 0 : Math.max(0, 1 - logChoose(everyone, identityCount) / saved)
}

/** The rounded mean of freshness and of the part of the density that is beyond chance, halves rounded up. */
export function qualityOf(density: number, freshness: number, beyond: number): number {
  return Math.floor((density * beyond + freshness) / 2 + 0.5)
}
