import { sharedUint32 } from '../shared-arrays.ts'

/**
 * What the role miner reads: the persons of the population (renumbered from 0), the entitlements that can be part of a
 * role (renumbered too), and the grants between both, from either side. A residual graph has the same numbering and
 * only those grants that no role explains yet.
 */
export interface RoleGraph {
  readonly personCount: number
  readonly entitlementCount: number
  readonly rowOffset: Uint32Array
  readonly rowEntitlement: Uint32Array
  readonly columnOffset: Uint32Array
  readonly columnPerson: Uint32Array
}

/** The graph of given rows; the columns come by counting sort. Everything lies in shared memory. */
export function graphOfRows(entitlementCount: number, rowOffset: Uint32Array, rowEntitlement: Uint32Array): RoleGraph {
  const personCount = rowOffset.length - 1
  const grantCount = rowOffset[personCount]
  const columnOffset = sharedUint32(entitlementCount + 1)
  for (let person = 0; person < personCount; person++) {
    countInto(rowEntitlement, rowOffset[person], rowOffset[person + 1], columnOffset)
  }
  for (let e = 0; e < entitlementCount; e++) columnOffset[e + 1] += columnOffset[e]
  const next = columnOffset.slice(0, entitlementCount)
  const columnPerson = sharedUint32(grantCount)
  for (let person = 0; person < personCount; person++) {
    spread(rowEntitlement, rowOffset[person], rowOffset[person + 1], person, next, columnPerson)
  }
  return { personCount, entitlementCount, rowOffset, rowEntitlement, columnOffset, columnPerson }
}

/** The graph without the grants that are marked, by position in the rows. */
export function residualGraph(graph: RoleGraph, isExplained: Uint8Array): RoleGraph {
  const { personCount, entitlementCount, rowOffset, rowEntitlement } = graph
  let left = 0
  for (let at = 0; at < rowEntitlement.length; at++) left += 1 - isExplained[at]
  const offset = sharedUint32(personCount + 1)
  const entitlement = sharedUint32(left)
  let write = 0
  for (let person = 0; person < personCount; person++) {
    write = copyLeft(rowEntitlement, isExplained, rowOffset[person], rowOffset[person + 1], entitlement, write)
    offset[person + 1] = write
  }
  return graphOfRows(entitlementCount, offset, entitlement)
}

// Row loops as functions of their own: see `countRow` of count-cohorts.ts.

function countInto(row: Uint32Array, start: number, end: number, columnOffset: Uint32Array): void {
  for (let at = start; at < end; at++) columnOffset[row[at] + 1]++
}

function spread(
  row: Uint32Array,
  start: number,
  end: number,
  person: number,
  next: Uint32Array,
  columnPerson: Uint32Array,
): void {
  for (let at = start; at < end; at++) columnPerson[next[row[at]]++] = person
}

function copyLeft(
  row: Uint32Array,
  isExplained: Uint8Array,
  start: number,
  end: number,
  target: Uint32Array,
  targetStart: number,
): number {
  let write = targetStart
  for (let at = start; at < end; at++) if (isExplained[at] === 0) target[write++] = row[at]
  return write
}
