import type { Snapshot } from '../snapshot.ts'
import type { Coverage } from './coverage.ts'

/** The effect of one cut-off on coverage. */
export interface CutoffPoint {
  /** The cut-off, inclusive: the holders of the least held entitlement that is still selected. */
  readonly grantedCount: number
  /** Entitlements at or above the cut-off. */
  readonly entitlementCount: number
  /** Members who hold every one of these entitlements. */
  readonly usersWithAll: number
}

/** One point for each distinct coverage, the highest first. Exact, in one pass over the members' grants. */
export function cutoffPoints(snapshot: Snapshot, members: Uint32Array, coverage: Coverage): CutoffPoint[] {
  const { entitlement, count } = coverage
  const rankOf = new Int32Array(snapshot.entitlementCount).fill(-1)
  for (let rank = 0; rank < entitlement.length; rank++) rankOf[entitlement[rank]!] = rank
  // A member holds all of the first k entitlements if the first entitlement that the member lacks is at position k or later.
  const firstLacking = new Uint32Array(entitlement.length + 1)
  const seenBy = new Int32Array(entitlement.length).fill(-1)
  for (const member of members) firstLacking[firstRankLacking(snapshot, member, rankOf, seenBy)]!++

  const points: CutoffPoint[] = []
  let holders = members.length
  for (let rank = 0; rank < entitlement.length; rank++) {
    holders -= firstLacking[rank]!
    if (rank + 1 < entitlement.length && count[rank + 1] === count[rank]) continue
    points.push({ grantedCount: count[rank]!, entitlementCount: rank + 1, usersWithAll: holders })
  }
  return points
}

function firstRankLacking(snapshot: Snapshot, member: number, rankOf: Int32Array, seenBy: Int32Array): number {
  const { rowOffset, rowEntitlement } = snapshot
  for (let at = rowOffset[member]!, end = rowOffset[member + 1]!; at < end; at++) {
    const rank = rankOf[rowEntitlement[at]!]!
    if (rank >= 0) seenBy[rank] = member
  }
  let rank = 0
  while (rank < seenBy.length && seenBy[rank] === member) rank++
  return rank
}
