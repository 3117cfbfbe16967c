import { sharedUint32 } from '../shared-arrays.ts'

/**
 * The input of the role miner: the persons of the population (renumbered from 0), the entitlements that can be part of a role (also
 * renumbered), and the grants, by person and by entitlement. A residual graph has the same numbering and only the grants that no role
 * explains yet.
 */
export interface RoleGraph {
  readonly personCount: number
  readonly entitlementCount: number
  readonly rowOffset: Uint32Array
  readonly rowEntitlement: Uint32Array
  readonly columnOffset: Uint32Array
  readonly columnPerson: Uint32Array
}

/** Builds the graph from rows; a counting sort makes the columns. All arrays are in shared memory. */
export function graphOfRows(entitlementCount: number, rowOffset: Uint32Array, rowEntitlement: Uint32Array): RoleGraph {
  const personCount = rowOffset.length - 1
  const grantCount = rowOffset[personCount]!
  const columnOffset = sharedUint32(entitlementCount + 1)
  for (let person = 0; person < personCount; person++) {
    countInto(rowEntitlement, rowOffset[person]!, rowOffset[person + 1]!, columnOffset)
  }
  for (let e = 0; e < entitlementCount; e++) columnOffset[e + 1]! += columnOffset[e]!
  const next = columnOffset.slice(0, entitlementCount)
  const columnPerson = sharedUint32(grantCount)
  for (let person = 0; person < personCount; person++) {
    spread(rowEntitlement, rowOffset[person]!, rowOffset[person + 1]!, person, next, columnPerson)
  }
  return { personCount, entitlementCount, rowOffset, rowEntitlement, columnOffset, columnPerson }
}

/** The graph without the marked grants. Marks are by position in the columns. */
export function residualGraph(graph: RoleGraph, isExplained: Uint8Array): RoleGraph {
  const { personCount, entitlementCount, columnOffset: fullOffset, columnPerson: full } = graph
  let left = 0
  for (let at = 0; at < full.length; at++) left += 1 - isExplained[at]!
  const columnOffset = sharedUint32(entitlementCount + 1)
  const columnPerson = sharedUint32(left)
  const rowOffset = sharedUint32(personCount + 1)
  let write = 0
  for (let e = 0; e < entitlementCount; e++) {
    write = copyLeft(full, isExplained, fullOffset[e]!, fullOffset[e + 1]!, columnPerson, write)
    columnOffset[e + 1] = write
    countInto(columnPerson, columnOffset[e]!, write, rowOffset)
  }
  for (let person = 0; person < personCount; person++) rowOffset[person + 1]! += rowOffset[person]!
  const next = rowOffset.slice(0, personCount)
  const rowEntitlement = sharedUint32(left)
  for (let e = 0; e < entitlementCount; e++) {
    spread(columnPerson, columnOffset[e]!, columnOffset[e + 1]!, e, next, rowEntitlement)
  }
  return { personCount, entitlementCount, rowOffset, rowEntitlement, columnOffset, columnPerson }
}

// The row loops are separate functions: see `countRow` of count-cohorts.ts.

function countInto(from: Uint32Array, start: number, end: number, offset: Uint32Array): void {
  for (let at = start; at < end; at++) offset[from[at]! + 1]!++
}

function spread(
  from: Uint32Array,
  start: number,
  end: number,
  value: number,
  next: Uint32Array,
  target: Uint32Array,
): void {
  for (let at = start; at < end; at++) target[next[from[at]!]!++] = value
}

function copyLeft(
  from: Uint32Array,
  isExplained: Uint8Array,
  start: number,
  end: number,
  target: Uint32Array,
  targetStart: number,
): number {
  let write = targetStart
  for (let at = start; at < end; at++) if (isExplained[at] === 0) target[write++] = from[at]!
  return write
}
