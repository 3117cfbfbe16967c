import type { Snapshot } from '../snapshot.ts'

/** For each entitlement that any of some identities holds, how many of them hold it. */
export interface Coverage {
  /** Ordinals, the most held first, then ascending. */
  readonly entitlement: Uint32Array
  /** Parallel to `entitlement`: its holders among the identities. */
  readonly count: Uint32Array
}

/**
 * Counts the holders among `members` (ordinals, without duplicates).
 * @param isConsidered per entitlement 1 to count it; undefined means all
 */
export function coverageOf(snapshot: Snapshot, members: Uint32Array, isConsidered?: Uint8Array): Coverage {
  const counts = new Uint32Array(snapshot.entitlementCount)
  for (const member of members) countRow(snapshot.rowOffset, snapshot.rowEntitlement, member, counts)
  const held: number[] = []
  for (let entitlement = 0; entitlement < counts.length; entitlement++) {
    if (counts[entitlement]! > 0 && (isConsidered === undefined || isConsidered[entitlement] === 1))
      held.push(entitlement)
  }
  const entitlement = Uint32Array.from(held).sort((a, b) => counts[b]! - counts[a]! || a - b)
  return { entitlement, count: entitlement.map((one) => counts[one]!) }
}

/** A separate function: since it is called often, V8 compiles it as a whole. */
function countRow(rowOffset: Uint32Array, rowEntitlement: Uint32Array, member: number, counts: Uint32Array): void {
  for (let at = rowOffset[member]!, end = rowOffset[member + 1]!; at < end; at++) counts[rowEntitlement[at]!]!++
}
