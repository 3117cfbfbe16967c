import type { Snapshot } from '../snapshot.ts'
import type { Coverage } from './coverage.ts'

/** Entitlements that the same members of a cohort hold. */
export interface EntitlementCluster {
  /** Ordinals: the leader first, then by similarity to it, then ascending. */
  readonly entitlements: readonly number[]
  /** Members who hold all of them. */
  readonly userCount: number
  /** Mean coverage of its entitlements, 0 to 1. */
  readonly avgCoverage: number
  /** The mean Jaccard similarity of the holders of the other entitlements with the leader's holders, 0 to 1. */
  readonly avgSimilarity: number
}

/** The least Jaccard similarity with the leader's holders for an entitlement to join its cluster. */
export const leastSimilarity = 0.7
/** Entitlements that a smaller share of the cohort holds are too rare to be clustered. */
const leastCoverage = 0.1

/**
 * Leader clustering: the most held entitlement outside all clusters becomes a leader, and entitlements with nearly the same holders join
 * it. An entitlement is in at most one cluster. A cluster has at least two entitlements. The cluster with the most users comes first.
 */
export function clustersOf(snapshot: Snapshot, members: Uint32Array, coverage: Coverage): EntitlementCluster[] {
  const size = members.length
  const leastCount = Math.max(2, Math.ceil(leastCoverage * size))
  const countOf = new Uint32Array(snapshot.entitlementCount)
  let candidates = 0
  while (candidates < coverage.entitlement.length && coverage.count[candidates]! >= leastCount) {
    countOf[coverage.entitlement[candidates]!] = coverage.count[candidates]!
    candidates++
  }
  const holders = holdersByEntitlement(snapshot, members, coverage.entitlement.subarray(0, candidates))
  const together = new Uint32Array(snapshot.entitlementCount)
  const clusters: EntitlementCluster[] = []
  for (let rank = 0; rank < candidates; rank++) {
    const leader = coverage.entitlement[rank]!
    if (countOf[leader] === 0) continue
    const touched: number[] = []
    for (const member of holders[rank]!) countTogether(snapshot, member, countOf, together, touched)
    const joined: { entitlement: number; similarity: number }[] = []
    for (const one of touched) {
      const similarity = together[one]! / (countOf[leader]! + countOf[one]! - together[one]!)
      together[one] = 0
      if (one !== leader && similarity >= leastSimilarity) joined.push({ entitlement: one, similarity })
    }
    if (joined.length > 0) {
      joined.sort((a, b) => b.similarity - a.similarity || a.entitlement - b.entitlement)
      const entitlements = [leader, ...joined.map(({ entitlement }) => entitlement)]
      clusters.push({
        entitlements,
        userCount: countHolders(snapshot, holders[rank]!, entitlements),
        avgCoverage: entitlements.reduce((sum, one) => sum + countOf[one]!, 0) / entitlements.length / size,
        avgSimilarity: joined.reduce((sum, { similarity }) => sum + similarity, 0) / joined.length,
      })
      for (const { entitlement } of joined) countOf[entitlement] = 0
    }
    countOf[leader] = 0
  }
  return clusters.sort(
    (a, b) =>
      b.userCount - a.userCount ||
      b.entitlements.length - a.entitlements.length ||
      a.entitlements[0]! - b.entitlements[0]!,
  )
}

function holdersByEntitlement(snapshot: Snapshot, members: Uint32Array, entitlements: Uint32Array): number[][] {
  const rankOf = new Int32Array(snapshot.entitlementCount).fill(-1)
  for (let rank = 0; rank < entitlements.length; rank++) rankOf[entitlements[rank]!] = rank
  const holders: number[][] = Array.from(entitlements, () => [])
  for (const member of members) {
    for (let at = snapshot.rowOffset[member]!, end = snapshot.rowOffset[member + 1]!; at < end; at++) {
      const rank = rankOf[snapshot.rowEntitlement[at]!]!
      if (rank >= 0) holders[rank]!.push(member)
    }
  }
  return holders
}

function countTogether(
  snapshot: Snapshot,
  member: number,
  countOf: Uint32Array,
  together: Uint32Array,
  touched: number[],
): void {
  const { rowOffset, rowEntitlement } = snapshot
  for (let at = rowOffset[member]!, end = rowOffset[member + 1]!; at < end; at++) {
    const one = rowEntitlement[at]!
    if (countOf[one]! > 0 && together[one]!++ === 0) touched.push(one)
  }
}

function countHolders(snapshot: Snapshot, candidates: readonly number[], entitlements: readonly number[]): number {
  const wanted = new Set(entitlements)
  let count = 0
  for (const member of candidates) {
    let held = 0
    for (let at = snapshot.rowOffset[member]!, end = snapshot.rowOffset[member + 1]!; at < end; at++) {
      if (wanted.has(snapshot.rowEntitlement[at]!)) held++
    }
    if (held === wanted.size) count++
  }
  return count
}
