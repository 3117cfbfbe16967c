import type { Snapshot } from '../snapshot.ts'

/** How many of some identities hold each entitlement that any of them holds. */
export interface Coverage {
  /** Ordinals, the most held first, then ascending. */
  readonly entitlement: Uint32Array
  /** Parallel: holders among the identities. */
  readonly count: Uint32Array
}

/**
 * Counts the holders among `members` (ordinals, each once).
 * @param isConsidered per entitlement 1 when it counts; undefined means all
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

/** A function of its own: called often, it is compiled as a whole. */
function countRow(rowOffset: Uint32Array, rowEntitlement: Uint32Array, member: number, counts: Uint32Array): void {
  for (let at = rowOffset[member]!, end = rowOffset[member + 1]!; at < end; at++) counts[rowEntitlement[at]!]!++
}
