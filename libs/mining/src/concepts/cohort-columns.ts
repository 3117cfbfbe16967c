import type { Snapshot } from '../snapshot.ts'

/** Who of a cohort holds what: columns over the members, numbered from 0. */
export interface CohortColumns {
  /** Identity ordinals, ascending and once each. */
  readonly members: Uint32Array
  /** Entitlements that a member holds, most held first, then by ordinal. */
  readonly entitlements: Uint32Array
  /** Members that hold each: entitlement `i` is held by `holder[offset[i] .. offset[i + 1])`, ascending. */
  readonly offset: Uint32Array
  readonly holder: Uint32Array
}

/** Two passes over the members' rows: count, then spread in the order of the counts. */
export function cohortColumns(snapshot: Snapshot, members: Uint32Array): CohortColumns {
  const { rowOffset, rowEntitlement, entitlementCount } = snapshot
  const count = new Uint32Array(entitlementCount)
  for (let m = 0; m < members.length; m++)
    tally(rowEntitlement, rowOffset[members[m]], rowOffset[members[m] + 1], count)
  const sizes = new Uint32Array(members.length + 2)
  for (let e = 0; e < entitlementCount; e++) if (count[e] > 0) sizes[members.length - count[e] + 1]++
  for (let s = 0; s <= members.length; s++) sizes[s + 1] += sizes[s]
  const entitlements = new Uint32Array(sizes[members.length])
  const rank = new Int32Array(entitlementCount).fill(-1)
  for (let e = 0; e < entitlementCount; e++) {
    if (count[e] === 0) continue
    rank[e] = sizes[members.length - count[e]]++
    entitlements[rank[e]] = e
  }
  const offset = new Uint32Array(entitlements.length + 1)
  for (let i = 0; i < entitlements.length; i++) offset[i + 1] = offset[i] + count[entitlements[i]]
  const next = offset.slice()
  const holder = new Uint32Array(offset[entitlements.length])
  for (let m = 0; m < members.length; m++) {
    for (let at = rowOffset[members[m]]; at < rowOffset[members[m] + 1]; at++)
      holder[next[rank[rowEntitlement[at]]]++] = m
  }
  return { members, entitlements, offset, holder }
}

function tally(row: Uint32Array, start: number, end: number, count: Uint32Array): void {
  for (let at = start; at < end; at++) count[row[at]]++
}
