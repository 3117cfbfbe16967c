import type { Snapshot } from '../snapshot.ts'

/** The members (ordinals, in their order) who hold every entitlement of a selection; for an empty selection all members. */
export function holdersOfAll(snapshot: Snapshot, members: Uint32Array, selection: Iterable<number>): Uint32Array {
  const isSelected = new Uint8Array(snapshot.entitlementCount)
  let wanted = 0
  for (const entitlement of selection) {
    if (isSelected[entitlement] === 0) wanted++
    isSelected[entitlement] = 1
  }
  return members.filter((member) => countSelected(snapshot, member, isSelected) === wanted)
}

function countSelected(snapshot: Snapshot, member: number, isSelected: Uint8Array): number {
  const { rowOffset, rowEntitlement } = snapshot
  let held = 0
  for (let at = rowOffset[member]!, end = rowOffset[member + 1]!; at < end; at++)
    held += isSelected[rowEntitlement[at]!]!
  return held
}
