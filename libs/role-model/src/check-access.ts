import { MiningError } from '@assay/mining'
import type { AccessRows } from './reduce-access.ts'

/** Throws `bad_snapshot` at the first fault of the rows. Reads everything once. */
export function checkAccess({ identityCount, entitlementCount, rowOffset, rowEntitlement }: AccessRows): void {
  if (rowOffset.length !== identityCount + 1) {
    throw bad('rowOffset', `${identityCount + 1} elements`, rowOffset.length)
  }
  if (rowOffset[0] !== 0) throw bad('rowOffset[0]', '0', rowOffset[0]!)
  for (let identity = 0; identity < identityCount; identity++) {
    const start = rowOffset[identity]!
    const end = rowOffset[identity + 1]!
    if (end < start || end > rowEntitlement.length) {
      throw bad(`rowOffset[${identity + 1}]`, `${start} to ${rowEntitlement.length}`, end)
    }
    for (let at = start; at < end; at++) {
      const entitlement = rowEntitlement[at]!
      if (entitlement >= entitlementCount) {
        throw bad(`rowEntitlement[${at}]`, `less than the entitlement count ${entitlementCount}`, entitlement)
      }
      if (at > start && entitlement <= rowEntitlement[at - 1]!) {
        const expected = `more than ${rowEntitlement[at - 1]}, as row ${identity} ascends without duplicates`
        throw bad(`rowEntitlement[${at}]`, expected, entitlement)
      }
    }
  }
  if (rowOffset[identityCount] !== rowEntitlement.length) {
    throw bad(`rowOffset[${identityCount}]`, `the grant count ${rowEntitlement.length}`, rowOffset[identityCount]!)
  }
}

function bad(field: string, expected: string, got: string | number): MiningError {
  return new MiningError('bad_snapshot', field, expected, got)
}

/** Position of a grant in `rowEntitlement`, or -1. */
export function findGrant({ rowOffset, rowEntitlement }: AccessRows, identity: number, entitlement: number): number {
  let low = rowOffset[identity]!
  let high = rowOffset[identity + 1]! - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const found = rowEntitlement[middle]!
    if (found === entitlement) return middle
    if (found < entitlement) low = middle + 1
    else high = middle - 1
  }
  return -1
}
