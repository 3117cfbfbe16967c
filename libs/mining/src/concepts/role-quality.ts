/** Whole percent, halves up. */
export function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.floor((100 * part) / whole + 0.5)
}

/** What a role lacks to be new: 100 x (1 - highest Jaccard similarity with an existing profile's entitlements). */
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
