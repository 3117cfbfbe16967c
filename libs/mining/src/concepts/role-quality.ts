import { divergence } from '../evidence.ts'
import { logChoose } from './chance-test.ts'

/** 100 x grants inside identities x entitlements / (identities x entitlements), whole, halves up; 0 for an empty role. */
export function densityOf(grantCount: number, identityCount: number, entitlementCount: number): number {
  const cells = identityCount * entitlementCount
  return cells === 0 ? 0 : Math.floor((100 * grantCount) / cells + 0.5)
}

/** How new a role is: 100 x (1 - highest Jaccard similarity with an existing profile's entitlements), whole, halves up. */
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

/** What so many of everyone hold is common access, and no question of chance. */
const commonShare = 0.8

/** Who holds the entitlements of a role, among its identities and in the whole organisation. */
interface RoleHolders {
  readonly identityCount: number
  /** Parallel lists, one item an entitlement. */
  readonly granted: ArrayLike<number>
  readonly organisationCounts: ArrayLike<number>
  /** Enabled people. */
  readonly organisationSize: number
}

/**
 * The share of what a role tells that is beyond chance, 0 to 1: of the bits that are saved by saying that its identities hold
 * the entitlements at their rates instead of everyone's, the part that is left when the choice of the identities is paid for.
 */
export function beyondChance({ identityCount, granted, organisationCounts, organisationSize }: RoleHolders): number {
  // Roles of machines, or of a population that is no part of the enabled people, may have more identities than those.
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

/** Rounded mean of freshness and of the density as far as it is beyond chance, halves up. */
export function qualityOf(density: number, freshness: number, beyond: number): number {
  return Math.floor((density * beyond + freshness) / 2 + 0.5)
}
