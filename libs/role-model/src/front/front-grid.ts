import type { AccessRows, Component } from '../reduce-access.ts'

/**
 * The access with equal identities and equal entitlements merged; several parts in one grid, because an added grant may join
 * two parts. Nothing is lost: with as few changes as possible, identities that hold the same can be changed in the same way.
 */
export interface FrontGrid {
  readonly rowCount: number
  readonly columnCount: number
  /** The number of identities that a row stands for, and of entitlements that a column stands for. */
  readonly rowWeight: Uint32Array
  readonly columnWeight: Uint32Array
  /** 1 if row `u` holds column `p`, at `u * columnCount + p`. */
  readonly isGrant: Uint8Array
  readonly grantRow: Uint32Array
  readonly grantColumn: Uint32Array
  /** The row of each identity and the column of each entitlement, -1 for those without grants. */
  readonly rowOf: Int32Array
  readonly columnOf: Int32Array
}

/** The most cells that a grid may have: 16 MB. */
const mostCells = 1 << 24

/** The grid of some parts of the access, one after the other. Undefined if they have too many cells. */
export function frontGrid(access: AccessRows, components: readonly Component[]): FrontGrid | undefined {
  const rowCount = components.reduce((sum, { grid }) => sum + grid.rowCount, 0)
  const columnCount = components.reduce((sum, { grid }) => sum + grid.columnCount, 0)
  if (rowCount * columnCount > mostCells) return undefined
  const rowOf = new Int32Array(access.identityCount).fill(-1)
  const columnOf = new Int32Array(access.entitlementCount).fill(-1)
  const rowWeight = new Uint32Array(rowCount)
  const columnWeight = new Uint32Array(columnCount)
  const isGrant = new Uint8Array(rowCount * columnCount)
  const grantRow: number[] = []
  const grantColumn: number[] = []
  let firstRow = 0
  let firstColumn = 0
  for (const component of components) {
    const { grid } = component
    number(component.rowStart, component.rowIdentity, firstRow, rowOf, rowWeight)
    number(component.columnStart, component.columnEntitlement, firstColumn, columnOf, columnWeight)
    for (let g = 0; g < grid.grantCount; g++) {
      const row = firstRow + grid.grantRow[g]!
      const column = firstColumn + grid.rowColumn[g]!
      grantRow.push(row)
      grantColumn.push(column)
      isGrant[row * columnCount + column] = 1
    }
    firstRow += grid.rowCount
    firstColumn += grid.columnCount
  }
  return {
    rowCount,
    columnCount,
    rowWeight,
    columnWeight,
    isGrant,
    grantRow: Uint32Array.from(grantRow),
    grantColumn: Uint32Array.from(grantColumn),
    rowOf,
    columnOf,
  }
}

function number(
  start: Component['rowStart'],
  members: Component['rowIdentity'],
  first: number,
  placeOf: Int32Array,
  weight: Uint32Array,
): void {
  for (let place = 0; place + 1 < start.length; place++) {
    weight[first + place] = start[place + 1]! - start[place]!
    for (let at = start[place]!; at < start[place + 1]!; at++) placeOf[members[at]!] = first + place
  }
}
