/** A role to match: identities and entitlements by numbers that are the same in every run (keys, not ordinals). */
export interface MatchableRole {
  readonly identities: ArrayLike<number>
  readonly entitlements: ArrayLike<number>
}

export interface RoleMatch {
  /** Positions in the two lists. */
  readonly before: number
  readonly after: number
  /** The Jaccard similarity of the two roles as sets of (identity, entitlement) pairs. */
  readonly similarity: number
}

/**
 * Matches the roles of a new run with those of the run before. The most similar pair is matched first, each role once, down to
 * `leastSimilarity` (0.5). Of equal pairs, the one with the first position in the earlier list comes first, then in the later list. Only
 * roles that share an entitlement are compared.
 */
export function matchRoles(
  before: readonly MatchableRole[],
  after: readonly MatchableRole[],
  leastSimilarity = 0.5,
): RoleMatch[] {
  const giving = new Map<number, number[]>()
  for (const [a, { entitlements }] of after.entries()) {
    for (const e of new Set(Array.from(entitlements))) {
      const list = giving.get(e)
      if (list === undefined) giving.set(e, [a])
      else list.push(a)
    }
  }
  const membersAfter = after.map(({ identities }) => new Set(Array.from(identities)))
  const pairs: RoleMatch[] = []
  for (const [b, role] of before.entries()) {
    const shared = new Map<number, number>()
    const entitlements = new Set(Array.from(role.entitlements))
    for (const e of entitlements) for (const a of giving.get(e) ?? []) shared.set(a, (shared.get(a) ?? 0) + 1)
    const members = new Set(Array.from(role.identities))
    for (const [a, sharedEntitlements] of shared) {
      let sharedMembers = 0
      for (const identity of members) if (membersAfter[a]!.has(identity)) sharedMembers++
      const both = sharedMembers * sharedEntitlements
      const sizeAfter = membersAfter[a]!.size * new Set(Array.from(after[a]!.entitlements)).size
      const similarity = both / (members.size * entitlements.size + sizeAfter - both)
      if (both > 0 && similarity >= leastSimilarity) pairs.push({ before: b, after: a, similarity })
    }
  }
  pairs.sort((x, y) => y.similarity - x.similarity || x.before - y.before || x.after - y.after)
  const takenBefore = new Set<number>()
  const takenAfter = new Set<number>()
  const matches: RoleMatch[] = []
  for (const pair of pairs) {
    if (takenBefore.has(pair.before) || takenAfter.has(pair.after)) continue
    takenBefore.add(pair.before)
    takenAfter.add(pair.after)
    matches.push(pair)
  }
  return matches.sort((x, y) => x.before - y.before)
}
