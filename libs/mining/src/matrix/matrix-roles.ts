import { cohortMembers } from '../cohort-members.ts'
import { GrowingList, sharedUint16, sharedUint32 } from '../shared-arrays.ts'
import type { Snapshot } from '../snapshot.ts'
import type { MatrixQuestion } from './matrix-question.ts'
import type { Lists } from './order-by-roles.ts'

/** The largest number of cells of all roles that are used; each cell is visited once or twice. */
const mostRoleCells = 400_000_000
/** A role number has two bytes. */
const mostRoles = 0xffff

/** The roles of a matrix before it is ordered: rows by the position of a person in `people`, entitlements by ordinal. */
export interface MatrixRoles {
  /** Roles of each person of the matrix, ascending. */
  readonly rolesOf: { readonly offset: Uint32Array; readonly value: Uint16Array }
  /** Entitlements of each role, ascending. */
  readonly entitlementsOf: { readonly offset: Uint32Array; readonly value: Uint32Array }
  /** Cells of each role. */
  readonly areas: Float64Array
  /** People of each role who are in the matrix. */
  readonly people: Uint32Array
  readonly furtherRoles: number
}

/**
 * Restricts roles to the people of the matrix.
 * @param rowOf the position of each identity among the people of the matrix; -1 for identities outside it
 */
export function matrixRoles(
  snapshot: Snapshot,
  roles: MatrixQuestion['roles'],
  rowOf: Int32Array,
  rowCount: number,
): MatrixRoles {
  const members = new GrowingList()
  const memberOffset = [0]
  const entitlements = new GrowingList()
  const entitlementOffset = [0]
  const areas: number[] = []
  let cells = 0
  for (const role of roles.slice(0, mostRoles)) {
    const meant = 'members' in role ? role.members : cohortMembers(snapshot, role.filters)
    let people = 0
    for (const identity of meant) if (rowOf[identity]! >= 0) people++
    const area = people * role.entitlements.length
    if (cells + area > mostRoleCells) break
    cells += area
    areas.push(area)
    for (const identity of meant) if (rowOf[identity]! >= 0) members.push(rowOf[identity]!)
    // A role without people in the matrix adds no column.
    if (people > 0) for (const entitlement of role.entitlements) entitlements.push(entitlement)
    memberOffset.push(members.length)
    entitlementOffset.push(entitlements.length)
  }
  return {
    rolesOf: turned(memberOffset, members, rowCount),
    entitlementsOf: { offset: Uint32Array.from(entitlementOffset), value: entitlements.share() },
    areas: Float64Array.from(areas),
    people: Uint32Array.from(areas, (_, role) => memberOffset[role + 1]! - memberOffset[role]!),
    furtherRoles: roles.length - areas.length,
  }
}

/** Converts lists of items by role to lists of roles by item. */
function turned(offset: readonly number[], items: GrowingList, itemCount: number) {
  const ends = sharedUint32(itemCount + 1)
  for (let at = 0; at < items.length; at++) ends[items.at(at) + 1]!++
  for (let item = 0; item < itemCount; item++) ends[item + 1]! += ends[item]!
  const next = ends.slice(0, itemCount)
  const value = sharedUint16(items.length)
  for (let role = 0; role + 1 < offset.length; role++)
    for (let at = offset[role]!; at < offset[role + 1]!; at++) value[next[items.at(at)]!++] = role
  return { offset: ends, value }
}

/** The roles of each column: the inverse of `entitlementsOf`. */
export function rolesOfColumns({ entitlementsOf }: MatrixRoles, columnOf: Int32Array, columnCount: number): Lists {
  const { offset, value } = entitlementsOf
  const columns = new GrowingList()
  for (const entitlement of value) columns.push(columnOf[entitlement]!)
  return turned(Array.from(offset), columns, columnCount)
}
