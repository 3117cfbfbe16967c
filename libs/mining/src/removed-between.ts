import { identityStatuses, type SnapshotParts } from './snapshot.ts'

/** The numbers of people and grants that one snapshot has and the next one lacks. */
export interface Removal {
  /** Identities of the first snapshot that were not deleted. */
  readonly peopleBefore: number
  /** Identities of `peopleBefore` that are missing or deleted in the next snapshot. */
  readonly peopleRemoved: number
  readonly grantsBefore: number
  readonly grantsRemoved: number
}

type Compared = Pick<
  SnapshotParts,
  'identityKey' | 'entitlementKey' | 'identityStatus' | 'rowOffset' | 'rowEntitlement'
>

/** Compares by the tenant's stable keys, which ascend in both snapshots. Takes time linear in the grants. */
export function removedBetween(before: Compared, after: Compared): Removal {
  const personAfter = placesIn(after.identityKey, before.identityKey)
  const entitlementBefore = placesIn(before.entitlementKey, after.entitlementKey)
  let peopleBefore = 0
  let peopleRemoved = 0
  let grantsKept = 0
  for (let i = 0; i < before.identityKey.length; i++) {
    const next = personAfter[i]!
    if (before.identityStatus[i] !== identityStatuses.deleted) {
      peopleBefore++
      if (next < 0 || after.identityStatus[next] === identityStatuses.deleted) peopleRemoved++
    }
    if (next < 0) continue
    grantsKept += commonOf(
      before.rowEntitlement,
      before.rowOffset[i]!,
      before.rowOffset[i + 1]!,
      after.rowEntitlement,
      after.rowOffset[next]!,
      after.rowOffset[next + 1]!,
      entitlementBefore,
    )
  }
  const grantsBefore = before.rowEntitlement.length
  return { peopleBefore, peopleRemoved, grantsBefore, grantsRemoved: grantsBefore - grantsKept }
}

/** For each position in `of`, the position of the same key in `keys`; -1 if there is none. Both arrays ascend. */
function placesIn(keys: Int32Array, of: Int32Array): Int32Array {
  const places = new Int32Array(of.length).fill(-1)
  let at = 0
  for (let i = 0; i < of.length; i++) {
    while (at < keys.length && keys[at]! < of[i]!) at++
    if (at < keys.length && keys[at] === of[i]) places[i] = at
  }
  return places
}

/** The number of a row's entitlements that another row also has. `toFirst` converts that row's ordinals. Both rows ascend. */
function commonOf(
  first: Uint32Array,
  firstStart: number,
  firstEnd: number,
  second: Uint32Array,
  secondStart: number,
  secondEnd: number,
  toFirst: Int32Array,
): number {
  let common = 0
  let at = firstStart
  for (let other = secondStart; other < secondEnd; other++) {
    const wanted = toFirst[second[other]!]!
    if (wanted < 0) continue
    while (at < firstEnd && first[at]! < wanted) at++
    if (at < firstEnd && first[at] === wanted) common++
  }
  return common
}
