import type { Memberships } from '../access/close-memberships.ts'
import { identityStatuses, identityTypes, type Snapshot } from '../snapshot.ts'
import { type Found, FoundList } from './found.ts'

/** Unusual grants and entitlements. Examples are ordinals of identities and entitlements. */
export interface HoldingsReadiness {
  /** People who are not deleted. */
  readonly people: number
  readonly enabledPeople: number
  readonly peopleWithoutAccess: Found<number>
  /** People who are disabled, or deleted in their source, and still have access. */
  readonly disabledWithAccess: Found<number>
  /** Entitlements without holders, and entitlements with one holder, of any type and status. What a group holds is not held by nobody. */
  readonly heldByNobody: Found<number>
  readonly heldByOne: Found<number>
  /** Entitlements with exactly the same two or more holders as an earlier entitlement, with that one. */
  readonly sameHolders: Found<readonly [number, number]>
}

export function holdingsReadiness(snapshot: Snapshot, memberships: Memberships): HoldingsReadiness {
  const { identityCount, entitlementCount, identityStatus, identityType, rowOffset, rowEntitlement } = snapshot
  const withoutAccess = new FoundList<number>()
  const disabled = new FoundList<number>()
  let people = 0
  let enabledPeople = 0
  const holders = new Uint32Array(entitlementCount)
  // Two sums over the holders, each of different pseudo-random numbers: equal sets have equal sums.
  const sums = [new Uint32Array(entitlementCount), new Uint32Array(entitlementCount)] as const
  for (let i = 0; i < identityCount; i++) {
    const start = rowOffset[i]!
    const end = rowOffset[i + 1]!
    if (identityType[i] === identityTypes.human) {
      const status = identityStatus[i]
      if (status !== identityStatuses.deleted) people++
      if (status === identityStatuses.enabled) {
        enabledPeople++
        if (start === end) withoutAccess.add(i)
      } else if (start < end) disabled.add(i)
    }
    addHolder(rowEntitlement, start, end, mixed(i, 0x9e3779b1), mixed(i, 0x85ebca6b), holders, sums[0], sums[1])
  }
  const heldByNobody = new FoundList<number>()
  const heldByOne = new FoundList<number>()
  const heldByGroup = new Uint8Array(entitlementCount)
  for (const e of memberships.entitlement) heldByGroup[e] = 1
  for (let e = 0; e < entitlementCount; e++) {
    if (holders[e] === 0 && heldByGroup[e] === 0) heldByNobody.add(e)
    if (holders[e] === 1) heldByOne.add(e)
  }
  return {
    people,
    enabledPeople,
    peopleWithoutAccess: withoutAccess.found(),
    disabledWithAccess: disabled.found(),
    heldByNobody: heldByNobody.found(),
    heldByOne: heldByOne.found(),
    sameHolders: withSameHolders(holders, sums),
  }
}

/** A separate function: see `countRow` of count-cohorts.ts. */
function addHolder(
  row: Uint32Array,
  start: number,
  end: number,
  first: number,
  second: number,
  holders: Uint32Array,
  firstSum: Uint32Array,
  secondSum: Uint32Array,
): void {
  for (let at = start; at < end; at++) {
    const e = row[at]!
    holders[e]!++
    firstSum[e]! += first
    secondSum[e]! += second
  }
}

/** A pseudo-random number of 32 bits for a value (the finalizer of MurmurHash3). */
function mixed(value: number, seed: number): number {
  let h = Math.imul(value + 1, seed)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/**
 * 64 bits and the number of holders distinguish sets: among 100,000 entitlements two different sets agree with a probability below one in
 * a billion.
 */
function withSameHolders(
  holders: Uint32Array,
  [first, second]: readonly [Uint32Array, Uint32Array],
): Found<readonly [number, number]> {
  const list = new FoundList<readonly [number, number]>()
  const firstWith = new Map<string, number>()
  for (let e = 0; e < holders.length; e++) {
    if (holders[e]! < 2) continue
    const key = `${holders[e]} ${first[e]} ${second[e]}`
    const before = firstWith.get(key)
    if (before === undefined) firstWith.set(key, e)
    else list.add([before, e])
  }
  return list.found()
}
