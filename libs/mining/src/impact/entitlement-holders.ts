import type { GrantRows } from '../grant-rows.ts'

/** Compressed sparse columns: entitlement `e` is assigned to `identity[offset[e] .. offset[e + 1])`, ordinals, ascending. */
export interface EntitlementHolders {
  readonly offset: Uint32Array
  readonly identity: Uint32Array
  /** Parallel to `identity`, as in the snapshot. */
  readonly lastUsedDay: Uint16Array | undefined
}

/** The number of grants of one step, about 5 ms. A server lets other work run between the steps. */
const grantsAtATime = 500_000

/** Converts rows to columns, in steps. 10 million grants take 40 MB, with days of last use 60 MB. */
export function* holdersInSteps(
  { rowOffset, rowEntitlement, lastUsedDay }: GrantRows,
  entitlementCount: number,
): Generator<void, EntitlementHolders> {
  const offset = new Uint32Array(entitlementCount + 1)
  for (let from = 0; from < rowEntitlement.length; from += grantsAtATime) {
    countHolders(rowEntitlement, from, Math.min(from + grantsAtATime, rowEntitlement.length), offset)
    yield
  }
  for (let e = 0; e < entitlementCount; e++) offset[e + 1]! += offset[e]!
  const next = offset.slice(0, entitlementCount)
  const identity = new Uint32Array(rowEntitlement.length)
  const day = lastUsedDay && new Uint16Array(rowEntitlement.length)
  const identityCount = rowOffset.length - 1
  for (let first = 0; first < identityCount; ) {
    let end = first
    while (end < identityCount && rowOffset[end]! - rowOffset[first]! < grantsAtATime) end++
    placeHolders(rowOffset, rowEntitlement, first, end, next, identity, lastUsedDay, day)
    first = end
    yield
  }
  return { offset, identity, lastUsedDay: day }
}

/** The loops are separate functions: since they are called often, V8 compiles them as a whole. */
function countHolders(rowEntitlement: Uint32Array, from: number, end: number, offset: Uint32Array): void {
  for (let at = from; at < end; at++) offset[rowEntitlement[at]! + 1]!++
}

function placeHolders(
  rowOffset: Uint32Array,
  rowEntitlement: Uint32Array,
  first: number,
  end: number,
  next: Uint32Array,
  identity: Uint32Array,
  lastUsedDay: Uint16Array | undefined,
  day: Uint16Array | undefined,
): void {
  for (let i = first; i < end; i++) {
    for (let at = rowOffset[i]!; at < rowOffset[i + 1]!; at++) {
      const place = next[rowEntitlement[at]!]!++
      identity[place] = i
      if (day !== undefined && lastUsedDay !== undefined) day[place] = lastUsedDay[at]!
    }
  }
}
