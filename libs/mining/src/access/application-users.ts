import type { Snapshot } from '../snapshot.ts'

/** Compressed sparse columns: application `a` has the users `identity[offset[a] .. offset[a + 1])`, ordinals, ascending. */
export interface ApplicationUsers {
  readonly offset: Uint32Array
  readonly identity: Uint32Array
}

/** The number of grants of one step, which takes some milliseconds. A server lets other work run between the steps. */
const grantsAtATime = 500_000

/** The users of each application by effective access, computed in steps. It takes 4 bytes for each pair of identity and application. */
export function* applicationUsersInSteps(snapshot: Snapshot): Generator<void, ApplicationUsers> {
  const { rowOffset, identityCount, applicationCount } = snapshot
  const applicationsOf = applicationsOfIdentities(snapshot)
  const users = Array.from({ length: applicationCount }, () => [] as number[])
  let until = grantsAtATime
  for (let i = 0; i < identityCount; i++) {
    for (const application of applicationsOf(i)) users[application]!.push(i)
    if (rowOffset[i + 1]! < until) continue
    until = rowOffset[i + 1]! + grantsAtATime
    yield
  }
  const offset = new Uint32Array(applicationCount + 1)
  for (let a = 0; a < applicationCount; a++) offset[a + 1] = offset[a]! + users[a]!.length
  const identity = new Uint32Array(offset[applicationCount]!)
  for (let a = 0; a < applicationCount; a++) identity.set(users[a]!, offset[a])
  return { offset, identity }
}

/** Returns a function that gives the applications of an identity, without duplicates, in a list that the next call overwrites. */
function applicationsOfIdentities(snapshot: Snapshot): (identity: number) => readonly number[] {
  const { rowOffset, rowEntitlement, entitlementApplication, entitlementCount, applicationCount } = snapshot
  const given = applicationsOfRows(snapshot)
  const rowOf = new Int32Array(entitlementCount).fill(-1)
  const { group, groupRow } = snapshot.closure ?? { group: [], groupRow: [] }
  for (let at = 0; at < group.length; at++) rowOf[group[at]!] = groupRow[at]!
  const metBy = new Int32Array(applicationCount).fill(-1)
  const found: number[] = []
  return (identity) => {
    found.length = 0
    const meet = (application: number): void => {
      if (metBy[application] === identity) return
      metBy[application] = identity
      found.push(application)
    }
    for (let at = rowOffset[identity]!; at < rowOffset[identity + 1]!; at++) {
      meet(entitlementApplication[rowEntitlement[at]!]!)
      const row = rowOf[rowEntitlement[at]!]!
      if (row >= 0) for (const application of given[row]!) meet(application)
    }
    return found
  }
}

/** For each row of the closure, the applications of the entitlements that it gives, without duplicates. */
function applicationsOfRows({ closure, entitlementApplication }: Snapshot): readonly Uint32Array[] {
  if (closure === undefined) return []
  const { givenOffset, givenEntitlement } = closure
  return Array.from({ length: givenOffset.length - 1 }, (_, row) => {
    const given = givenEntitlement.subarray(givenOffset[row], givenOffset[row + 1])
    return Uint32Array.from(new Set(Array.from(given, (entitlement) => entitlementApplication[entitlement])))
  })
}
