import type { AccessClosure } from './access/access-closure.ts'
import { MiningError } from './mining-error.ts'
import type { Snapshot, ValueLists } from './snapshot.ts'

/** Checks, in one pass, every property that the algorithms rely on. Throws `bad_snapshot` at the first one that does not hold. */
export function checkSnapshot(snapshot: Snapshot): void {
  const { identityCount, entitlementCount, applicationCount } = snapshot
  if (snapshot.entitlementApplication.length !== entitlementCount) {
    throw wrong('entitlementApplication', `${entitlementCount} elements`, snapshot.entitlementApplication.length)
  }
  if (snapshot.identityStatus.length !== identityCount) {
    throw wrong('identityStatus', `${identityCount} elements`, snapshot.identityStatus.length)
  }
  if (snapshot.identityType.length !== identityCount) {
    throw wrong('identityType', `${identityCount} elements`, snapshot.identityType.length)
  }
  checkRange('identityStatus', snapshot.identityStatus, 0, 3)
  checkRange('identityType', snapshot.identityType, 0, 4)
  checkRange('entitlementApplication', snapshot.entitlementApplication, 0, applicationCount)
  checkRows(snapshot)
  if (snapshot.closure !== undefined) checkClosure(snapshot.closure, entitlementCount)
  const seen = new Set<string>()
  for (const attribute of snapshot.attributes) {
    const name = `attributes[${JSON.stringify(attribute.key)}]`
    if (seen.has(attribute.key)) throw wrong(name, 'one attribute of that key', 'two')
    seen.add(attribute.key)
    const { column, lists, values } = attribute
    if (lists !== undefined) {
      checkLists(name, lists, identityCount, values.length)
      continue
    }
    if (column.length !== identityCount) throw wrong(`${name}.column`, `${identityCount} elements`, column.length)
    checkRange(`${name}.column`, column, -1, values.length)
  }
}

function checkLists(name: string, { offset, value }: ValueLists, identityCount: number, valueCount: number): void {
  if (offset.length !== identityCount + 1) {
    throw wrong(`${name}.lists.offset`, `${identityCount + 1} elements`, offset.length)
  }
  if (offset[0] !== 0) throw wrong(`${name}.lists.offset[0]`, '0', offset[0]!)
  if (offset[identityCount] !== value.length) {
    throw wrong(
      `${name}.lists.offset[${identityCount}]`,
      `the number of values ${value.length}`,
      offset[identityCount]!,
    )
  }
  for (let identity = 0; identity < identityCount; identity++) {
    const end = offset[identity + 1]!
    if (end < offset[identity]! || end > value.length) {
      throw wrong(`${name}.lists.offset[${identity + 1}]`, `${offset[identity]} to ${value.length}`, end)
    }
    for (let at = offset[identity]!, previous = -1; at < end; previous = value[at++]!) {
      if (value[at]! > previous && value[at]! < valueCount) continue
      throw wrong(`${name}.lists.value[${at}]`, `more than ${previous} and less than ${valueCount}`, value[at]!)
    }
  }
}

function checkRows(snapshot: Snapshot): void {
  const { identityCount, entitlementCount, rowOffset, rowEntitlement, lastUsedDay } = snapshot
  if (rowOffset.length !== identityCount + 1) {
    throw wrong('rowOffset', `${identityCount + 1} elements`, rowOffset.length)
  }
  if (rowOffset[0] !== 0) throw wrong('rowOffset[0]', '0', rowOffset[0]!)
  if (rowOffset[identityCount] !== rowEntitlement.length) {
    throw wrong(`rowOffset[${identityCount}]`, `the grant count ${rowEntitlement.length}`, rowOffset[identityCount]!)
  }
  if (lastUsedDay !== undefined && lastUsedDay.length !== rowEntitlement.length) {
    throw wrong('lastUsedDay', `${rowEntitlement.length} elements`, lastUsedDay.length)
  }
  for (let identity = 0; identity < identityCount; identity++) {
    const start = rowOffset[identity]!
    const end = rowOffset[identity + 1]!
    if (end < start || end > rowEntitlement.length) {
      throw wrong(`rowOffset[${identity + 1}]`, `${start} to ${rowEntitlement.length}`, end)
    }
    checkRow(rowEntitlement, start, end, identity)
    // The ordinals of a row ascend, so it is enough to check the last one.
    if (end > start && rowEntitlement[end - 1]! >= entitlementCount) {
      const limit = `less than the entitlement count ${entitlementCount}`
      throw wrong(`rowEntitlement[${end - 1}]`, limit, rowEntitlement[end - 1]!)
    }
  }
}

/** A separate function for the compiler's sake: see `countRow` of count-cohorts.ts. */
function checkRow(rowEntitlement: Uint32Array, start: number, end: number, identity: number): void {
  let previous = -1
  for (let at = start; at < end; at++) {
    const entitlement = rowEntitlement[at]!
    if (entitlement <= previous) {
      throw wrong(`rowEntitlement[${at}]`, `more than ${previous}, the one before in row ${identity}`, entitlement)
    }
    previous = entitlement
  }
}

function checkClosure(closure: AccessClosure, entitlementCount: number): void {
  const { group, groupRow, givenOffset, givenEntitlement } = closure
  if (groupRow.length !== group.length) throw wrong('closure.groupRow', `${group.length} elements`, groupRow.length)
  if (givenOffset.length === 0 || givenOffset[0] !== 0) throw wrong('closure.givenOffset', 'to start with 0', 'none')
  const rows = givenOffset.length - 1
  if (givenOffset[rows] !== givenEntitlement.length) {
    throw wrong('closure.givenOffset', `to end at ${givenEntitlement.length}`, givenOffset[rows]!)
  }
  checkAscending('closure.group', group, 0, group.length, entitlementCount)
  checkRange('closure.groupRow', groupRow, 0, rows)
  for (let row = 0; row < rows; row++) {
    const start = givenOffset[row]!
    const end = givenOffset[row + 1]!
    if (end < start || end > givenEntitlement.length) {
      throw wrong(`closure.givenOffset[${row + 1}]`, `${start} to ${givenEntitlement.length}`, end)
    }
    checkAscending('closure.givenEntitlement', givenEntitlement, start, end, entitlementCount)
  }
}

function checkAscending(name: string, values: Uint32Array, start: number, end: number, limit: number): void {
  for (let at = start, previous = -1; at < end; previous = values[at++]!) {
    if (values[at]! > previous && values[at]! < limit) continue
    throw wrong(`${name}[${at}]`, `more than ${previous} and less than ${limit}`, values[at]!)
  }
}

function checkRange(name: string, values: Uint8Array | Uint32Array | Int32Array, least: number, limit: number): void {
  for (let i = 0; i < values.length; i++) {
    if (values[i]! < least || values[i]! >= limit) {
      throw wrong(`${name}[${i}]`, `at least ${least} and less than ${limit}`, values[i]!)
    }
  }
}

function wrong(field: string, expected: string, got: string | number): MiningError {
  return new MiningError('bad_snapshot', field, expected, got)
}
