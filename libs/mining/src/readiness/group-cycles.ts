import type { Memberships } from '../access/close-memberships.ts'
import { cyclesOf } from '../access/membership-cycles.ts'
import { type Found, FoundList } from './found.ts'

export interface GroupsReadiness {
  /** Groups that other groups hold, as pairs of holder and held group. */
  readonly memberships: Found<readonly [number, number]>
  /** Sets of groups in which each leads to all others. An example has the first two groups of a set. */
  readonly cycles: Found<readonly [number, number]>
}

/** Counts nested groups, by ordinals of the snapshot. */
export function groupsReadiness({ holder, entitlement }: Memberships, entitlementCount: number): GroupsReadiness {
  const memberships = new FoundList<readonly [number, number]>()
  for (let i = 0; i < holder.length; i++) memberships.add([holder[i]!, entitlement[i]!])
  const heldOffset = new Uint32Array(entitlementCount + 1)
  for (const group of holder) heldOffset[group + 1]!++
  for (let e = 0; e < entitlementCount; e++) heldOffset[e + 1]! += heldOffset[e]!
  const next = heldOffset.slice()
  const heldEntitlement = new Uint32Array(entitlement.length)
  for (let i = 0; i < holder.length; i++) heldEntitlement[next[holder[i]!]!++] = entitlement[i]!

  const { component, componentCount } = cyclesOf({ heldOffset, heldEntitlement })
  const first = new Int32Array(componentCount).fill(-1)
  const second = new Int32Array(componentCount).fill(-1)
  for (let e = 0; e < entitlementCount; e++) {
    const own = component[e]!
    if (own < 0) continue
    if (first[own]! < 0) first[own] = e
    else if (second[own]! < 0) second[own] = e
  }
  const cycles = new FoundList<readonly [number, number]>()
  for (let e = 0; e < entitlementCount; e++) {
    const own = component[e]!
    if (own >= 0 && first[own] === e && second[own]! >= 0) cycles.add([e, second[own]!])
  }
  return { memberships: memberships.found(), cycles: cycles.found() }
}
