/** An access profile, or anything else that is a named set of entitlements. */
interface ProfileEntitlements<Id> {
  readonly id: Id
  readonly entitlements: Iterable<number>
}

/** EXACT: the same set. SUPERSET: all of the suggested and more. PARTIAL: at least 30 % of the suggested. */
type ProfileMatchType = 'EXACT' | 'SUPERSET' | 'PARTIAL'

interface ProfileMatch<Id> {
  readonly id: Id
  readonly type: ProfileMatchType
  /** Suggested entitlements that the profile holds / suggested entitlements. */
  readonly overlapRatio: number
  /** Suggested and not in the profile, in the order in which they were suggested. */
  readonly missing: readonly number[]
}

const leastOverlap = 0.3

/**
 * The profiles that overlap with a suggestion: exact ones first, then supersets, then partial ones, the larger overlap
 * first, then as given. Entitlements are any numbers (ordinals or keys) as long as both sides use the same.
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
