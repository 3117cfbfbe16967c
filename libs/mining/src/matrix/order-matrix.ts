import { cohortMembers } from '../cohort-members.ts'
import { identityStatuses, identityTypes, type Snapshot } from '../snapshot.ts'
import { matrixBlocks } from './matrix-blocks.ts'
import type { Arranged, MatrixOrder, MatrixQuestion } from './matrix-question.ts'
import { type MatrixRoles, matrixRoles, rolesOfColumns } from './matrix-roles.ts'
import { countTiles } from './matrix-tiles.ts'
import { orderByRoles } from './order-by-roles.ts'
import { ascendingPlaces, reciprocalAverages } from './reciprocal-averages.ts'

/**
 * Orders the rows and columns of a matrix so that roles are visible, and counts its cells by tile. Rows are enabled people. Columns are
 * the entitlements that any of them holds, assigned or through groups, or that roles give them. If there are roles, their people and
 * entitlements are adjacent; within roles and without roles, people with the same access are adjacent.
 */
export function orderMatrix(snapshot: Snapshot, question: MatrixQuestion): MatrixOrder {
  const people = peopleOf(snapshot, question.people)
  const rowOf = new Int32Array(snapshot.identityCount).fill(-1)
  for (let row = 0; row < people.length; row++) rowOf[people[row]!] = row
  const roles = matrixRoles(snapshot, question.roles, rowOf, people.length)
  const entitlements = entitlementsOf(snapshot, people, roles)
  const columnOf = new Int32Array(snapshot.entitlementCount).fill(-1)
  for (let column = 0; column < entitlements.length; column++) columnOf[entitlements[column]!] = column

  const averages = reciprocalAverages(snapshot, people, columnOf, entitlements.length)
  const rowPlaces = ascendingPlaces(averages.rows)
  const columnPlaces = ascendingPlaces(averages.columns)
  const hasRoles = roles.areas.length > 0
  const rowOrder = hasRoles ? orderByRoles(roles.rolesOf, roles.areas, rowPlaces) : rowPlaces
  const columnOrder = hasRoles
    ? orderByRoles(rolesOfColumns(roles, columnOf, entitlements.length), roles.areas, columnPlaces)
    : columnPlaces
  const arranged = arrange(snapshot, roles, people, entitlements, rowOrder, columnOrder)
  const tiles = countTiles(snapshot, { ...arranged, keepsHeld: question.keepsHeld })
  return {
    ...arranged,
    blocks: matrixBlocks(arranged, roles, tiles),
    roleCount: roles.areas.length,
    furtherRoles: roles.furtherRoles,
    keepsHeld: question.keepsHeld,
    isGroupCounted: tiles.isGroupCounted,
    tiles: tiles.tiles,
    bytes: bytesOf([...Object.values(arranged), ...Object.values(tiles.tiles)]),
  }
}

function peopleOf(snapshot: Snapshot, people: MatrixQuestion['people']): Uint32Array {
  if ('filters' in people) return cohortMembers(snapshot, people.filters)
  const { identityStatus, identityType } = snapshot
  return people.members.filter(
    (one) => identityStatus[one] === identityStatuses.enabled && identityType[one] === identityTypes.human,
  )
}

/** Ordinals, ascending, of the entitlements that become columns. */
function entitlementsOf(snapshot: Snapshot, people: Uint32Array, { entitlementsOf: given }: MatrixRoles): Uint32Array {
  const { rowOffset, rowEntitlement, entitlementCount, closure } = snapshot
  const isHeld = new Uint8Array(entitlementCount)
  for (const person of people) {
    const end = rowOffset[person + 1]!
    for (let at = rowOffset[person]!; at < end; at++) isHeld[rowEntitlement[at]!] = 1
  }
  const isColumn = isHeld.slice()
  for (let at = 0; at < given.value.length; at++) isColumn[given.value[at]!] = 1
  for (const [index, group] of closure?.group.entries() ?? []) {
    if (closure === undefined || isHeld[group] === 0) continue
    const row = closure.groupRow[index]!
    for (let at = closure.givenOffset[row]!; at < closure.givenOffset[row + 1]!; at++)
      isColumn[closure.givenEntitlement[at]!] = 1
  }
  const found: number[] = []
  for (let entitlement = 0; entitlement < entitlementCount; entitlement++)
    if (isColumn[entitlement] === 1) found.push(entitlement)
  return Uint32Array.from(found)
}

/** Copies all data in the new order. */
function arrange(
  { entitlementCount }: Snapshot,
  { rolesOf, entitlementsOf: given }: MatrixRoles,
  people: Uint32Array,
  entitlements: Uint32Array,
  rowOrder: Uint32Array,
  columnOrder: Uint32Array,
): Arranged {
  const rows = new Uint32Array(people.length)
  const roleOffset = new Uint32Array(people.length + 1)
  const role = new Uint16Array(rolesOf.value.length)
  for (let row = 0; row < rows.length; row++) {
    const from = rowOrder[row]!
    rows[row] = people[from]!
    const own = rolesOf.value.subarray(rolesOf.offset[from], rolesOf.offset[from + 1])
    role.set(own, roleOffset[row])
    roleOffset[row + 1] = roleOffset[row]! + own.length
  }
  const columns = new Uint32Array(entitlements.length)
  const columnOf = new Int32Array(entitlementCount).fill(-1)
  for (let column = 0; column < columns.length; column++) {
    columns[column] = entitlements[columnOrder[column]!]!
    columnOf[columns[column]!] = column
  }
  const roleColumnOffset = new Uint32Array(given.offset.length)
  roleColumnOffset.set(given.offset)
  const roleColumn = new Uint32Array(given.value.length)
  for (let at = 0; at < roleColumn.length; at++) roleColumn[at] = columnOf[given.value[at]!]!
  for (let one = 0; one + 1 < roleColumnOffset.length; one++)
    roleColumn.subarray(roleColumnOffset[one], roleColumnOffset[one + 1]).sort()
  return { rows, columns, columnOf, roleOffset, role, roleColumnOffset, roleColumn }
}

function bytesOf(parts: readonly unknown[]): number {
  return parts.reduce<number>((sum, part) => sum + (ArrayBuffer.isView(part) ? part.byteLength : 0), 0)
}
