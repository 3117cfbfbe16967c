import { identityStatuses, type Snapshot } from '../snapshot.ts'
import { GrowingArray } from './growing-array.ts'

/** The applications in which each identity has access, through assigned entitlements and through groups. */
export interface ApplicationAccess {
  /** Identity `i` has access in `application[offset[i] .. offset[i + 1])`. */
  readonly offset: Uint32Array
  /** Ordinals, ascending for each identity. */
  readonly application: Uint32Array
  /** Number of identities that have access in each application, by its ordinal. */
  readonly holders: Uint32Array
}

/** The number of identities of one step. */
const identitiesAtOnce = 4096

/** Computes the access in steps of some milliseconds, so that other work can run between them. Deleted identities have no access. */
export function* applicationAccessInSteps(snapshot: Snapshot): Generator<undefined, ApplicationAccess> {
  const { identityCount, identityStatus, rowOffset, rowEntitlement, entitlementApplication } = snapshot
  const given = applicationsGiven(snapshot)
  const offset = new Uint32Array(identityCount + 1)
  const application = new GrowingArray()
  const holders = new Uint32Array(snapshot.applicationCount)
  const seenBy = new Int32Array(snapshot.applicationCount).fill(-1)
  const own: number[] = []
  for (let identity = 0; identity < identityCount; identity++) {
    own.length = 0
    const end = identityStatus[identity] === identityStatuses.deleted ? 0 : rowOffset[identity + 1]!
    for (let at = rowOffset[identity]!; at < end; at++) {
      const entitlement = rowEntitlement[at]!
      const direct = entitlementApplication[entitlement]!
      if (seenBy[direct] !== identity) {
        seenBy[direct] = identity
        own.push(direct)
      }
      for (const reached of given.get(entitlement) ?? none) {
        if (seenBy[reached] === identity) continue
        seenBy[reached] = identity
        own.push(reached)
      }
    }
    own.sort((one, other) => one - other)
    for (const one of own) {
      application.push(one)
      holders[one]! += 1
    }
    offset[identity + 1] = application.length
    if (identity % identitiesAtOnce === identitiesAtOnce - 1) yield
  }
  return { offset, application: application.values.slice(0, application.length), holders }
}

const none: readonly number[] = []

/** For each group, the applications of the entitlements that it gives. */
function applicationsGiven({ closure, entitlementApplication }: Snapshot): ReadonlyMap<number, readonly number[]> {
  const given = new Map<number, readonly number[]>()
  if (closure === undefined) return given
  const { group, groupRow, givenOffset, givenEntitlement } = closure
  const ofRow = new Map<number, readonly number[]>()
  for (const [index, entitlement] of group.entries()) {
    const row = groupRow[index]!
    let applications = ofRow.get(row)
    if (applications === undefined) {
      const entitlements = givenEntitlement.subarray(givenOffset[row], givenOffset[row + 1]!)
      applications = [...new Set(Array.from(entitlements, (one) => entitlementApplication[one]!))]
      ofRow.set(row, applications)
    }
    given.set(entitlement, applications)
  }
  return given
}
