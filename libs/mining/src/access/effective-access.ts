import type { GrantRows } from '../grant-rows.ts'
import { MiningError } from '../mining-error.ts'
import type { AccessClosure } from './access-closure.ts'
import { GrowingArray } from './growing-array.ts'

/**
 * Marks the requested entitlements and the groups that give them. An identity that holds a marked entitlement has one of the requested
 * ones by effective access.
 * @param isWanted per entitlement 1 when it is requested; not changed
 */
export function whatGives(closure: AccessClosure | undefined, isWanted: Uint8Array): Uint8Array {
  const gives = isWanted.slice()
  if (closure === undefined) return gives
  const { group, groupRow, givenOffset, givenEntitlement } = closure
  const rowGives = new Uint8Array(givenOffset.length - 1)
  for (let row = 0; row < rowGives.length; row++) {
    for (let at = givenOffset[row]!; at < givenOffset[row + 1]! && rowGives[row] === 0; at++) {
      rowGives[row] = isWanted[givenEntitlement[at]!]!
    }
  }
  for (let i = 0; i < group.length; i++) if (rowGives[groupRow[i]!] === 1) gives[group[i]!] = 1
  return gives
}

const defaultMostGrants = 100_000_000
const defaultMostSteps = 4_000_000_000

/**
 * The rows of effective access: assigned entitlements and those that groups give. Assigned grants keep their day of last use.
 * @throws MiningError `too_large` with the limit, before anything large is allocated
 */
export function effectiveRows(
  { rowOffset, rowEntitlement, lastUsedDay }: GrantRows,
  entitlementCount: number,
  closure: AccessClosure,
  { mostGrants = defaultMostGrants, mostSteps = defaultMostSteps } = {},
): GrantRows {
  const { group, groupRow, givenOffset, givenEntitlement } = closure
  const rowOf = new Int32Array(entitlementCount).fill(-1)
  for (let i = 0; i < group.length; i++) rowOf[group[i]!] = groupRow[i]!
  const identityCount = rowOffset.length - 1
  const seenBy = new Uint32Array(entitlementCount)
  const rowSeenBy = new Uint32Array(givenOffset.length)
  const inherited = new GrowingArray()
  let steps = 0
  /** The entitlements that one identity has only through groups. `seenBy` stores the pass and the identity. */
  const collect = (identity: number, mark: number): void => {
    inherited.length = 0
    for (let at = rowOffset[identity]!; at < rowOffset[identity + 1]!; at++) seenBy[rowEntitlement[at]!] = mark
    for (let at = rowOffset[identity]!; at < rowOffset[identity + 1]!; at++) {
      const row = rowOf[rowEntitlement[at]!]!
      if (row < 0 || rowSeenBy[row] === mark) continue
      rowSeenBy[row] = mark
      for (let i = givenOffset[row]!; i < givenOffset[row + 1]!; i++) {
        const entitlement = givenEntitlement[i]!
        if (seenBy[entitlement] === mark) continue
        seenBy[entitlement] = mark
        inherited.push(entitlement)
      }
      steps += givenOffset[row + 1]! - givenOffset[row]!
    }
  }
  const offset = new Uint32Array(identityCount + 1)
  let total = 0
  for (let identity = 0; identity < identityCount; identity++) {
    collect(identity, identity + 1)
    total += rowOffset[identity + 1]! - rowOffset[identity]! + inherited.length
    if (total > mostGrants) throw tooLarge(`at most ${mostGrants} grants`)
    if (steps > mostSteps) throw tooLarge(`to be counted in ${mostSteps} steps`)
    offset[identity + 1] = total
  }
  const entitlement = new Uint32Array(total)
  const days = lastUsedDay && new Uint16Array(total)
  // The first pass used the marks, so the second pass continues from there.
  for (let identity = 0; identity < identityCount; identity++) {
    collect(identity, identityCount + identity + 1)
    const added = inherited.values.subarray(0, inherited.length).sort()
    let write = offset[identity]!
    let next = 0
    for (let at = rowOffset[identity]!; at < rowOffset[identity + 1]!; at++) {
      while (next < added.length && added[next]! < rowEntitlement[at]!) entitlement[write++] = added[next++]!
      entitlement[write] = rowEntitlement[at]!
      if (days !== undefined && lastUsedDay !== undefined) days[write] = lastUsedDay[at]!
      write++
    }
    while (next < added.length) entitlement[write++] = added[next++]!
  }
  return { rowOffset: offset, rowEntitlement: entitlement, ...(days && { lastUsedDay: days }) }
}

function tooLarge(expected: string): MiningError {
  return new MiningError('too_large', 'effective access', expected, 'more')
}
