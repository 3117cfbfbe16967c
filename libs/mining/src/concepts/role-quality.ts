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
    for (let i = 0; i < entitlements.length; i++) if (profile.has(entitlements[i])) both++
    const either = entitlements.length + profile.size - both
    if (either > 0) most = Math.max(most, both / either)
  }
  return Math.floor(100 * (1 - most) + 0.5)
}

/** Rounded mean of density and freshness, halves up. */
export function qualityOf(density: number, freshness: number): number {
  return Math.floor((density + freshness) / 2 + 0.5)
}
