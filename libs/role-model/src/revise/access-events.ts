import type { AccessRows } from '../reduce-access.ts'
import type { AccessEvent } from './living-access.ts'

/**
 * The events that turn one access into another: new entitlements, then leavers, movers and joiners, each in the order of
 * ordinals. Both must number people and entitlements in the same way. A person without access before is a joiner, one without
 * access after is a leaver.
 */
export function eventsBetween(before: AccessRows, after: AccessRows): AccessEvent[] {
  const fresh = freshEntitlements(before, after)
  const leavers: AccessEvent[] = []
  const movers: AccessEvent[] = []
  const joiners: AccessEvent[] = []
  for (let identity = 0; identity < after.identityCount; identity++) {
    const had = rowOf(before, identity)
    const has = rowOf(after, identity)
    if (had.length === 0 && has.length === 0) continue
    if (has.length === 0) leavers.push({ kind: 'leaver', identity })
    else if (had.length === 0) joiners.push({ kind: 'joiner', identity, entitlements: [...has] })
    else {
      const lost = difference(had, has)
      const gained: number[] = []
      for (const entitlement of difference(has, had)) {
        const holders = fresh.get(entitlement)
        if (holders === undefined) gained.push(entitlement)
        else holders.push(identity)
      }
      if (lost.length + gained.length > 0) movers.push({ kind: 'mover', identity, gained, lost })
    }
  }
  const arrived = [...fresh].flatMap(([entitlement, identities]): AccessEvent[] =>
    identities.length === 0 ? [] : [{ kind: 'new_entitlement', entitlement, identities }],
  )
  return [...arrived, ...leavers, ...movers, ...joiners]
}

/** Entitlements that nobody held before and somebody holds now, each with an empty list for its holders; ascending. */
function freshEntitlements(before: AccessRows, after: AccessRows): Map<number, number[]> {
  const known = new Uint8Array(after.entitlementCount)
  for (const entitlement of before.rowEntitlement) known[entitlement] = 1
  const fresh = new Set<number>()
  for (const entitlement of after.rowEntitlement) if (known[entitlement] === 0) fresh.add(entitlement)
  return new Map([...fresh].sort((a, b) => a - b).map((entitlement) => [entitlement, []]))
}

function rowOf({ rowOffset, rowEntitlement }: AccessRows, identity: number): Uint32Array {
  return rowEntitlement.subarray(rowOffset[identity], rowOffset[identity + 1])
}

/** The values that are in `one` and not in `other`. Both ascend. */
function difference(one: Uint32Array, other: Uint32Array): number[] {
  const rest: number[] = []
  let at = 0
  for (const value of one) {
    while (at < other.length && other[at]! < value) at++
    if (other[at] !== value) rest.push(value)
  }
  return rest
}
