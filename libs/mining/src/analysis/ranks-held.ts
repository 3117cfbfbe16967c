import type { Snapshot } from '../snapshot.ts'

/** How many of some identities hold the entitlements of a list. */
interface RanksHeld {
  /** Parallel to the list: the holders of each entitlement. */
  readonly holders: Uint32Array
  /** Parallel to the list: the identities that hold the entitlement and all before it. */
  readonly withFirst: Uint32Array
}

/**
 * Counts in one pass over the grants of the identities.
 * @param listed ordinals, without duplicates
 */
export function holdersOfRanks(snapshot: Snapshot, identities: Uint32Array, listed: Uint32Array): RanksHeld {
  const { rowOffset, rowEntitlement } = snapshot
  const rankOf = new Int32Array(snapshot.entitlementCount).fill(-1)
  for (let rank = 0; rank < listed.length; rank++) rankOf[listed[rank]!] = rank
  const holders = new Uint32Array(listed.length)
  // An identity holds all of the first k entitlements if the first entitlement that it lacks is at position k or later.
  const firstLacking = new Uint32Array(listed.length + 1)
  const seenBy = new Int32Array(listed.length).fill(-1)
  for (const identity of identities) {
    for (let at = rowOffset[identity]!, end = rowOffset[identity + 1]!; at < end; at++) {
      const rank = rankOf[rowEntitlement[at]!]!
      if (rank < 0) continue
      holders[rank]!++
      seenBy[rank] = identity
    }
    let lacking = 0
    while (lacking < listed.length && seenBy[lacking] === identity) lacking++
    firstLacking[lacking]!++
  }
  const withFirst = new Uint32Array(listed.length)
  let remaining = identities.length
  for (let rank = 0; rank < listed.length; rank++) {
    remaining -= firstLacking[rank]!
    withFirst[rank] = remaining
  }
  return { holders, withFirst }
}
