/** An access profile, or another named set of entitlements. */
interface ProfileEntitlements<Id> {
  readonly id: Id
  readonly entitlements: Iterable<number>
}

/** EXACT: the same set. SUPERSET: all suggested entitlements and more. PARTIAL: at least 30 % of the suggested entitlements. */
type ProfileMatchType = 'EXACT' | 'SUPERSET' | 'PARTIAL'

interface ProfileMatch<Id> {
  readonly id: Id
  readonly type: ProfileMatchType
  /** The share of the suggested entitlements that the profile has. */
  readonly overlapRatio: number
  /** Suggested entitlements that the profile does not have, in the order of the suggestion. */
  readonly missing: readonly number[]
}

const leastOverlap = 0.3

/**
 * The profiles that overlap with a suggestion: exact ones first, then supersets, then partial ones; within each the larger overlap first,
 * then the input order. Entitlements are any numbers (ordinals or keys), as long as both arguments use the same kind.
 */
export function profileMatches<Id>(
  suggested: Iterable<number>,
  profiles: Iterable<ProfileEntitlements<Id>>,
): ProfileMatch<Id>[] {
  const wanted = new Set(suggested)
  if (wanted.size === 0) return []
  const matches: ProfileMatch<Id>[] = []
  for (const { id, entitlements } of profiles) {
    const held = new Set(entitlements)
    const missing = [...wanted].filter((entitlement) => !held.has(entitlement))
    const overlapRatio = (wanted.size - missing.length) / wanted.size
    if (missing.length === 0) {
      matches.push({ id, type: held.size === wanted.size ? 'EXACT' : 'SUPERSET', overlapRatio, missing })
    } else if (overlapRatio >= leastOverlap) {
      matches.push({ id, type: 'PARTIAL', overlapRatio, missing })
    }
  }
  const rank = { EXACT: 0, SUPERSET: 1, PARTIAL: 2 }
  return matches.sort((a, b) => rank[a.type] - rank[b.type] || b.overlapRatio - a.overlapRatio)
}
